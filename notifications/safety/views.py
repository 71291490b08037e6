"""The doors of `/api/v1/safety/`: whom one named, one's plan, and telling them. All are one's own alone."""

from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.audit.access import Audited
from accounts.audit.record import Standing
from accounts.permissions import IsPerson
from notifications.safety import contacts, notices, plan
from notifications.safety.deciding import Level
from notifications.safety.models import Contact, Notice
from notifications.safety.serializers import (
    ContactFields,
    NoticeAsked,
    NoticeFields,
    PlanFields,
    settled,
    shown,
    shown_notice,
    shown_plan,
)
from protocol.errors import NotFound
from runtime import clock
from runtime.http.checking import checked
from runtime.http.etags import require_match, tagged


class ContactDoor(Audited):
    """A door of one's contacts."""

    thing = "safety_contact"
    permission_classes = (IsPerson,)

    def own(self, contact_id: UUID) -> Contact:
        """Return one of the caller's contacts. Raises NotFound."""
        owner = Contact.objects.filter(pk=contact_id).values_list("person_id", flat=True)
        self.asked_about = owner.first()
        return contacts.one(self.principal.person_id, contact_id)


class Contacts(ContactDoor, ListAPIView[Contact]):
    """One's contacts, in one's own order."""

    serializer_class = ContactFields
    ordering: ClassVar[tuple[str, ...]] = ("place", "id")
    filter_backends = ()
    queryset = Contact.objects.none()

    def get_queryset(self) -> QuerySet[Contact]:
        """Return the caller's contacts."""
        return Contact.objects.filter(person_id=self.principal.person_id)

    @extend_schema(operation_id="safety_contacts_list")
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Answer with a page of contacts, who is told first first."""
        self.accessed("read", self.principal.person_id, Standing.SELF)
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response([shown(one) for one in page])

    @extend_schema(
        operation_id="safety_contacts_create", request=ContactFields, responses={201: ContactFields}
    )
    def post(self, request: Request) -> Response:
        """Name a contact. Nobody is told by that but a member of a circle, who sees a new grant."""
        given = checked(ContactFields(), request.data)
        made = contacts.add(self.principal.person_id, settled(given), clock.now())
        return tagged(shown(made), status=201)


class ContactItem(ContactDoor):
    """One contact."""

    @extend_schema(operation_id="safety_contacts_retrieve", responses=ContactFields)
    def get(self, request: Request, contact_id: UUID) -> Response:
        """Answer with the contact."""
        found = self.own(contact_id)
        self.accessed("read", found.person_id, Standing.SELF)
        return tagged(shown(found))

    @extend_schema(operation_id="safety_contacts_update", request=ContactFields, responses=ContactFields)
    def put(self, request: Request, contact_id: UUID) -> Response:
        """Change what is named; what is on its way to a contact that changes is not sent."""
        return self.patch(request, contact_id)

    @extend_schema(
        operation_id="safety_contacts_partial_update", request=ContactFields, responses=ContactFields
    )
    def patch(self, request: Request, contact_id: UUID) -> Response:
        """Change what is named; what is on its way to a contact that changes is not sent."""
        stored = self.own(contact_id)
        given = checked(ContactFields(partial=True), request.data)
        changed = contacts.change(
            self.principal.person_id,
            contact_id,
            settled(given, stored),
            lambda found: require_match(request, shown(found)),
            clock.now(),
        )
        return tagged(shown(changed))

    @extend_schema(operation_id="safety_contacts_destroy", responses={204: None})
    def delete(self, request: Request, contact_id: UUID) -> Response:
        """Take the contact out; what is on its way to them is not sent."""
        self.own(contact_id)
        contacts.remove(self.principal.person_id, contact_id)
        return Response(status=204)


class PlanDoor(Audited):
    """One's safety plan."""

    thing = "safety_plan"
    permission_classes = (IsPerson,)

    @extend_schema(operation_id="safety_plan_retrieve", responses=PlanFields)
    def get(self, request: Request) -> Response:
        """Answer with every text; what was never written is null."""
        person_id = self.principal.person_id
        self.accessed("read", person_id, Standing.SELF)
        return tagged(shown_plan(plan.read(person_id)))

    @extend_schema(operation_id="safety_plan_update", request=PlanFields, responses=PlanFields)
    def put(self, request: Request) -> Response:
        """Change the texts that are named."""
        given = checked(PlanFields(), request.data)
        changed = plan.change(
            self.principal.person_id,
            given,
            lambda stored: require_match(request, shown_plan(stored)),
        )
        return tagged(shown_plan(changed))


class Notices(Audited, ListAPIView[Notice]):
    """What one's contacts were told, or are about to be."""

    thing = "safety_notice"
    permission_classes = (IsPerson,)
    serializer_class = NoticeFields
    ordering: ClassVar[tuple[str, ...]] = ("-asked_at", "-id")
    filter_backends = ()
    queryset = Notice.objects.none()

    def get_queryset(self) -> QuerySet[Notice]:
        """Return the notices about the caller."""
        return Notice.objects.filter(person_id=self.principal.person_id)

    @extend_schema(operation_id="safety_notices_list")
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Answer with a page of notices, newest first."""
        self.accessed("read", self.principal.person_id, Standing.SELF)
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response([shown_notice(row) for row in page])

    @extend_schema(
        operation_id="safety_notices_create",
        request=NoticeAsked,
        responses={201: NoticeFields, 200: NoticeFields},
    )
    def post(self, request: Request) -> Response:
        """Have one's contacts told at `due_at`; 200 with the one that waits already. 409: nobody named."""
        given = checked(NoticeAsked(), request.data)
        person_id, level = self.principal.person_id, Level(given["level"])
        row, made = notices.send_notice(person_id, by=person_id, level=level)
        return tagged(shown_notice(row), status=201 if made else 200)


class NoticeItem(Audited):
    """One notice."""

    thing = "safety_notice"
    permission_classes = (IsPerson,)

    @extend_schema(operation_id="safety_notices_retrieve", responses=NoticeFields)
    def get(self, request: Request, notice_id: UUID) -> Response:
        """Answer with the notice and what became of it with each contact."""
        found = self._own(notice_id)
        self.accessed("read", found.person_id, Standing.SELF)
        return tagged(shown_notice(found))

    @extend_schema(operation_id="safety_notices_destroy", responses={204: None})
    def delete(self, request: Request, notice_id: UUID) -> Response:
        """Take the notice back: nobody is told. 409: they have been told already."""
        self._own(notice_id)
        notices.take_back(self.principal.person_id, notice_id)
        return Response(status=204)

    def _own(self, notice_id: UUID) -> Notice:
        found = Notice.objects.filter(pk=notice_id).first()
        self.asked_about = found.person_id if found else None
        if found is None or found.person_id != self.principal.person_id:
            raise NotFound
        return found
