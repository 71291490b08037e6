"""The doors of `/api/v1/circles/`: circles, leaving them, and their members."""

from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.audit.record import record
from accounts.circles import changes
from accounts.circles.doors import CircleDoor
from accounts.circles.models import Circle, Member
from accounts.circles.serializers import CircleChange, CircleFields, MemberFields
from protocol.errors import NotFound
from runtime import clock
from runtime.http.checking import checked
from runtime.http.etags import require_match, tagged

OWNERS_NAME = "Member 1"  # a circle never falls back on an account's name: its frames must not carry one


class Circles(CircleDoor, ListAPIView[Circle]):
    """The circles one is in."""

    serializer_class = CircleFields
    filter_backends = ()
    queryset = Circle.objects.none()

    def get_queryset(self) -> QuerySet[Circle]:
        """Return the open circles of the caller."""
        mine = Member.objects.filter(user_id=self.principal.person_id, left_at=None)
        return Circle.objects.filter(closed_at=None, pk__in=mine.values("circle_id"))

    @extend_schema(operation_id="circles_list")
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Answer with a page of circles."""
        record("circle.list.read", actor=self.principal.person_id)
        return super().get(request, *args, **kwargs)

    @extend_schema(operation_id="circles_create", request=CircleFields, responses={201: CircleFields})
    def post(self, request: Request) -> Response:
        """Open a circle that shares one's own days."""
        given = checked(CircleFields(), request.data)
        circle = changes.open_circle(
            self.principal.person_id, given["name"], given.get("own_name") or OWNERS_NAME, clock.now()
        )
        return tagged(CircleFields(circle).data, status=201)


class CircleItem(CircleDoor):
    """One circle."""

    @extend_schema(operation_id="circles_retrieve", responses=CircleFields)
    def get(self, request: Request, circle_id: UUID) -> Response:
        """Answer with the circle."""
        member = self.member_in(circle_id)
        self.read(member.circle, "itself")
        return tagged(CircleFields(member.circle).data)

    @extend_schema(operation_id="circles_update", request=CircleChange, responses=CircleFields)
    def put(self, request: Request, circle_id: UUID) -> Response:
        """Give the circle another name."""
        return self.patch(request, circle_id)

    @extend_schema(operation_id="circles_partial_update", request=CircleChange, responses=CircleFields)
    def patch(self, request: Request, circle_id: UUID) -> Response:
        """Give the circle another name."""
        circle = self.owner_in(circle_id).circle
        given = checked(CircleChange(), request.data)
        name = str(given.get("name", circle.name))
        circle = changes.rename(
            circle_id,
            self.principal.person_id,
            name,
            lambda stored: require_match(request, CircleFields(stored).data),
        )
        return tagged(CircleFields(circle).data)

    @extend_schema(operation_id="circles_destroy", responses={204: None})
    def delete(self, request: Request, circle_id: UUID) -> Response:
        """Close the circle: every grant in it ends."""
        self.owner_in(circle_id)
        changes.close(circle_id, self.principal.person_id)
        return Response(status=204)


class Leave(CircleDoor):
    """Leaving a circle."""

    @extend_schema(operation_id="circles_leave", request=None, responses={204: None})
    def post(self, request: Request, circle_id: UUID) -> Response:
        """Leave; the owner's leaving closes the circle."""
        self.member_in(circle_id)
        changes.leave(circle_id, self.principal.person_id)
        return Response(status=204)


class Members(CircleDoor, ListAPIView[Member]):
    """Who is in a circle."""

    serializer_class = MemberFields
    ordering: ClassVar[tuple[str, ...]] = ("-joined_at", "-id")
    filter_backends = ()
    queryset = Member.objects.none()

    def get_queryset(self) -> QuerySet[Member]:
        """Return the members the circle has now."""
        return Member.objects.filter(circle_id=self.kwargs["circle_id"], left_at=None)

    @extend_schema(operation_id="circles_members_list")
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Answer with a page of members, who came last first."""
        member = self.member_in(self.kwargs["circle_id"])
        self.read(member.circle, "members")
        return super().get(request, *args, **kwargs)


class MemberItem(CircleDoor):
    """One member of a circle."""

    @extend_schema(operation_id="circles_members_retrieve", responses=MemberFields)
    def get(self, request: Request, circle_id: UUID, member_id: UUID) -> Response:
        """Answer with the member."""
        circle = self.member_in(circle_id).circle
        found = Member.objects.filter(pk=member_id, circle=circle, left_at=None).first()
        if found is None:
            raise NotFound
        self.read(circle, "members")
        return tagged(MemberFields(found).data)

    @extend_schema(operation_id="circles_members_destroy", responses={204: None})
    def delete(self, request: Request, circle_id: UUID, member_id: UUID) -> Response:
        """See a member off; their grants end."""
        self.owner_in(circle_id)
        changes.remove_member(circle_id, self.principal.person_id, member_id)
        return Response(status=204)
