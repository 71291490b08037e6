"""The doors of a person's clinicians: an admin adds, the person accepts and ends."""

from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.audit.record import Standing
from accounts.models import User
from accounts.users import assignments
from accounts.users.doors import AccountDoor
from accounts.users.models import Assignment
from accounts.users.serializers import AssignmentFields
from protocol.errors import Forbidden, NotFound
from runtime.http.checking import checked
from runtime.http.etags import tagged


class ClinicianDoor(AccountDoor):
    """A door of somebody's clinicians."""

    thing = "clinician"

    def own(self, name: str) -> User:
        """Return the account if it is the caller's. Raises NotFound, and Forbidden for an admin."""
        user, standing = self.account(name)
        if standing is not Standing.SELF:
            raise Forbidden("Only the person may do this.")
        return user


class Clinicians(ClinicianDoor, ListAPIView[Assignment]):
    """Somebody's clinicians."""

    serializer_class = AssignmentFields
    ordering: ClassVar[tuple[str, ...]] = ("-added_at", "-id")
    filter_backends = ()
    queryset = Assignment.objects.none()

    def get_queryset(self) -> QuerySet[Assignment]:
        """Return the assignments that wait or stand."""
        found = Assignment.objects.filter(client_id=self.asked_about, ended_at=None)
        return found.select_related("clinician")

    @extend_schema(operation_id="users_clinicians_list")
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Answer with a page of assignments."""
        user, standing = self.account(str(self.kwargs["user_id"]))
        self.accessed("list.read", user.pk, standing)
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="users_clinicians_create", request=AssignmentFields, responses={201: AssignmentFields}
    )
    def post(self, request: Request, user_id: str) -> Response:
        """Assign a clinician; nothing is open to them until the person accepts. 409: assigned already."""
        user, standing = self.account(user_id)
        if standing is not Standing.ADMIN:
            raise Forbidden("An admin assigns clinicians.")
        given = checked(AssignmentFields(), request.data)
        clinician = given["clinician_id"]
        made = assignments.add(user.pk, clinician, by=self.principal.person_id)
        return tagged(AssignmentFields(made).data, status=201)


class Clinician(ClinicianDoor):
    """One assignment."""

    @extend_schema(operation_id="users_clinicians_retrieve", responses=AssignmentFields)
    def get(self, request: Request, user_id: str, assignment_id: UUID) -> Response:
        """Answer with the assignment."""
        user, standing = self.account(user_id)
        found = Assignment.objects.filter(pk=assignment_id, client=user, ended_at=None).first()
        if found is None:
            raise NotFound
        self.accessed("read", user.pk, standing)
        return tagged(AssignmentFields(found).data)

    @extend_schema(operation_id="users_clinicians_destroy", responses={204: None})
    def delete(self, request: Request, user_id: str, assignment_id: UUID) -> Response:
        """End the assignment: what it opened is closed from here on."""
        user = self.own(user_id)
        assignments.end(user.pk, assignment_id, by=user.pk)
        return Response(status=204)


class ClinicianAccept(ClinicianDoor):
    """Consenting to an assignment."""

    @extend_schema(operation_id="users_clinicians_accept", request=None, responses={200: AssignmentFields})
    def post(self, request: Request, user_id: str, assignment_id: UUID) -> Response:
        """Consent; the clinician may see one's days from here on."""
        user = self.own(user_id)
        return tagged(AssignmentFields(assignments.accept(user.pk, assignment_id)).data)
