"""The doors of `/api/v1/moderation/cases/`: the socket's commands for other tools."""

from abc import abstractmethod
from typing import Any, ClassVar

from django.db.models import Case as When
from django.db.models import IntegerField, Value
from django.db.models import When as If
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.utils.urls import remove_query_param, replace_query_param

from accounts import scopes
from accounts.audit.access import Audited
from accounts.audit.record import record
from accounts.permissions import holders
from accounts.roles import Role
from moderation.cases import case_wire
from moderation.casework import acting, claiming, context, deciding, duty, escalating, waiting
from moderation.casework.changing import read, standing_of
from moderation.casework.effects import Given
from moderation.doors import fields
from moderation.models import Case, CaseEvent
from moderation.state import DECIDING, Action, Actor, State, may_see
from protocol.errors import NotFound
from runtime import clock
from runtime.http.etags import tagged
from runtime.http.paging import limit_of
from runtime.http.problems import invalid

LIVE = (State.OPEN, State.ESCALATED, State.CLAIMED, State.WAITING)


class Casework(Audited):
    """A door of casework; whoever comes through it is seen to be there."""

    thing = "case"
    required_scope: ClassVar[str | None] = scopes.MODERATION
    permission_classes = (holders(Role.MODERATOR, Role.CLINICIAN),)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Note that the caller is here."""
        super().initial(request, *args, **kwargs)
        duty.seen(self.principal.person_id, "http", clock.now())


def line(case: Case) -> dict[str, Any]:
    """Return a case as a list shows it."""
    return {**case_wire(case), "fence": case.fence}


class Cases(Casework):
    """Every case, in the queue's order."""

    @extend_schema(
        operation_id="moderation_cases_list",
        parameters=[
            OpenApiParameter("state", enum=fields.STATES),
            OpenApiParameter("level", enum=fields.LEVELS),
            OpenApiParameter("cursor"),
            OpenApiParameter("limit", int),
        ],
        responses=fields.CasePage,
    )
    def get(self, request: Request) -> Response:
        """Answer with a page: those that somebody must see to first. A clinician sees escalated ones."""
        now = clock.now()
        asked = request.query_params
        limit, start = limit_of(asked.get("limit")), _start(asked.get("cursor"))
        found = Case.objects.all()
        for name, known in (("state", fields.STATES), ("level", fields.LEVELS)):
            if wanted := asked.get(name):
                if wanted not in known:
                    raise invalid(name, "invalid_choice", f"Must be one of {', '.join(known)}.")
                found = found.filter(**{name: wanted})
        if not self.principal.has(Role.MODERATOR):
            found = found.filter(state=State.ESCALATED)
        live = When(If(state__in=LIVE, then=Value(0)), default=Value(1), output_field=IntegerField())
        ordered = claiming.in_order(found, now)
        rows = list(
            ordered.alias(done=live).order_by("done", *ordered.query.order_by)[start : start + limit + 1]
        )
        record("cases.read", actor=self.principal.person_id, detail={"count": min(len(rows), limit)})
        return Response(_page(request, [line(case) for case in rows], limit, start))


def _start(raw: str | None) -> int:
    if raw is None:
        return 0
    if not raw.isascii() or not raw.isdigit() or len(raw) > 9:
        raise invalid("cursor", "invalid", "This cursor is not one of ours.")
    return int(raw)


def _page(request: Request, items: list[Any], limit: int, start: int) -> dict[str, Any]:
    url = request.build_absolute_uri()
    before = max(0, start - limit)
    back = replace_query_param(url, "cursor", str(before)) if before else remove_query_param(url, "cursor")
    return {
        "results": items[:limit],
        "next": replace_query_param(url, "cursor", str(start + limit)) if len(items) > limit else None,
        "previous": back if start else None,
    }


class CaseItem(Casework):
    """One case."""

    @extend_schema(operation_id="moderation_cases_retrieve", responses=fields.CaseWhole)
    def get(self, request: Request, case_id: str) -> Response:
        """Answer with the case and its record, without text. Looking is a row of the audit."""
        case = read(case_id)
        me = self.principal
        actor = Actor(me.person_id, "", me.has(Role.MODERATOR), clinician=me.has(Role.CLINICIAN))
        if not may_see(actor, standing_of(case)):
            raise NotFound
        record("case_log.read", actor=me.person_id, detail={"case": case.pk})
        log = [_logged(one) for one in CaseEvent.objects.filter(case=case).order_by("n")]
        return tagged({**line(case), "log": log})


def _logged(one: CaseEvent) -> dict[str, Any]:
    return {
        "n": one.n,
        "at": clock.rfc3339(one.at),
        "kind": one.kind,
        "actor": one.actor,
        "role": one.role,
        "from_state": one.from_state,
        "to_state": one.to_state,
        "fence": one.fence,
        "reason_code": one.reason_code,
        "detail": one.detail,
    }


