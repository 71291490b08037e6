"""`/api/v1/imports/`: bringing along what was logged elsewhere."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.audit.record import Standing
from protocol.errors import NotFound
from runtime import clock
from runtime.http.checking import checked
from runtime.http.etags import tagged
from runtime.http.json import Moment
from runtime.http.problems import invalid
from tracking.doors import PersonDoor
from tracking.imports import changes
from tracking.imports.formats import CATEGORIES, category_of
from tracking.imports.upload import SealedUpload, Sealing
from tracking.models import Import
from tracking.numbers import IMPORT_BYTES, IMPORT_ENVELOPE


class ImportFault(serializers.Serializer[Any]):
    """Something that was refused; `line` counts from 1, and is null where the whole file is meant."""

    line = serializers.IntegerField(allow_null=True)
    field = serializers.CharField(allow_null=True)
    code = serializers.CharField()


class ImportFields(serializers.ModelSerializer[Import]):
    """A file that was brought, and what became of it so far."""

    category = serializers.SerializerMethodField()
    progress = serializers.FloatField(min_value=0, max_value=1)
    errors = ImportFault(many=True)  # type: ignore[assignment]
    created_at = Moment()
    finished_at = Moment(allow_null=True)

    class Meta:
        model = Import
        fields = (
            "id", "format", "category", "dry_run", "status", "progress", "added", "skipped", "refused",
            "errors", "created_at", "finished_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_category(self, row: Import) -> str | None:
        """Return the category; None where the file says it itself."""
        return row.category or None


class ImportAsked(serializers.Serializer[Any]):
    """A file and what it is. A `csv` without a `category` has that whose columns it has."""

    file = serializers.FileField()
    format = serializers.ChoiceField(choices=Import.Format.choices)
    category = serializers.ChoiceField(choices=CATEGORIES, required=False)
    dry_run = serializers.BooleanField(required=False)


class Imports(PersonDoor, ListAPIView[Any]):
    """All that somebody brought."""

    thing = "import"
    serializer_class = ImportFields
    parser_classes = (MultiPartParser,)
    ordering: ClassVar[tuple[str, ...]] = ("-created_at", "-id")
    queryset = Import.objects.none()
    max_body_bytes = IMPORT_BYTES + IMPORT_ENVELOPE

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Have the file sealed as it comes, whoever reads the body first."""
        if request.method == "POST":
            request.upload_handlers = [Sealing(request)]
        return super().initialize_request(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Import]:
        """Return the caller's own."""
        return Import.objects.filter(user_id=self.principal.person_id)

    @extend_schema(operation_id="imports_list")
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Answer with a page of imports, newest first."""
        owner = self.principal.person_id
        with transaction.atomic():
            self.accessed("list.read", owner, Standing.SELF)
            page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(ImportFields(page, many=True).data)

    @extend_schema(
        operation_id="imports_create",
        request={"multipart/form-data": ImportAsked},
        responses={202: ImportFields},
    )
    def post(self, request: Request) -> Response:
        """Take in a file; it is read soon after."""
        given = checked(ImportAsked(), request.data)
        file = given["file"]
        if not isinstance(file, SealedUpload):
            raise invalid("file", "invalid", "Must be a file.")
        category = category_of(given["category"]) if "category" in given else ""
        owner = self.principal.person_id
        now = clock.now()
        row = changes.bring(owner, file.writer, given["format"], category, given.get("dry_run", False), now)
        file.taken = True
        return tagged(ImportFields(row).data, status=202)


class OneImport(PersonDoor):
    """One of them."""

    thing = "import"
    serializer_class = ImportFields
    queryset = Import.objects.none()

    @extend_schema(operation_id="imports_retrieve")
    def get(self, request: Request, import_id: UUID) -> Response:
        """Answer with what became of it so far."""
        owner = self.principal.person_id
        row = Import.objects.filter(pk=import_id).first()
        self.asked_about = row.user_id if row else None
        if row is None or row.user_id != owner:
            raise NotFound
        with transaction.atomic():
            self.accessed("read", owner, Standing.SELF, entry=row.pk)
        return tagged(ImportFields(row).data)
