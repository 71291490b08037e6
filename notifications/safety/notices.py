"""Telling a person's contacts: asked for, warned of, taken back or told; one function each.

The person is warned on their own stream first, and can take the notice back until it is due. Who is told is
decided when it is told, by the contacts as they stand then; each delivery asks again when it is claimed.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.conf import settings

from accounts.audit.record import Scalar, Standing, record
from accounts.circles.models import Circle
from accounts.models import User
from accounts.principals import me_stream
from accounts.roles import Role
from notifications import preferences, reach
from notifications.outgoing import Basis, Outgoing, send_later
from notifications.recipients import Channel, channels
from notifications.safety import contacts, plan, telling
from notifications.safety.deciding import Asker, Level, Named, Telling, Way, tellings
from notifications.safety.declining import has_declined
from notifications.safety.models import Contact, Notice
from protocol.errors import Conflict, Forbidden, NotFound, Unavailable
from runtime import clock
from runtime.http.problems import Problem
from runtime.jobs import enqueue
from runtime.keyring import keyed_hash
from streams import log
from streams.commit import Item, write_now
from streams.refs import StreamRef
from streams.transaction import Tx

WARNING = "safety.warning"
DAY = timedelta(days=1)
TRIES = 5  # somebody is named meanwhile, and their stream must be named too
RETRY_MS = 500
MAY_ASK = frozenset({Role.MODERATOR, Role.SUPERVISOR, Role.CLINICIAN})


def send_notice(person_id: UUID, *, by: UUID, level: Level, key: str | None = None) -> tuple[Notice, bool]:
    """Have a person's contacts told when the delay is over; return the notice, and whether it is new.

    `by` is who asks: the person themselves, or a moderator for whom they let contacts be told beforehand. No
    program asks: a score has no id. What waits already is not asked for twice, but takes the new level; a
    `key` that was used gives its notice again.

    Raises NotFound for no such person, Forbidden for anyone else or without consent, Conflict for a person
    who named nobody, and a 429 problem for a person's one too many in a day.
    """
    stream = log.ensure(me_stream(person_id, "family"))
    hashed = keyed_hash("safety-notice", str(person_id), key) if key else None
    asker = Asker.SELF if by == person_id else Asker.MODERATOR
    return write_now(Item((stream,), partial(_ask, person_id, by, asker, level, hashed, stream)))


def _ask(
    person_id: UUID, by: UUID, asker: Asker, level: Level, key: str | None, stream: StreamRef, tx: Tx
) -> tuple[Notice, bool]:
    person = User.objects.select_for_update().filter(pk=person_id, deleted_at=None, is_guest=False).first()
    if person is None:
        raise NotFound
    if asker is Asker.MODERATOR:
        _require_role(by, tx.now)
    mine = Notice.objects.select_for_update().filter(person=person)
    if key is not None and (known := mine.filter(key=key).first()):
        return known, False
    waiting = mine.filter(by=asker, sent_at=None, taken_back_at=None).first()
    if waiting is not None:
        if waiting.level != level:
            waiting.level = level
            waiting.save(update_fields=["level"])
            _tell_person(tx, stream, waiting, _willing(person_id, asker, tx.now))
        _record("asked", waiting, by, again=True)
        return waiting, False
    willing = _willing(person_id, asker, tx.now)
    _require_somebody(willing, asker)
    if asker is Asker.SELF:
        _spend(person_id, tx.now)
    made = Notice(person=person, key=key, by=asker, level=level, asked_at=tx.now)
    made.due_at = tx.now + settings.SAFETY.delay
    made.save(force_insert=True)
    _tell_person(tx, stream, made, willing)
    if asker is Asker.MODERATOR:
        _warn(person, made, tx.now)
    wait = settings.SAFETY.delay.total_seconds()
    enqueue("notifications.tell_contacts", key=f"safety:{made.pk}", delay_s=wait, notice=str(made.pk))
    _record("asked", made, by, contacts=len(willing))
    return made, True


def take_back(person_id: UUID, notice_id: UUID) -> None:
    """Take a notice back before it is told; doing it again changes nothing.

    Raises NotFound, and Conflict for one that was told: what was said cannot be unsaid.
    """
    stream = log.ensure(me_stream(person_id, "family"))

    def write(tx: Tx) -> None:
        row = Notice.objects.select_for_update().filter(pk=notice_id, person_id=person_id).first()
        if row is None:
            raise NotFound
        if row.sent_at is not None:
            raise Conflict("Your contacts have been told already.")
        if row.taken_back_at is None:
            row.taken_back_at = tx.now
            row.save(update_fields=["taken_back_at"])
            _tell_person(tx, stream, row, [])
        _record("taken_back", row, person_id)

    write_now(Item((stream,), write))


def tell(notice_id: UUID) -> int:
    """Tell the contacts of a notice, once; return how many were told, or are being told.

    Raises `Unavailable` where contacts kept changing meanwhile; nobody was told then.
    """
    for _ in range(TRIES):
        row = Notice.objects.filter(pk=notice_id, sent_at=None, taken_back_at=None).first()
        if row is None:
            return 0
        users = {row.person_id, *_members(row.person_id)}
        streams = {user_id: log.ensure(me_stream(user_id, "family")) for user_id in users}
        try:
            return write_now(Item(tuple(streams.values()), partial(_tell, notice_id, streams)))
        except telling.MovedOn:
            continue
    raise Unavailable(retry_after_ms=RETRY_MS)


def _members(person_id: UUID) -> set[UUID]:
    now = clock.now()
    found = (contacts.member_of(one, now) for one in contacts.of(person_id) if one.channel == Way.MEMBER)
    return {reached.user.pk for reached in found if reached}


def _tell(notice_id: UUID, streams: Mapping[UUID, StreamRef], tx: Tx) -> int:
    """The lock on the notice orders this against its taking back, those on circles against a revocation."""
    row = Notice.objects.select_for_update().filter(pk=notice_id, sent_at=None, taken_back_at=None).first()
    if row is None:
        return 0
    person = User.objects.get(pk=row.person_id)
    found: list[Telling] = []
    if person.deleted_at is None and person.is_active:
        list(Circle.objects.select_for_update().filter(owner=person, closed_at=None).order_by("pk"))
        rows = {one.pk: one for one in Contact.objects.select_for_update().filter(person=person)}
        stand = [contacts.named(one, reached=_reached(one, tx.now)) for one in rows.values()]
        words = plan.read(person.pk)[plan.OWN_WORDS] or ""
        found = tellings(Asker(row.by), Level(row.level), row.asked_at, stand, words)
        for one in found:
            key = telling.key_of(row.pk, one.contact)
            telling.tell(tx, person, rows[one.contact], one, streams, key=key, notice=row.pk)
    row.sent_at = tx.now
    row.told = [{"contact": str(one.contact), "channel": str(one.way)} for one in found]
    row.save(update_fields=["sent_at", "told"])
    _tell_person(tx, streams[person.pk], row, found)
    _record("told", row, None, contacts=len(found))
    return len(found)


def _tell_person(tx: Tx, stream: StreamRef, row: Notice, told: list[Telling]) -> None:
    """Warn the person, and show them on all their devices how the notice stands."""
    tx.append(stream, telling.KIND, telling.standing(row, len(told)))


def _warn(person: User, row: Notice, now: datetime) -> None:
    """Wake a person who may not have the page open, as they wish to be woken; their stream has it already."""
    there = reach.of(person, now)
    chosen = preferences.chosen_by([person.pk]).get(person.pk, {})
    for channel in channels(WARNING, chosen):
        if channel is not Channel.IN_APP and channel in there:
            outgoing = Outgoing(
                key=f"{WARNING}:{row.pk}",
                kind=WARNING,
                person=person.pk,
                channel=channel,
                basis=Basis.OWN,
                recipient=person.pk,
                due=now,
                urgent=True,
            )
            send_later(outgoing, now)


def moderator_may_ask(person_id: UUID, now: datetime) -> bool:
    """Return whether a person let at least one contact, who can be told now, be told by a moderator."""
    return bool(_willing(person_id, Asker.MODERATOR, now))


def _willing(person_id: UUID, asker: Asker, now: datetime) -> list[Telling]:
    stand = [contacts.named(one, reached=_reached(one, now)) for one in contacts.of(person_id)]
    return tellings(asker, Level.LOW, now, stand, "")


def _reached(contact: Contact, now: datetime) -> bool:
    if contact.channel == Way.MEMBER:
        return contacts.member_of(contact, now) is not None
    return not has_declined(contact)


def would_tell(row: Notice, now: datetime) -> list[Named]:
    """Return whom a notice that waits would tell as things stand, in their order."""
    ids = {one.contact for one in _willing(row.person_id, Asker(row.by), now)}
    return [contacts.named(one) for one in contacts.of(row.person_id) if one.pk in ids]


def _require_role(user_id: UUID, now: datetime) -> None:
    user = User.objects.filter(pk=user_id).first()
    if user is None or not user.admitted(now) or not user.role_set() & MAY_ASK:
        raise Forbidden("Only the person, or a moderator within their consent, may do this.")


def _require_somebody(willing: list[Telling], asker: Asker) -> None:
    if willing:
        return
    if asker is Asker.SELF:
        raise Conflict("You have named nobody who can be told.")
    raise Forbidden("This person let nobody be told by a moderator.")


def _spend(person_id: UUID, now: datetime) -> None:
    limit = settings.SAFETY.notices_a_day
    asked = Notice.objects.filter(person_id=person_id, by=Asker.SELF, taken_back_at=None)
    times = sorted(asked.filter(asked_at__gt=now - DAY).values_list("asked_at", flat=True))
    if len(times) >= limit:
        wait = (times[-limit] + DAY - now).total_seconds()
        raise Problem(429, "rate_limited", f"At most {limit} notices a day are told.", retry_after_s=wait)


def _record(verb: str, row: Notice, by: UUID | None, **more: Scalar) -> None:
    standing = Standing.SELF if by in (None, row.person_id) else Standing.MODERATOR
    detail: dict[str, Scalar] = {"as": standing, "notice": row.pk, **more}
    record(f"safety_notice.{verb}", actor=by, subject=row.person_id, detail=detail, shown=True)
