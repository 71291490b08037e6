"""Cases, what was flagged in them, and everything that happened to them.

Nobody is named here but staff: a case is about a member of one room, and no column joins two rooms. Texts of
messages live in the log alone.
"""

import secrets
import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from moderation.policy.verdict import Level, Visibility
from runtime.fields import EncryptedJSONField, EncryptedTextField

LEVELS = [(level.value, level.value) for level in Level]


def new_case_id() -> str:
    """Return a key that says nothing about when or how many."""
    return f"c_{secrets.token_hex(12)}"


class Case(models.Model):
    """One conversation episode of one member in one room, that someone must look at."""

    class State(models.TextChoices):
        """Where a case stands; the transitions are a table of moderation.md."""

        OPEN = "open"
        CLAIMED = "claimed"
        WAITING = "waiting"
        ESCALATED = "escalated"
        DECIDED = "decided"
        CLOSED = "closed"

    class Source(models.TextChoices):
        """What opened it."""

        PIPELINE = "pipeline"
        REPORT = "report"
        MODERATOR = "moderator"

    class WaitingFor(models.TextChoices):
        """What a waiting case waits for."""

        NOTHING = "", "nothing"
        REPLY = "reply"
        COLLEAGUE = "colleague"

    class Label(models.TextChoices):
        """What a moderator says of the pipeline's part; it feeds the training data."""

        NONE = "", "none"
        CORRECT = "correct"
        FALSE_POSITIVE = "false_positive"
        WRONG_LEVEL = "wrong_level"
        MISSED_EARLIER = "missed_earlier"

    id = models.CharField(max_length=26, primary_key=True, default=new_case_id, editable=False)
    level = models.CharField(max_length=2, choices=LEVELS)
    rank = models.PositiveSmallIntegerField(help_text="The level's strictness, for the queue's order.")
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    source = models.CharField(max_length=9, choices=Source.choices, default=Source.PIPELINE)

    stream_id = models.BigIntegerField(help_text="The room's stream; no foreign key, so a room can go first.")
    stream_name = models.CharField(max_length=120)
    room = models.CharField(max_length=64, help_text="The room's slug.")
    member_id = models.CharField(max_length=32)
    language = models.CharField(max_length=16, default="und")

    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="When it must be claimed; a rising level only brings it nearer.")
    breached_at = models.DateTimeField(null=True, blank=True)
    paged = models.JSONField(default=list, blank=True, help_text="Roles paged so far, with times.")

    fence = models.BigIntegerField(default=0, help_text="Raised by every claim; older ones are stale.")
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="held_cases"
    )
    holder_name = models.CharField(max_length=64, blank=True, default="", help_text="A staff pseudonym.")
    claimed_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    first_reply_at = models.DateTimeField(null=True, blank=True)

    waiting_for = models.CharField(max_length=9, choices=WaitingFor.choices, blank=True, default="")
    waiting_on = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    waiting_until = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)

    escalated_to = models.CharField(max_length=16, blank=True, default="", help_text="A role.")
    escalated_at = models.DateTimeField(null=True, blank=True)

    decision = models.CharField(max_length=32, blank=True, default="", help_text="The action decided on.")
    decision_reason = models.CharField(max_length=64, blank=True, default="", help_text="A reason code.")
    decision_note = EncryptedTextField(blank=True, default="")
    decision_until = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    confirm_by = models.DateTimeField(null=True, blank=True, help_text="L4: a second moderator until then.")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    effects_pending = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)
    label = models.CharField(max_length=16, choices=Label.choices, blank=True, default="")
    not_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who may not take it: an appeal goes to another moderator.",
    )

    last_flag_at = models.DateTimeField()
    flag_count = models.PositiveIntegerField(default=0)
    card_level_sent = models.CharField(max_length=2, choices=LEVELS, blank=True, default="")
    card_sent_at = models.DateTimeField(null=True, blank=True)
    reopened = models.PositiveIntegerField(default=0)
    event_count = models.PositiveIntegerField(default=0, help_text="The last number given to a case event.")

    class Meta:
        indexes = [
            models.Index(fields=["state", "-rank", "due_at", "opened_at"], name="case_queue"),
            models.Index(fields=["stream_id", "member_id", "-last_flag_at"], name="case_episode"),
            models.Index(fields=["state", "lease_until"], name="case_lease"),
            models.Index(fields=["state", "waiting_until"], name="case_waiting"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(fence__gte=0), name="case_fence_not_negative"),
        ]

    def __str__(self) -> str:
        """Return the key alone."""
        return self.id


