"""The door of `/api/v1/moderation/audit/`."""

from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import scopes
from accounts.audit import seals
from accounts.audit.access import Audited
from accounts.audit.models import Seal
from accounts.audit.record import person_hash, record
from accounts.audit.serializers import AuditRow
from accounts.permissions import holders
from accounts.roles import Role
from runtime import clock
from runtime.http.problems import invalid

PERSON = {"type": "string", "format": "uuid"}


class AuditSearch(Audited, ListAPIView[Seal]):
    """The whole audit, for supervisors and admins."""

    thing = "audit"
    required_scope: ClassVar[str | None] = scopes.MODERATION
    permission_classes = (holders(Role.SUPERVISOR, Role.ADMIN),)
    serializer_class = AuditRow
    ordering: ClassVar[tuple[str, ...]] = ("-seq",)
    filter_backends = ()
    queryset = Seal.objects.none()  # the schema asks for one

    def get_queryset(self) -> QuerySet[Seal]:
        """Return the sealed rows asked for."""
        found = Seal.objects.select_related("entry").filter(entry__uid__isnull=False)
        for name in ("actor", "subject"):
            if asked := self.request.query_params.get(name):
                found = found.filter(**{f"entry__{name}_hash": person_hash(_person(name, asked))})
        if kind := self.request.query_params.get("kind"):
            found = found.filter(entry__kind=kind.replace("\0", ""))
        return found

    @extend_schema(
        operation_id="moderation_audit_list",
        parameters=[
            OpenApiParameter("actor", PERSON),
            OpenApiParameter("subject", PERSON),
            OpenApiParameter("kind"),
        ],
    )
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Answer with a page of rows, newest first; looking is itself a row."""
        record("audit.read", actor=self.principal.person_id)
        seals.seal(clock.now())  # what is shown has its place in the chain
        return super().get(request, *args, **kwargs)


def _person(name: str, text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise invalid(name, "invalid", "Must be a person's id.") from None
