"""The doors of invitations into a circle."""

from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.circles import invites
from accounts.circles.doors import CircleDoor
from accounts.circles.models import Invite
from accounts.circles.serializers import Acceptance, CircleFields, InviteFields, InviteMade
from protocol.errors import NotFound
from runtime import clock
from runtime.http.checking import checked
from runtime.http.etags import tagged


class Invites(CircleDoor, ListAPIView[Invite]):
    """The invitations of a circle that wait."""

    serializer_class = InviteFields
    ordering: ClassVar[tuple[str, ...]] = ("-created_at", "-id")
    filter_backends = ()
    queryset = Invite.objects.none()

    def get_queryset(self) -> QuerySet[Invite]:
        """Return the invitations that still work."""
        return waiting(self.kwargs["circle_id"])

    @extend_schema(operation_id="circles_invites_list")
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Answer with a page of invitations, without their tokens."""
        self.read(self.owner_in(self.kwargs["circle_id"]).circle, "invites")
        return super().get(request, *args, **kwargs)

    @extend_schema(operation_id="circles_invites_create", request=InviteFields, responses={201: InviteMade})
    def post(self, request: Request, circle_id: UUID) -> Response:
        """Make an invitation; its token is shown this once, and mailed where an address is given."""
        self.owner_in(circle_id)
        given = checked(InviteFields(), request.data)
        email = given.get("email")
        made, token = invites.invite(circle_id, self.principal.person_id, email)
        shown = {**InviteFields(made).data, "token": token, "url": invites.link(token)}
        return tagged(shown, status=201)


class InviteItem(CircleDoor):
    """One invitation."""

    @extend_schema(operation_id="circles_invites_retrieve", responses=InviteFields)
    def get(self, request: Request, circle_id: UUID, invite_id: UUID) -> Response:
        """Answer with the invitation, without its token."""
        circle = self.owner_in(circle_id).circle
        found = waiting(circle_id).filter(pk=invite_id).first()
        if found is None:
            raise NotFound
        self.read(circle, "invites")
        return tagged(InviteFields(found).data)

    @extend_schema(operation_id="circles_invites_destroy", responses={204: None})
    def delete(self, request: Request, circle_id: UUID, invite_id: UUID) -> Response:
        """Take the invitation back."""
        self.owner_in(circle_id)
        invites.take_back(circle_id, self.principal.person_id, invite_id)
        return Response(status=204)


class Accept(CircleDoor):
    """Coming into a circle."""

    problems = ("410",)

    @extend_schema(operation_id="circles_accept", request=Acceptance, responses={200: CircleFields})
    def post(self, request: Request) -> Response:
        """Accept an invitation and answer with the circle; 410 for a dead one."""
        given = checked(Acceptance(), request.data)
        circle = invites.accept(given["token"], self.principal.person_id, given.get("name"))
        return tagged(CircleFields(circle).data)


def waiting(circle_id: UUID) -> QuerySet[Invite]:
    """Return a circle's invitations that still work."""
    return invites.waiting(clock.now()).filter(circle_id=circle_id)
