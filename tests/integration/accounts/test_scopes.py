"""A bearer token of an app passes only doors that ask for a scope it holds."""

from typing import ClassVar

import pytest
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from accounts import authentication
from accounts.audit.models import Entry
from accounts.models import User
from accounts.permissions import IsPerson
from accounts.principals import Principal
from tests.integration.http.test_roles import DOORS, TRACKED, named, patterns

pytestmark = pytest.mark.django_db


class Plain(APIView):
    permission_classes = (IsPerson,)

    def get(self, request: Request) -> Response:
        return Response({})

    post = get


class Tracked(Plain):
    required_scope: ClassVar[str | None] = "tracking"


# Every door that an app may pass, by the scope it asks for; all others are closed to apps.
SCOPED = {
    **{
        door: "tracking"
        for door in DOORS
        if door.split("/")[0] in (*TRACKED, "summary", "figures", "export", "imports")
    },
    # Other tools act in their person's roles: all of the console's doors, and never the glass.
    **{
        door: "moderation"
        for door in DOORS
        if door.startswith("moderation/") and not door.startswith("moderation/break-glass")
    },
}


def test_the_doors_that_apps_may_pass_are_these_alone() -> None:
    found = {named(route): getattr(view, "required_scope", None) for route, view in patterns()}
    assert {door: scope for door, scope in found.items() if scope} == SCOPED


@pytest.mark.parametrize(
    ("view", "method", "status"),
    [(Plain, "get", 403), (Plain, "post", 403), (Tracked, "get", 200), (Tracked, "post", 403)],
)
def test_a_scope_opens_its_doors_alone(
    view: type[APIView], method: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = User.objects.create_user("alice")
    app = Principal(alice.pk, None, frozenset(), False, "en", frozenset({"tracking:read"}))
    monkeypatch.setattr(authentication, "authenticate_bearer", lambda token: app)
    request = getattr(APIRequestFactory(), method)("/", HTTP_AUTHORIZATION="Bearer of-an-app")
    answer = view.as_view()(request)
    assert answer.status_code == status
    refused = Entry.objects.filter(kind="refused").count()
    assert refused == (status == 403)
    if status == 403:
        assert answer.data["code"] == "forbidden"
