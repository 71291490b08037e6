"""What the doors of casework take and give."""

from typing import Any

from rest_framework import serializers

from moderation.policy.verdict import Level
from moderation.state import DECIDING, Action, State
from protocol.limits import NOTE_MAX, TEXT_MAX
from runtime.http.json import Moment, Text

ACTIONS = sorted(one.value for one in Action)
STATES = [one.value for one in State]
LEVELS = [one.value for one in Level]


class DutyFields(serializers.Serializer[Any]):
    """Whether one is on duty."""

    on = serializers.BooleanField()


class DutyStatus(DutyFields):
    """Whether one is on duty, since when, and under which name others see one."""

    since = Moment(allow_null=True)
    name = serializers.CharField()


class CaseLine(serializers.Serializer[Any]):
    """A case as the queue tells of it, with its fence."""

    id = serializers.CharField()
    level = serializers.CharField()
    state = serializers.CharField()
    room = serializers.CharField()
    opened_at = Moment()
    due_at = Moment()
    flags = serializers.IntegerField()
    holder = serializers.CharField(allow_null=True)
    fence = serializers.IntegerField()


class CasePage(serializers.Serializer[Any]):
    """A page of cases."""

    results = CaseLine(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class CaseLogLine(serializers.Serializer[Any]):
    """One line of a case's record, without text."""

    n = serializers.IntegerField()
    at = Moment()
    kind = serializers.CharField()
    actor = serializers.CharField()
    role = serializers.CharField(allow_blank=True)
    from_state = serializers.CharField(allow_blank=True)
    to_state = serializers.CharField(allow_blank=True)
    fence = serializers.IntegerField(allow_null=True)
    reason_code = serializers.CharField(allow_blank=True)
    detail = serializers.DictField()


class CaseWhole(CaseLine):
    """A case with its record."""

    log = CaseLogLine(many=True)


class Fenced(serializers.Serializer[Any]):
    """What a holder writes by."""

    fence = serializers.IntegerField(min_value=0)


class MaybeFenced(serializers.Serializer[Any]):
    """A fence, where one holds the case."""

    fence = serializers.IntegerField(min_value=0, required=False, allow_null=True, default=None)


class WaitFields(Fenced):
    """Whom or what a case waits for (`reply`, `snooze`, or a colleague's name), and until when."""

    until = Moment()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return the fields; `for` is no name that Python gives."""
        return {**super().get_fields(), "for": serializers.CharField(min_length=1, max_length=64)}


class ActFields(Fenced):
    """Something to do about a case; see the socket's `act`."""

    action = serializers.ChoiceField(choices=ACTIONS)
    reason = Text(required=False, allow_null=True, default=None, max_length=64)
    message = serializers.CharField(required=False, allow_null=True, default=None, max_length=26)
    text = Text(required=False, allow_null=True, default=None, max_length=TEXT_MAX)
    until = Moment(required=False, allow_null=True, default=None)
    to = serializers.CharField(required=False, allow_null=True, default=None, max_length=64)


class DecideFields(ActFields):
    """A decision; a second moderator confirms one with the same action and without a fence."""

    fence = serializers.IntegerField(min_value=0, required=False, allow_null=True, default=None)
    action = serializers.ChoiceField(choices=sorted(one.value for one in DECIDING))
    reason = Text(max_length=64)


class Held(serializers.Serializer[Any]):
    """A case one holds; `case` is null where there was none to take, and the rest absent."""

    case = CaseLine(allow_null=True)
    fence = serializers.IntegerField(required=False)
    lease_until = Moment(required=False)
    stream = serializers.CharField(required=False, allow_null=True)
    epoch = serializers.CharField(required=False, allow_null=True)
    head = serializers.IntegerField(required=False, allow_null=True)


class Done(serializers.Serializer[Any]):
    """What the socket's `ok` carries for the same command."""

    lease_until = Moment(required=False)
    until = Moment(required=False)
    confirm_by = Moment(required=False)
    action = serializers.CharField(required=False)


class ContextFields(serializers.Serializer[Any]):
    """What a case is about; as the socket's `context`."""

    messages = serializers.ListField(child=serializers.DictField())
    reasons = serializers.ListField(child=serializers.DictField())
    episodes = serializers.ListField(child=serializers.DictField())
    talk = serializers.ListField(child=serializers.DictField())
    reports = serializers.ListField(child=serializers.DictField())
    member = serializers.CharField()
    language = serializers.CharField()


class ReportLine(serializers.Serializer[Any]):
    """A report of a message, without its note: that stands in the case's context."""

    id = serializers.UUIDField()
    case = serializers.CharField(source="case_id")
    reason = serializers.CharField()
    state = serializers.CharField()
    at = Moment()


class AppealLine(serializers.Serializer[Any]):
    """An objection to a decision."""

    id = serializers.UUIDField()
    case = serializers.CharField(source="case_id")
    action = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)
    text = serializers.CharField(allow_blank=True)
    state = serializers.CharField()
    at = Moment()
    appealed_at = Moment(allow_null=True)
    outcome_at = Moment(allow_null=True)


class AppealFields(serializers.Serializer[Any]):
    """What somebody says against a decision; `appeal` is the id they were told with it."""

    appeal = serializers.UUIDField()
    text = Text(max_length=NOTE_MAX)


class AppealTaken(serializers.Serializer[Any]):
    """It was taken."""

    status = serializers.ChoiceField(choices=["received"])


class OutcomeFields(serializers.Serializer[Any]):
    """Whether a decision stands."""

    outcome = serializers.ChoiceField(choices=["upheld", "overturned"])
    reason = Text(max_length=NOTE_MAX)