class CaseContext(Casework):
    """What a case is about."""

    @extend_schema(operation_id="moderation_cases_context", responses=fields.ContextFields)
    def get(self, request: Request, case_id: str) -> Response:
        """Answer with messages, reasons, talk and earlier episodes. Looking is a line of the record."""
        return Response(context.context(case_id, self.principal))


class Next(Casework):
    """Taking the most urgent case."""

    permission_classes = (holders(Role.MODERATOR),)

    @extend_schema(operation_id="moderation_cases_next", request=None, responses={200: fields.Held})
    def post(self, request: Request) -> Response:
        """Answer with the case and the fence it is held by; `case` is null where there is none."""
        record("cases.next", actor=self.principal.person_id)
        return Response(claiming.next_case(self.principal))


class Doing(Casework):
    """One command on a case."""

    takes: ClassVar[type[Serializer[Any]]]

    @abstractmethod
    def run(self, case_id: str, given: dict[str, Any]) -> dict[str, Any]:
        """Carry it out; return what the socket's `ok` carries."""

    def post(self, request: Request, case_id: str) -> Response:
        """Carry it out."""
        asked = self.takes(data=request.data)
        asked.is_valid(raise_exception=True)
        record("cases.asked", actor=self.principal.person_id, detail={"case": read(case_id).pk})
        return Response(self.run(case_id, asked.validated_data))


@extend_schema_view(
    post=extend_schema(operation_id="moderation_cases_claim", request=None, responses={200: fields.Held})
)
class Claim(Doing):
    """Taking one case."""

    takes = Serializer

    def run(self, case_id: str, given: dict[str, Any]) -> dict[str, Any]:
        """See `Doing.run`."""
        return claiming.claim(case_id, self.principal)


@extend_schema_view(
    post=extend_schema(
        operation_id="moderation_cases_renew", request=fields.Fenced, responses={200: fields.Done}
    )
)
class Renew(Doing):
    """Holding a case for another lease."""

    takes = fields.Fenced

    def run(self, case_id: str, given: dict[str, Any]) -> dict[str, Any]:
        """See `Doing.run`."""
        return claiming.renew(case_id, given["fence"], self.principal)


@extend_schema_view(
    post=extend_schema(
        operation_id="moderation_cases_release", request=fields.MaybeFenced, responses={200: fields.Done}
    )
)
class Release(Doing):
    """Putting a case back; a supervisor does so without a fence."""

    takes = fields.MaybeFenced

    def run(self, case_id: str, given: dict[str, Any]) -> dict[str, Any]:
        """See `Doing.run`."""
        return claiming.release(case_id, given["fence"], self.principal)


@extend_schema_view(
    post=extend_schema(
        operation_id="moderation_cases_wait", request=fields.WaitFields, responses={200: fields.Done}
    )
)
class Wait(Doing):
    """Waiting for somebody's answer."""

    takes = fields.WaitFields

    def run(self, case_id: str, given: dict[str, Any]) -> dict[str, Any]:
        """See `Doing.run`."""
        return waiting.wait(case_id, given["fence"], given["for"], given["until"], self.principal)


@extend_schema_view(
    post=extend_schema(
        operation_id="moderation_cases_act", request=fields.ActFields, responses={200: fields.Done}
    )
)
class Act(Doing):
    """Doing something about a case."""

    takes = fields.ActFields

    def run(self, case_id: str, given: dict[str, Any]) -> dict[str, Any]:
        """See `Doing.run`."""
        return acting.act(case_id, given["fence"], given_in(given), self.principal)


@extend_schema_view(
    post=extend_schema(
        operation_id="moderation_cases_undo", request=fields.Fenced, responses={200: fields.Done}
    )
)
class Undo(Doing):
    """Undoing the last act."""

    takes = fields.Fenced

    def run(self, case_id: str, given: dict[str, Any]) -> dict[str, Any]:
        """See `Doing.run`."""
        return acting.undo(case_id, given["fence"], self.principal)


@extend_schema_view(
    post=extend_schema(
        operation_id="moderation_cases_decide", request=fields.DecideFields, responses={200: fields.Done}
    )
)
class Decide(Doing):
    """Deciding a case, or confirming a decision."""

    takes = fields.DecideFields

    def run(self, case_id: str, given: dict[str, Any]) -> dict[str, Any]:
        """See `Doing.run`."""
        return deciding.decide(case_id, given["fence"], given_in(given, DECIDING), self.principal)


@extend_schema_view(
    post=extend_schema(
        operation_id="moderation_cases_escalate", request=fields.MaybeFenced, responses={200: fields.Done}
    )
)
class Escalate(Doing):
    """Handing a case to the level above."""

    takes = fields.MaybeFenced

    def run(self, case_id: str, given: dict[str, Any]) -> dict[str, Any]:
        """See `Doing.run`."""
        return escalating.escalate(case_id, given["fence"], self.principal)


def given_in(given: dict[str, Any], allowed: frozenset[Action] = frozenset(Action)) -> Given:
    """Return what came with an action. Raises BadField."""
    more = {name: given[name] for name in ("reason", "message", "text", "until", "to")}
    return Given(acting.parsed(given["action"], allowed), **more)
