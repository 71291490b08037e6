"""`/api/v1/notices/`: the family socket's own stream and its commands, over HTTP."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_datetime
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from accounts.audit.access import Audited
from accounts.audit.record import Standing
from accounts.models import User
from accounts.permissions import IsPerson
from notifications import notices
from notifications.recipients import moments
from protocol.limits import ID_MAX, SNOOZE_MINUTES_MAX
from runtime.http.checking import checked
from runtime.http.json import Moment
from runtime.http.paging import limit_of
from runtime.http.problems import invalid

TIME = "A time with its offset, or a day by one's own clock: `from` is included and `to` is not."
DAY_LENGTH = len("2026-11-20")
OLDER, NEWER = "b", "a"  # a cursor is a seq with the side of it that is asked for


class EventFields(serializers.Serializer[Any]):
    """One event of the family stream; more fields by its kind, as the protocol tells them."""

    event_id = serializers.CharField()
    seq = serializers.IntegerField()
    kind = serializers.CharField()
    at = Moment()
    circle = serializers.CharField(required=False)
    category = serializers.CharField(required=False)
    acknowledged_at = Moment(required=False)


class EventPage(serializers.Serializer[Any]):
    """A page of notices, newest first."""

    results = EventFields(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class SnoozeAsked(serializers.Serializer[Any]):
    """For how long an alarm is to be quiet."""

    minutes = serializers.IntegerField(min_value=1, max_value=SNOOZE_MINUTES_MAX)


class NoticeDoor(Audited):
    """A door of one's own notices."""

    thing = "notice"
    permission_classes = (IsPerson,)

    def own(self, verb: str) -> None:
        """Write that one read or answered what one was told."""
        self.accessed(verb, self.principal.person_id, Standing.SELF)


class Notices(NoticeDoor):
    """All one was told."""

    @extend_schema(
        operation_id="notices_list",
        parameters=[
            OpenApiParameter("cursor", str),
            OpenApiParameter("limit", {"type": "integer", "minimum": 1, "default": 50}),
            *(OpenApiParameter(name, {"type": "string"}, description=TIME) for name in ("from", "to")),
        ],
        responses=EventPage,
    )
    def get(self, request: Request) -> Response:
        """Answer with a page of what one was told, newest first, as one may see it now."""
        limit = limit_of(request.query_params.get("limit"))
        before, after = _sides(request.query_params.get("cursor"))
        zone = ZoneInfo(User.objects.values_list("time_zone", flat=True).get(pk=self.principal.person_id))
        since, until = (_moment(request, name, zone) for name in ("from", "to"))
        asked = notices.Asked(limit, before, after, since, until)
        found = notices.page(self.principal.person_id, asked)
        self.own("read")
        url, told = request.build_absolute_uri(), found.notices
        return Response(
            {
                "results": told,
                "next": _at(url, OLDER, told[-1]["seq"]) if told and found.older else None,
                "previous": _at(url, NEWER, told[0]["seq"]) if told and found.newer else None,
            }
        )


class ReadNotice(NoticeDoor):
    """Reading."""

    @extend_schema(operation_id="notices_read", request=None, responses={200: EventFields})
    def post(self, request: Request, event_id: str) -> Response:
        """Say that one has read this far."""
        told = notices.read(self.principal.person_id, event_id)
        self.own("marked")
        return Response(told)


class AcknowledgeNotice(NoticeDoor):
    """Acknowledging."""

    @extend_schema(operation_id="notices_acknowledge", request=None, responses={200: EventFields})
    def post(self, request: Request, event_id: str) -> Response:
        """Say that one has seen it; of an alarm, that one takes it on."""
        told = notices.acknowledge(self.principal.person_id, event_id)
        self.own("acknowledged")
        return Response(told)


class SnoozeNotice(NoticeDoor):
    """Snoozing."""

    @extend_schema(operation_id="notices_snooze", request=SnoozeAsked, responses={200: EventFields})
    def post(self, request: Request, event_id: str) -> Response:
        """Quieten an alarm for everyone."""
        given = checked(SnoozeAsked(), request.data)
        told = notices.snooze(self.principal.person_id, event_id, given["minutes"])
        self.own("snoozed")
        return Response(told)


def _sides(cursor: str | None) -> tuple[int | None, int | None]:
    """Return the seqs before and after which a page is asked for. Raises a 422 problem for another's."""
    if not cursor:
        return None, None
    side, digits = cursor[:1], cursor[1:]
    good = side in (OLDER, NEWER) and digits.isascii() and digits.isdigit() and len(digits) <= 16
    if not good or int(digits) > ID_MAX:
        raise invalid("cursor", "invalid", "This cursor is not one of ours.")
    return (int(digits), None) if side == OLDER else (None, int(digits))


def _moment(request: Request, name: str, zone: ZoneInfo) -> datetime | None:
    """Return the time that `from` or `to` names; a day begins in one's own zone. Raises a 422 problem."""
    raw = request.query_params.get(name)
    if not raw:
        return None
    try:
        moment = parse_datetime(raw) if len(raw) > DAY_LENGTH else None
        if moment is None:
            return moments(date.fromisoformat(raw), time(), zone)[0]
        if moment.tzinfo is None:
            raise ValueError
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise invalid(
            name, "invalid", "Must be a time with its offset, or a day, as in 2026-11-20."
        ) from None


def _at(url: str, side: str, seq: int) -> str:
    return replace_query_param(remove_query_param(url, "cursor"), "cursor", f"{side}{seq}")
