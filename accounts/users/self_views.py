"""The doors by which somebody takes, watches and erases what is held about them; guests too."""

import io
import json
import zipfile
from typing import ClassVar

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import registries
from accounts.audit.access import Audited
from accounts.audit.models import Entry
from accounts.audit.record import Standing, record
from accounts.permissions import GuestOrPerson
from accounts.users import access_log, profiles
from accounts.users.serializers import AccessLine
from runtime import clock
from runtime.http.problems import invalid
from runtime.jobs import enqueue


class Export(Audited):
    """All that is held about oneself."""

    thing = "account"
    permission_classes = (GuestOrPerson,)

    @extend_schema(operation_id="users_export", responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request) -> HttpResponse:
        """Answer with a zip that holds `hearth.json`."""
        person_id = self.principal.person_id
        self.accessed("exported", person_id, Standing.SELF)
        held = json.dumps(registries.export_person(person_id), ensure_ascii=False, indent=2)
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("hearth.json", held)
        headers = {"Content-Disposition": 'attachment; filename="hearth.zip"'}
        return HttpResponse(archive.getvalue(), content_type="application/zip", headers=headers)


class Erase(Audited):
    """Being forgotten."""

    thing = "account"
    permission_classes = (GuestOrPerson,)

    @extend_schema(operation_id="users_erase", request=None, responses={202: None})
    def post(self, request: Request) -> Response:
        """Sign out everywhere now; everything is erased soon after."""
        person_id = self.principal.person_id
        with transaction.atomic():
            enqueue("accounts.erase_person", key=f"erase:{person_id}", person_id=str(person_id))
            record("account.erased", actor=person_id, subject=person_id)
        profiles.remove(person_id, clock.now(), by=person_id, standing=Standing.SELF)
        return Response(status=202)


class AccessLog(Audited, ListAPIView[Entry]):
    """Who looked at one's data."""

    thing = "access_log"
    permission_classes = (GuestOrPerson,)
    serializer_class = AccessLine
    ordering: ClassVar[tuple[str, ...]] = ("-id",)
    filter_backends = ()
    queryset = Entry.objects.none()

    def get_queryset(self) -> QuerySet[Entry]:
        """Return the rows about the caller."""
        others = self.request.query_params.get("others", "false")
        if others not in ("true", "false"):
            raise invalid("others", "invalid", "Must be true or false.")
        found = access_log.of_others if others == "true" else access_log.entries
        return found(self.principal.person_id)

    @extend_schema(operation_id="users_access_log", parameters=[OpenApiParameter("others", bool)])
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Answer with a page of looks, newest first; with `others`, without one's own."""
        record("access_log.read", actor=self.principal.person_id, subject=self.principal.person_id)
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(access_log.told(page))
