"""The view that audits: nothing about a person leaves it without a row."""

from typing import Any
from uuid import uuid4

import pytest
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate

from accounts.audit.access import Audited, Unaudited
from accounts.audit.models import Entry
from accounts.audit.record import Standing, open_entry
from accounts.principals import Principal
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
OTHERS = {
    "guests", "auth/token", "auth/refresh", "auth/logout", "realtime/ticket", "rooms", "rooms/{}", "reports",
    "push/key",
}  # fmt: skip


def test_every_other_door_of_the_house_is_audited() -> None:
    unaudited = {named(route) for route, view in patterns() if not issubclass(view, Audited)}
    assert unaudited == OTHERS