class CaseFlag(models.Model):
    """One flagged message of a case, and why. `event_id` names it in the log; the text stays there."""

    class Source(models.TextChoices):
        """Who flagged it."""

        RULES = "rules"
        CLASSIFIER = "classifier"
        REPORT = "report"
        MODERATOR = "moderator"

    class Scoring(models.TextChoices):
        """Whether a classifier has read it."""

        NOT_ASKED = "not_asked"
        SCORED = "scored"
        UNSCORED = "unscored"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="flags")
    event_id = models.CharField(max_length=26, db_index=True)
    level = models.CharField(max_length=2, choices=LEVELS)
    category = models.CharField(max_length=32, blank=True, default="")
    visibility = models.CharField(
        max_length=8, choices=[(v.value, v.value) for v in Visibility], default=Visibility.DELIVER.value
    )
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.RULES)
    reasons = EncryptedJSONField(default=list, help_text="Rules, scores and spans that decided it.")
    quiet = EncryptedJSONField(default=list, help_text="Rules that matched and were kept quiet by a guard.")
    rule_versions = models.JSONField(default=dict, blank=True)
    rules_version = models.CharField(max_length=64, blank=True, default="")
    model_version = models.CharField(max_length=64, blank=True, default="")
    scores = EncryptedJSONField(null=True, blank=True)
    scoring = models.CharField(max_length=9, choices=Scoring.choices, default=Scoring.NOT_ASKED)
    late_ms = models.PositiveBigIntegerField(null=True, blank=True, help_text="How late a score came.")
    language = models.CharField(max_length=16, default="und")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        """Return the key alone."""
        return str(self.id)


class CaseEvent(models.Model):
    """One line of a case's record. The database refuses to change or delete it; only the seal is set,
    once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    n = models.PositiveIntegerField(help_text="1, 2, 3 … within the case.")
    kind = models.CharField(max_length=32)
    actor = models.CharField(max_length=64, help_text="A staff pseudonym, `system`, or `member`.")
    actor_id = models.UUIDField(null=True, blank=True, help_text="Staff alone; null for the system.")
    role = models.CharField(max_length=16, blank=True, default="")
    from_state = models.CharField(max_length=9, blank=True, default="")
    to_state = models.CharField(max_length=9, blank=True, default="")
    fence = models.BigIntegerField(null=True, blank=True, help_text="The fence the actor held.")
    claim_fence = models.BigIntegerField(null=True, blank=True, help_text="The fence this line gave out.")
    reason_code = models.CharField(max_length=64, blank=True, default="")
    reason = EncryptedTextField(blank=True, default="", recorded=True)
    detail = models.JSONField(default=dict, blank=True, help_text="Ids, levels and versions; never text.")
    rules_version = models.CharField(max_length=64, blank=True, default="")
    model_version = models.CharField(max_length=64, blank=True, default="")
    scores = EncryptedJSONField(null=True, blank=True, recorded=True)
    request_id = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField(default=timezone.now)

    seal_n = models.BigIntegerField(null=True, unique=True, help_text="Its place in the audit chain.")
    seal_prev = models.CharField(max_length=64, blank=True, default="")
    seal_hash = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ["case_id", "n"]
        constraints = [
            models.UniqueConstraint(fields=["case", "n"], name="case_event_order"),
            models.UniqueConstraint(fields=["case", "claim_fence"], name="case_event_claimed_once"),
        ]

    def __str__(self) -> str:
        """Return what happened, to nobody."""
        return f"{self.kind} {self.n}"


class Report(models.Model):
    """A person's report of one message."""

    class State(models.TextChoices):
        """Whether someone still has to look at it."""

        OPEN = "open"
        CLOSED = "closed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reports")
    event_id = models.CharField(max_length=26, db_index=True)
    stream_id = models.BigIntegerField()
    reporter = models.CharField(max_length=32, help_text="A member of that room.")
    reason = models.CharField(max_length=16)
    note = EncryptedTextField(blank=True, default="")
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event_id", "reporter"], name="report_once"),
        ]

    def __str__(self) -> str:
        """Return the key alone."""
        return str(self.id)


