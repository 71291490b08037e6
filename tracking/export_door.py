"""`/api/v1/export/`: taking along all that was logged about oneself."""

from django.db import transaction
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from accounts.audit.record import Standing
from runtime.http.problems import invalid
from tracking.archive import FORMS, JSON, archive
from tracking.doors import PersonDoor


class TrackingExport(PersonDoor):
    """All that was logged about oneself, whoever wrote it."""

    thing = "tracking"

    @extend_schema(
        operation_id="tracking_export",
        parameters=[OpenApiParameter("as", enum=FORMS)],
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request) -> HttpResponse:
        """Answer with a zip that holds one file for each resource."""
        form = request.query_params.get("as") or JSON
        if form not in FORMS:
            raise invalid("as", "invalid_choice", f"Must be {' or '.join(FORMS)}.")
        owner = self.principal.person_id
        with transaction.atomic():
            self.accessed("exported", owner, Standing.SELF)
            held = archive(owner, form)
        headers = {"Content-Disposition": f'attachment; filename="hearth-{form}.zip"'}
        return HttpResponse(held, content_type="application/zip", headers=headers)
