"""The doors of `/api/v1/rooms/` and `/api/v1/reports/`."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.validators import slug_re
from django.db import IntegrityError
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.audit.access import RefusalsAudited
from accounts.permissions import GuestOrPerson, holders
from accounts.principals import Principal
from accounts.roles import Role
from chat import memberships, rooms
from chat.models import Room
from chat.moderating import actions
from chat.report import report_item
from chat.serializers import Received, ReportFields, RoomChange, RoomFields
from moderation.models import Report as KeptReport
from protocol.commands import Report
from protocol.errors import NotFound
from runtime.http.checking import checked
from runtime.http.etags import etag_of, require_match
from runtime.http.problems import conflict
from streams.commit import Item, write_now
from streams.transaction import Tx

HOSTS = (Role.SUPERVISOR, Role.ADMIN)  # who makes, changes and closes rooms
HostsOnly = holders(*HOSTS)


class _Rooms(RefusalsAudited):
    """Anyone reads; hosts write."""

    thing = "room"

    def get_permissions(self) -> list[BasePermission]:
        """Return who may use this method."""
        return [AllowAny() if self.request.method in ("GET", "HEAD", "OPTIONS") else HostsOnly()]


class RoomList(_Rooms, ListAPIView[Room]):
    """The topic rooms."""

    serializer_class = RoomFields
    ordering: ClassVar[tuple[str, ...]] = ("-created_at", "-stream_id")
    filter_backends = ()

    def get_queryset(self) -> QuerySet[Room]:
        """Return the rooms asked for; closed ones are shown to hosts alone."""
        found = Room.objects.filter(kind=Room.Kind.TOPIC)
        user = self.request.user
        if not (isinstance(user, Principal) and user.has(*HOSTS)):
            found = found.filter(closed=False)
        for name in ("topic", "language"):
            wanted = self.request.query_params.get(name)
            if wanted:
                found = found.filter(**{name: wanted}) if slug_re.fullmatch(wanted) else found.none()
        return found

    @extend_schema(
        operation_id="rooms_list", parameters=[OpenApiParameter("topic"), OpenApiParameter("language")]
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer with a page of rooms."""
        return super().get(request, *args, **kwargs)

    @extend_schema(operation_id="rooms_create", request=RoomFields, responses={201: RoomFields})
    def post(self, request: Request) -> Response:
        """Make a room; 409 where the slug is taken."""
        given = checked(RoomFields(), request.data)
        closed = given.pop("closed")
        topic = given.setdefault("topic", given["slug"])
        given.setdefault("title", topic.replace("-", " ").capitalize())
        given.setdefault("language", "en")
        try:
            room = rooms.create(**given)
        except IntegrityError:
            raise conflict("There is a room of this slug already.") from None
        if closed:
            _change(room, {"closed": True})
        return _tagged(_reread(room), status=201)


class RoomItem(_Rooms):
    """One topic room."""

    @extend_schema(operation_id="rooms_retrieve", responses=RoomFields)
    def get(self, request: Request, slug: str) -> Response:
        """Answer with the room."""
        return _tagged(_listed(slug))

    @extend_schema(operation_id="rooms_update", request=RoomChange, responses=RoomFields)
    def put(self, request: Request, slug: str) -> Response:
        """Change what is named; closing refuses new messages and tells the room."""
        return self.patch(request, slug)

    @extend_schema(operation_id="rooms_partial_update", request=RoomChange, responses=RoomFields)
    def patch(self, request: Request, slug: str) -> Response:
        """Change what is named; closing refuses new messages and tells the room."""
        room = _listed(slug)
        require_match(request, _stable(RoomFields(room).data))
        _change(room, checked(RoomChange(room, partial=True), request.data))
        return _tagged(_reread(room))


class Reports(RefusalsAudited):
    """Tell the moderators about a message."""

    thing = "report"
    permission_classes = (GuestOrPerson,)

    @extend_schema(
        operation_id="reports_create", request=ReportFields, responses={200: Received, 201: Received}
    )
    def post(self, request: Request) -> Response:
        """Answer `received`: 201 at first, 200 for the same message again; 404 for what one cannot see."""
        given = checked(ReportFields(), request.data)
        reporter = request.user
        assert isinstance(reporter, Principal)  # the permission admits nobody else
        membership = memberships.load_one(reporter.person_id, given["stream"])
        if membership is None:
            raise NotFound
        known = KeptReport.objects.filter(event_id=given["event_id"], reporter=membership.member_id).exists()
        command = Report(
            id=0,
            stream=given["stream"],
            event_id=given["event_id"],
            reason=given["reason"],
            note=given.get("note"),
        )
        return Response(write_now(report_item(command, membership)), status=200 if known else 201)


def _listed(slug: str) -> Room:
    """Return a topic room; a pair's is nobody's to see here. Raises NotFound."""
    room = rooms.find(slug)
    if room is None or room.kind != Room.Kind.TOPIC:
        raise NotFound
    return room


def _reread(room: Room) -> Room:
    return Room.objects.select_related("stream").get(pk=room.pk)


def _tagged(room: Room, *, status: int = 200) -> Response:
    """Return the room with its ETag."""
    data = RoomFields(room).data
    return Response(data, status=status, headers={"ETag": etag_of(_stable(data))})


def _stable(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what hosts change of a room: people coming and going make nobody's change stale."""
    return {name: value for name, value in data.items() if name != "people"}


def _change(room: Room, given: dict[str, Any]) -> None:
    """Change a room in one transaction; its members are told what concerns them."""
    plain = {name: value for name, value in given.items() if name not in ("slug", "closed", "slow_mode_s")}

    def write(tx: Tx) -> None:
        if plain:
            Room.objects.filter(pk=room.pk).update(**plain)
        if "slow_mode_s" in given:
            actions.slow_mode(tx, room.ref, seconds=given["slow_mode_s"], now=tx.now)
        if "closed" in given:
            actions.close(tx, room.ref, on=given["closed"], now=tx.now)

    write_now(Item((room.ref,), write))