class SoftHit(models.Model):
    """A message below every level that may matter with others: three of a sender in a day reach the queue."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    stream_id = models.BigIntegerField()
    member_id = models.CharField(max_length=32)
    event_id = models.CharField(max_length=26)
    reasons = EncryptedJSONField(default=list)
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="soft_hits")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["stream_id", "member_id", "at"], name="soft_hit_sender")]

    def __str__(self) -> str:
        """Return the key alone."""
        return str(self.id)


class Duty(models.Model):
    """A member of staff who takes cases. It lapses by itself: a closed laptop is not on duty."""

    staff = models.OneToOneField(settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE)
    name = models.CharField(max_length=64, help_text="The pseudonym others see.")
    role = models.CharField(max_length=16, default="moderator")
    on = models.BooleanField(default=False)
    since = models.DateTimeField(null=True, blank=True)
    socket_seen_at = models.DateTimeField(null=True, blank=True, help_text="Raised while a socket is open.")
    http_seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["on", "socket_seen_at"], name="duty_on")]

    def __str__(self) -> str:
        """Return the pseudonym."""
        return self.name


class CaseAct(models.Model):
    """Something a moderator did about a case, and what undoing it needs."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="acts")
    n = models.PositiveIntegerField(help_text="The line of the case's record that tells of it.")
    action = models.CharField(max_length=16)
    messages = models.JSONField(default=list, blank=True, help_text="Event ids it was done to.")
    former = models.JSONField(default=dict, blank=True, help_text="What undoing puts back; never text.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided = models.BooleanField(default=False, help_text="Whether it was the decision's own effect.")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["case_id", "n"]

    def __str__(self) -> str:
        """Return what was done, to nobody."""
        return f"{self.action} {self.n}"


class CaseTalk(models.Model):
    """What a moderator and the person of a case wrote each other, on that person's own stream."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="talk")
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="Who wrote it; null: the person.",
    )  # fmt: skip
    name = models.CharField(max_length=64, blank=True, default="", help_text="The pseudonym it was under.")
    client_id = models.CharField(max_length=64, blank=True, default="")
    text = EncryptedTextField(blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]
        indexes = [models.Index(fields=["case", "at"], name="case_talk")]

    def __str__(self) -> str:
        """Return the key alone."""
        return str(self.pk)


class Appeal(models.Model):
    """A decision that its person was told of, and what they said against it."""

    class State(models.TextChoices):
        """Where it stands."""

        OFFERED = "offered"
        OPEN = "open"
        UPHELD = "upheld"
        OVERTURNED = "overturned"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="appeals")
    act = models.ForeignKey(CaseAct, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=16)
    reason = EncryptedTextField(blank=True, default="")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OFFERED)
    text = EncryptedTextField(blank=True, default="")
    appealed_at = models.DateTimeField(null=True, blank=True)
    outcome_reason = EncryptedTextField(blank=True, default="")
    outcome_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "appealed_at"], name="appeal_open")]

    def __str__(self) -> str:
        """Return the key alone."""
        return str(self.pk)
