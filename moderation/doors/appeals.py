"""The doors of reports and appeals."""

from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.audit.access import RefusalsAudited
from accounts.audit.record import record
from accounts.permissions import GuestOrPerson, holders
from accounts.principals import Principal
from accounts.roles import Role
from moderation.casework import appealing
from moderation.doors import fields
from moderation.doors.cases import Casework
from moderation.models import Appeal, Report
from protocol.errors import NotFound
from protocol.text import clean
from runtime.http.problems import invalid


class Reports(Casework, ListAPIView[Report]):
    """What people reported."""

    thing = "report"
    permission_classes = (holders(Role.MODERATOR),)
    serializer_class = fields.ReportLine
    ordering: ClassVar[tuple[str, ...]] = ("-at", "-id")
    filter_backends = ()
    queryset = Report.objects.all()

    @extend_schema(operation_id="moderation_reports_list")
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Answer with a page, newest first."""
        record("reports.read", actor=self.principal.person_id)
        return super().get(request, *args, **kwargs)


class Appeals(Casework, ListAPIView[Appeal]):
    """What people said against decisions."""

    thing = "appeal"
    permission_classes = (holders(Role.MODERATOR),)
    serializer_class = fields.AppealLine
    ordering: ClassVar[tuple[str, ...]] = ("-appealed_at", "-id")
    filter_backends = ()
    queryset = Appeal.objects.none()

    def get_queryset(self) -> QuerySet[Appeal]:
        """Return what was appealed, and not what could be."""
        return Appeal.objects.exclude(state=Appeal.State.OFFERED)

    @extend_schema(operation_id="moderation_appeals_list")
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Answer with a page, newest first."""
        record("appeals.read", actor=self.principal.person_id)
        return super().get(request, *args, **kwargs)


class AppealItem(Casework):
    """One appeal."""

    thing = "appeal"
    permission_classes = (holders(Role.MODERATOR),)

    @extend_schema(operation_id="moderation_appeals_retrieve", responses=fields.AppealLine)
    def get(self, request: Request, appeal_id: UUID) -> Response:
        """Answer with it."""
        row = Appeal.objects.exclude(state=Appeal.State.OFFERED).filter(pk=appeal_id).first()
        if row is None:
            raise NotFound
        record("appeals.read", actor=self.principal.person_id)
        return Response(fields.AppealLine(row).data)


class DecideAppeal(Casework):
    """Looking again."""

    thing = "appeal"
    permission_classes = (holders(Role.MODERATOR),)

    @extend_schema(
        operation_id="moderation_appeals_decide",
        request=fields.OutcomeFields,
        responses={200: fields.AppealLine},
    )
    def post(self, request: Request, appeal_id: UUID) -> Response:
        """Say as another moderator whether the decision stands; one that does not is taken back."""
        asked = fields.OutcomeFields(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        row = appealing.decide(appeal_id, given["outcome"], given["reason"], self.principal)
        return Response(fields.AppealLine(row).data)


class MakeAppeal(RefusalsAudited):
    """Objecting to a decision about oneself."""

    thing = "appeal"
    permission_classes = (GuestOrPerson,)

    @extend_schema(
        operation_id="appeals_create",
        request=fields.AppealFields,
        responses={200: fields.AppealTaken, 201: fields.AppealTaken},
    )
    def post(self, request: Request) -> Response:
        """Answer `received`: 201 at first, 200 for the same words again."""
        asked = fields.AppealFields(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        words = clean(given["text"])
        if not words:
            raise invalid("text", "blank", "Say what you think.")
        assert isinstance(request.user, Principal)  # the permission admits nobody else
        new = appealing.appeal(request.user.person_id, given["appeal"], words)
        return Response({"status": "received"}, status=201 if new else 200)
