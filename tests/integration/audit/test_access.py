"""The view that audits: nothing about a person leaves it without a row."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate

from accounts import sessions
from accounts.audit.access import Audited, RefusalsAudited, Unaudited
from accounts.audit.models import Entry
from accounts.audit.record import Standing, open_entry
from accounts.principals import Principal, authenticate_bearer
from protocol.errors import Forbidden, NotFound
from runtime.http.problems import conflict
from tests.integration.http.test_roles import named, patterns

pytestmark = pytest.mark.django_db(transaction=True)

ALICE = uuid4()
BOB = Principal(uuid4(), None, frozenset(), False, "en")


class Sleep(Audited):
    thing = "sleep"
    permission_classes = ()
    then: Any = None

    def get(self, request: Request) -> Response:
        self.asked_about = ALICE
        if self.then is not None:
            raise self.then
        self.accessed("read", ALICE, Standing.FAMILY, member=uuid4())
        return Response({})

    def post(self, request: Request) -> Response:
        return Response({}, status=201)


def ask(method: str = "get", then: Any = None) -> Any:
    request = getattr(APIRequestFactory(), method)("/")
    force_authenticate(request, BOB)
    return Sleep.as_view(then=then)(request)


def test_a_look_is_one_row() -> None:
    assert ask().status_code == 200
    row = Entry.objects.get()
    opened = open_entry(row)
    assert (row.kind, row.shown, opened.actor, opened.subject) == ("sleep.read", True, BOB.person_id, ALICE)
    assert opened.detail["as"] == "family"


@pytest.mark.parametrize(("refusal", "status"), [(NotFound(), 404), (Forbidden(), 403)])
def test_a_refusal_is_one_row_that_its_subject_is_not_told_of(refusal: Any, status: int) -> None:
    assert ask(then=refusal).status_code == status
    row = Entry.objects.get()
    assert (row.kind, row.shown, open_entry(row).subject) == ("refused", False, ALICE)
    assert open_entry(row).detail == {"thing": "sleep", "method": "GET", "status": status}


def test_a_wrong_request_is_no_row() -> None:
    assert ask(then=conflict("taken")).status_code == 409
    assert not Entry.objects.exists()


def test_a_view_that_forgets_its_row_answers_nothing() -> None:
    ask()
    with pytest.raises(Unaudited):
        ask("post")


# Doors that show and change nothing of anybody's: signing in writes its own rows, rooms are public.
NAMELESS = {"guests", "auth/token", "auth/refresh"}  # they know no caller to write of
OTHERS = {"auth/logout", "realtime/ticket", "rooms", "rooms/{}", "reports", "appeals", "push/key"} | NAMELESS


def test_every_other_door_of_the_house_is_audited() -> None:
    unaudited = {named(route) for route, view in patterns() if not issubclass(view, Audited)}
    assert unaudited == OTHERS
    silent = {named(route) for route, view in patterns() if not issubclass(view, RefusalsAudited)}
    assert silent == NAMELESS


def test_a_door_that_is_closed_to_somebody_known_is_a_row() -> None:
    guest = authenticate_bearer(token := sessions.open_guest())
    assert guest is not None
    headers = {"authorization": f"Bearer {token}"}
    for door in ("rooms/", "auth/logout/"):
        assert Client().post(f"/api/v1/{door}", headers=headers).status_code == 403
    assert [(row.kind, open_entry(row).actor) for row in Entry.objects.all()] == [
        ("refused", guest.person_id)
    ] * 2
    assert Client().get("/api/v1/rooms/none/", headers=headers).status_code == 404  # public, and not there
    assert Entry.objects.count() == 2
