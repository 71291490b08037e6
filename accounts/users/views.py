"""The doors of `/api/v1/users/`: registering, and accounts."""

from typing import Any

from django.db import transaction
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from accounts.audit.access import Audited
from accounts.audit.record import record
from accounts.locales import preferred
from accounts.models import User
from accounts.permissions import holders
from accounts.principals import Principal
from accounts.roles import Role
from accounts.users import profiles
from accounts.users.doors import AccountDoor
from accounts.users.registration import Application, register
from accounts.users.serializers import Registration, UserChange, UserFields, UserPage, listed, shown
from runtime import clock
from runtime.http.checking import checked
from runtime.http.etags import require_match, tagged
from runtime.http.paging import limit_of
from runtime.http.problems import invalid


class Register(Audited):
    """Make an account."""

    thing = "account"
    permission_classes = (AllowAny,)

    @extend_schema(operation_id="users_register", request=Registration, responses={201: UserFields})
    def post(self, request: Request) -> Response:
        """Answer with the account; a guest who asks keeps what they have. 409: the username is taken."""
        given = checked(Registration(), request.data)
        caller = request.user
        guest = caller.person_id if isinstance(caller, Principal) and caller.is_guest else None
        application = Application(**given, locale=preferred(request.headers))
        user = register(application, guest, clock.now())
        return tagged(shown(user), status=201)


class Users(Audited):
    """All accounts."""

    thing = "account"
    permission_classes = (holders(Role.ADMIN),)

    @extend_schema(
        operation_id="users_list",
        parameters=[OpenApiParameter("skip", int), OpenApiParameter("limit", int)],
        responses=UserPage,
    )
    def get(self, request: Request) -> Response:
        """Answer with a page of accounts, newest first, their e-mails masked."""
        skip, limit = _skip(request), limit_of(request.query_params.get("limit"))
        record("account.list.read", actor=self.principal.person_id)
        found = User.objects.filter(is_guest=False, deleted_at=None).order_by("-created_at", "-id")
        with transaction.atomic():
            count = found.count()
            rows = list(found.prefetch_related("roles")[skip : skip + limit])
        url = request.build_absolute_uri()
        return Response(
            {"count": count, **_links(url, skip, limit, count), "results": [listed(u) for u in rows]}
        )


class Account(AccountDoor):
    """One account, by id."""

    @extend_schema(operation_id="users_retrieve", responses=UserFields)
    def get(self, request: Request, user_id: str) -> Response:
        """Answer with the account."""
        user, standing = self.account(user_id)
        self.accessed("read", user.pk, standing)
        return tagged(shown(user))

    @extend_schema(operation_id="users_update", request=UserChange, responses=UserFields)
    def put(self, request: Request, user_id: str) -> Response:
        """Change what is named of the profile."""
        return self.patch(request, user_id)

    @extend_schema(operation_id="users_partial_update", request=UserChange, responses=UserFields)
    def patch(self, request: Request, user_id: str) -> Response:
        """Change what is named of the profile."""
        user, standing = self.account(user_id)
        given = checked(UserChange(), request.data)
        changed = profiles.change(
            user.pk,
            given.get("profile") or {},
            by=self.principal.person_id,
            standing=standing,
            check=lambda stored: require_match(request, shown(stored)),
        )
        return tagged(shown(changed))

    @extend_schema(operation_id="users_destroy", responses={204: None})
    def delete(self, request: Request, user_id: str) -> Response:
        """Delete the account softly: tokens and sockets die, circles end, the row stays."""
        user, standing = self.account(user_id)
        profiles.remove(user.pk, clock.now(), by=self.principal.person_id, standing=standing)
        return Response(status=204)


class AccountByName(AccountDoor):
    """One account, by username."""

    @extend_schema(operation_id="users_by_username", responses=UserFields)
    def get(self, request: Request, username: str) -> Response:
        """Answer with the account."""
        named = (
            User.objects.filter(username__iexact=username.replace("\0", ""))
            .values_list("pk", flat=True)
            .first()
        )
        user, standing = self.admitted(profiles.present(named) if named else None)
        self.accessed("read", user.pk, standing)
        return tagged(shown(user))


def _skip(request: Request) -> int:
    raw = request.query_params.get("skip", "0")
    if not raw.isascii() or not raw.isdigit() or len(raw) > 9:
        raise invalid("skip", "out_of_range", "Must be 0 or more.", min=0)
    return int(raw)


def _links(url: str, skip: int, limit: int, count: int) -> dict[str, Any]:
    before = max(0, skip - limit)
    previous = replace_query_param(url, "skip", before) if before else remove_query_param(url, "skip")
    return {
        "next": replace_query_param(url, "skip", skip + limit) if skip + limit < count else None,
        "previous": previous if skip else None,
    }
