"""The doors of a circle's grants and of its log."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.circles import changes, reading
from accounts.circles.doors import CircleDoor, owns
from accounts.circles.models import Member
from accounts.circles.serializers import (
    GrantFields,
    GrantPage,
    LogPage,
    category_of,
    settled,
    shown_change,
    shown_grant,
)
from accounts.circles.state import Grant
from protocol.errors import NotFound
from runtime import clock
from runtime.http import paging
from runtime.http.checking import checked
from runtime.http.etags import require_match, tagged
from runtime.http.problems import invalid

PAGE = [OpenApiParameter("cursor"), OpenApiParameter("limit", int)]


class Grants(CircleDoor):
    """Who may see what."""

    @extend_schema(operation_id="circles_grants_list", parameters=PAGE, responses=GrantPage)
    def get(self, request: Request, circle_id: UUID) -> Response:
        """Answer with a page of the grants in force: the owner's all, a member's own."""
        member = self.member_in(circle_id)
        self.read(member.circle, "grants")
        now = clock.now()
        state = reading.current(member.circle)
        found = [grant for grant in state.grants.values() if grant.in_force(now) and _concerns(member, grant)]
        found.sort(key=lambda grant: (str(grant.member), grant.category))
        return _page(request, [shown_grant(grant) for grant in found])


class GrantItem(CircleDoor):
    """What one member may do with one category."""

    @extend_schema(operation_id="circles_grants_update", request=GrantFields, responses=GrantFields)
    def put(self, request: Request, circle_id: UUID, member_id: UUID, category: str) -> Response:
        """Grant the category, or change the grant in force; in force when answered."""
        self.owner_in(circle_id)
        named = _category(category)
        given = checked(GrantFields(), request.data)

        def settle(known: Grant | None) -> Grant:
            require_match(request, shown_grant(known) if known else None)
            return settled(given, member_id, named, known)

        grant = changes.set_grant(circle_id, self.principal.person_id, member_id, named, settle)
        return tagged(shown_grant(grant))

    @extend_schema(operation_id="circles_grants_destroy", responses={204: None})
    def delete(self, request: Request, circle_id: UUID, member_id: UUID, category: str) -> Response:
        """Take the grant back; nothing of it is pushed after the answer."""
        self.owner_in(circle_id)
        changes.revoke(
            circle_id,
            self.principal.person_id,
            member_id,
            _category(category),
            lambda grant: require_match(request, shown_grant(grant)),
        )
        return Response(status=204)


class Log(CircleDoor):
    """What was granted and consented to, ever."""

    @extend_schema(operation_id="circles_log_list", parameters=PAGE, responses=LogPage)
    def get(self, request: Request, circle_id: UUID) -> Response:
        """Answer with a page of the log, oldest first: the owner's whole, a member's own lines.

        Both count from 1: a hole would tell a member that something else was there.
        """
        member = self.member_in(circle_id)
        self.read(member.circle, "log")
        lines = reading.changes_of(circle_id)
        if not owns(member):
            lines = [line for line in lines if line.member == member.pk]
        return _page(request, [shown_change(line, seq) for seq, line in enumerate(lines, 1)])


def _concerns(member: Member, grant: Grant) -> bool:
    return owns(member) or grant.member == member.pk


def _category(word: str) -> str:
    category = category_of(word)
    if category is None:
        raise NotFound
    return category


def _page(request: Request, items: list[dict[str, Any]]) -> Response:
    raw = request.query_params.get("cursor", "0")
    if not raw.isascii() or not raw.isdigit() or len(raw) > 9:
        raise invalid("cursor", "invalid", "This cursor is not one of ours.")
    limit = paging.limit_of(request.query_params.get("limit"))
    return Response(paging.page(request.build_absolute_uri(), items, limit=limit, start=int(raw)))
