"""The doors of `/api/v1/moderation/break-glass/`. No app is let through them: they name no scope."""

from dataclasses import asdict
from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.audit.access import Audited
from accounts.audit.record import record
from accounts.permissions import holders
from moderation.break_glass import flow
from moderation.break_glass.models import Glass
from moderation.break_glass.serializers import (
    Approval,
    Approved,
    Asked,
    AskFields,
    GlassFields,
    GlassLine,
    ReviewFields,
    whole,
)
from moderation.break_glass.state import Finding
from runtime import clock
from runtime.http.checking import checked
from runtime.http.etags import tagged
from runtime.http.idempotency import unkept


class Glasses(Audited, ListAPIView[Glass]):
    """Every breaking of the glass, and asking for one."""

    thing = "break_glass"
    serializer_class = GlassLine
    ordering: ClassVar[tuple[str, ...]] = ("-at", "-id")
    filter_backends = ()
    queryset = Glass.objects.none()

    def get_permissions(self) -> list[BasePermission]:
        """Return who may: to ask is another door than to look over what was asked."""
        roles = flow.ASKERS if self.request.method == "POST" else flow.REVIEWERS
        return [holders(*roles)()]

    def get_queryset(self) -> QuerySet[Glass]:
        """Return all of them."""
        return Glass.objects.all()

    @extend_schema(operation_id="break_glass_list")
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Answer those who review with a page, without what was written and without identities."""
        record("break_glass.list.read", actor=self.principal.person_id)
        return super().get(request, *args, **kwargs)

    @extend_schema(operation_id="break_glass_ask", request=AskFields, responses={201: Asked})
    def post(self, request: Request) -> Response:
        """Ask who the member of a case is; nothing is shown until another person approved."""
        given = checked(AskFields(), request.data)
        glass = flow.ask(flow.Ask(**given), self.principal, clock.now())
        return Response({"id": str(glass.pk)}, status=201)


class GlassItem(Audited):
    """One breaking of the glass."""

    thing = "break_glass"
    problems = ("410",)
    permission_classes = (holders(*flow.ASKERS, *flow.REVIEWERS),)

    @extend_schema(operation_id="break_glass_retrieve", responses=GlassFields)
    def get(self, request: Request, glass_id: UUID) -> Response:
        """Answer with its steps; the identity is shown to those who asked and approved, while it is open."""
        now = clock.now()
        glass, found, shown = flow.look(glass_id, self.principal, now)
        return tagged(whole(glass, found, shown, now))


class Approve(Audited):
    """Approving as the second person."""

    thing = "break_glass"
    problems = ("410",)
    permission_classes = (holders(*flow.APPROVERS),)

    @extend_schema(operation_id="break_glass_approve", request=Approval, responses={200: Approved})
    def post(self, request: Request, glass_id: UUID) -> Response:
        """Answer with the identity. It is kept for no `Idempotency-Key`: look at the item again instead."""
        given = checked(Approval(), request.data)
        shown = flow.approve(glass_id, given["statement"], self.principal, clock.now())
        answer = {"identity": asdict(shown.identity), "expires_at": clock.rfc3339(shown.until)}
        return unkept(Response(answer))


class Review(Audited):
    """Reviewing as a third person."""

    thing = "break_glass"
    permission_classes = (holders(*flow.REVIEWERS),)

    @extend_schema(operation_id="break_glass_review", request=ReviewFields, responses={200: GlassFields})
    def post(self, request: Request, glass_id: UUID) -> Response:
        """Say whether it was justified, and answer with all of it but the identity."""
        given = checked(ReviewFields(), request.data)
        now = clock.now()
        glass = flow.review(glass_id, Finding(given["finding"]), given["note"], self.principal, now)
        return tagged(whole(glass, flow.standing_of(glass), None, now))
