"""What the doors of all resources share; each resource's own file names its table and its words."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.audit.access import Audited
from accounts.circles.state import Access
from accounts.permissions import IsPerson
from accounts.sight import sight
from protocol.errors import NotFound
from runtime import clock
from runtime.http.checking import checked
from runtime.http.etags import require_match, tagged
from runtime.http.problems import Problem, invalid
from tracking import logbook
from tracking.bounds import BOUNDS, between, bound
from tracking.entries import Entry
from tracking.fields import out_of_range
from tracking.numbers import BULK_AT_MOST, BULK_BYTES
from tracking.resource import Resource

ME = "me"
WHOSE = OpenApiParameter("user_id", {"type": "string"}, description="Whose days; one's own unless told.")


class PersonDoor(Audited, GenericAPIView[Any]):
    """A door to what is logged about one person."""

    required_scope: ClassVar[str | None] = "tracking"
    permission_classes = (IsPerson,)
    filter_backends = ()

    def whose(self, named: str | None) -> UUID:
        """Return the person that the request names, or its caller. Raises a 422 problem for no id."""
        owner = self.principal.person_id
        if named is not None and named != ME:
            try:
                owner = UUID(named)
            except ValueError:
                raise invalid("user_id", "invalid", "Must be a person's id.") from None
        self.asked_about = owner
        return owner


class EntryDoor(PersonDoor):
    """A door of one resource."""

    resource: ClassVar[Resource]
    ordering: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, **options: Any) -> None:
        """Take from the resource what DRF, the audit and the schema ask of a view."""
        super().__init_subclass__(**options)
        resource = getattr(cls, "resource", None)
        if resource is not None:
            cls.thing = resource.thing
            cls.serializer_class = resource.fields
            cls.queryset = resource.model._default_manager.none()
            cls.ordering = (f"-{resource.model.WHEN}", "-id")

    def shown(self, entry: Entry) -> dict[str, Any]:
        """Return an entry as it is sent."""
        return dict(self.resource.fields(entry).data)

    def listed(self, owner: UUID) -> Response:
        """Return a page of a person's entries to who may see them, newest first."""
        now = clock.now()
        with transaction.atomic():
            seen = sight(self.principal, owner, self.resource.category, Access.VIEW, now)
            logbook.audit(self.resource, "list.read", self.principal, owner, seen)
            rows = self.resource.visible(self.principal, owner, now)
            page = self.paginate_queryset(self.narrowed(self.between(rows))) or []
        return self.get_paginated_response(self.resource.fields(page, many=True).data)

    def narrowed(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that the resource's own parameters ask for."""
        return rows

    def between(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows from `from` until before `to`, which are times or days local to each entry."""
        return between(rows, self.resource.model.WHEN, bound(self.request, "from"), bound(self.request, "to"))


class Entries(EntryDoor, ListAPIView[Any]):
    """All entries of a resource."""

    creates: ClassVar[bool] = True  # for the OpenAPI document

    @extend_schema(parameters=[WHOSE, *BOUNDS])
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Answer with a page of entries, newest first."""
        return self.listed(self.whose(request.query_params.get("user_id")))

    @extend_schema(parameters=[WHOSE])
    def post(self, request: Request) -> Response:
        """Log one entry."""
        owner = self.whose(request.query_params.get("user_id"))
        entry = logbook.add(self.resource, self.principal, owner, request.data, clock.now())
        return tagged(self.shown(entry), status=201)


class EntriesOf(EntryDoor, ListAPIView[Any]):
    """All entries of a resource that are about one person, who stands in the path."""

    @extend_schema(parameters=BOUNDS)
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Answer with a page of the person's entries, newest first."""
        try:
            owner = self.whose(str(self.kwargs["user_id"]))
        except Problem:
            raise NotFound from None
        return self.listed(owner)


class OneEntry(EntryDoor):
    """One entry of a resource."""

    def about(self, entry_id: UUID) -> None:
        """Note whose entry is asked for, in case the answer is a refusal."""
        self.asked_about = logbook.owner_of(self.resource, entry_id)

    def get(self, request: Request, entry_id: UUID) -> Response:
        """Answer with the entry."""
        self.about(entry_id)
        with transaction.atomic():
            return tagged(self.shown(logbook.read(self.resource, self.principal, entry_id, clock.now())))

    def put(self, request: Request, entry_id: UUID) -> Response:
        """Change what is named of the entry."""
        self.about(entry_id)

        def given(entry: Entry) -> dict[str, Any]:
            require_match(request, self.shown(entry))
            return checked(
                self.resource.fields(entry, partial=True), self.resource.change_asked(dict(request.data))
            )

        entry = logbook.change(self.resource, self.principal, entry_id, given, clock.now())
        return tagged(self.shown(entry))

    def patch(self, request: Request, entry_id: UUID) -> Response:
        """Change what is named of the entry."""
        return self.put(request, entry_id)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, entry_id: UUID) -> Response:
        """Delete the entry."""
        self.about(entry_id)

        def check(entry: Entry) -> None:
            require_match(request, self.shown(entry))

        logbook.remove(self.resource, self.principal, entry_id, check, clock.now())
        return Response(status=204)


class BulkAsked(serializers.Serializer[Any]):
    """Many entries, each as its resource takes one."""

    entries = serializers.ListField(
        child=serializers.DictField(), min_length=1, max_length=BULK_AT_MOST, allow_empty=False
    )


class BulkLine(serializers.Serializer[Any]):
    """What became of one entry: `id` where it was stored, else `errors`."""

    index = serializers.IntegerField()
    id = serializers.UUIDField(required=False)
    errors = serializers.ListField(child=serializers.DictField(), required=False)  # type: ignore[assignment]


class BulkAnswer(serializers.Serializer[Any]):
    """What became of each entry."""

    created = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = BulkLine(many=True)


class Bulk(EntryDoor):
    """Logging many entries at once."""

    max_body_bytes = BULK_BYTES

    @extend_schema(parameters=[WHOSE], request=BulkAsked, responses={200: BulkAnswer})
    def post(self, request: Request) -> Response:
        """Log each entry that is right; one that is not hinders no other."""
        owner = self.whose(request.query_params.get("user_id"))
        asked: dict[str, Any] = dict(request.data)
        many = asked.get("entries")
        if not isinstance(many, list):
            raise invalid("entries", "invalid" if "entries" in asked else "required", "Must be a list.")
        if not 1 <= len(many) <= BULK_AT_MOST:
            raise out_of_range("entries", 1, BULK_AT_MOST, f"Must be 1 to {BULK_AT_MOST} entries.")
        stored, refused = logbook.add_many(self.resource, self.principal, owner, many, clock.now())
        results: list[dict[str, Any]] = [
            {"index": place, "id": str(stored[place].pk)}
            if place in stored
            else {"index": place, "errors": _placed(place, refused[place])}
            for place in range(len(many))
        ]
        return Response({"created": len(stored), "refused": len(refused), "results": results})


def _placed(place: int, errors: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{**one, "field": f"entries.{place}.{one['field'] or ''}".rstrip(".")} for one in errors]
