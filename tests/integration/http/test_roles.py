"""Which role passes which door: one table, held against every door that the URLs name.

The table is the HTTP contract's column "who". A door without a row fails; what an owner may, and others may
not, is tested with each room of the house.
"""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver

from accounts import sessions
from accounts.models import RoleAssignment, User
from accounts.roles import Role, implied
from runtime import clock

pytestmark = pytest.mark.django_db(transaction=True)

ANYONE, GUEST, PERSON = "A", "G", "P"
MODERATOR, SUPERVISOR, CLINICIAN, ADMIN = Role.MODERATOR, Role.SUPERVISOR, Role.CLINICIAN, Role.ADMIN

# The resources of tracking, and those of them that also have a person in a path.
TRACKED_OF = ("nutrition-logs", "health-metrics", "health-goals", "health-insights")
TRACKED = (
    "sleep", "exercise", "meals", "meetings", "seizures", "mood", "journal", "medication", *TRACKED_OF,
)  # fmt: skip

# Door → method → who passes it: A, G, P, or roles. `P` also stands where an account or a circle decides.
DOORS: dict[str, dict[str, Any]] = {
    "guests": {"POST": ANYONE},
    "auth/token": {"POST": ANYONE},
    "auth/refresh": {"POST": ANYONE},
    "auth/logout": {"POST": PERSON},
    "realtime/ticket": {"POST": GUEST},
    "rooms": {"GET": ANYONE, "POST": {SUPERVISOR, ADMIN}},
    "rooms/{}": {"GET": ANYONE, "PUT": {SUPERVISOR, ADMIN}, "PATCH": {SUPERVISOR, ADMIN}},
    "reports": {"POST": GUEST},
    "moderation/audit": {"GET": {SUPERVISOR, ADMIN}},
    "moderation/duty": {"GET": {MODERATOR}, "PUT": {MODERATOR}},
    "moderation/stats": {"GET": {MODERATOR}},
    "moderation/cases": {"GET": {MODERATOR, CLINICIAN}},
    "moderation/cases/{}": {"GET": {MODERATOR, CLINICIAN}},
    "moderation/cases/{}/context": {"GET": {MODERATOR, CLINICIAN}},
    "moderation/cases/next": {"POST": {MODERATOR}},
    **{
        f"moderation/cases/{{}}/{word}": {"POST": {MODERATOR, CLINICIAN}}
        for word in ("claim", "renew", "release", "wait", "act", "undo", "decide", "escalate")
    },
    "moderation/reports": {"GET": {MODERATOR}},
    "moderation/appeals": {"GET": {MODERATOR}},
    "moderation/appeals/{}": {"GET": {MODERATOR}},
    "moderation/appeals/{}/decide": {"POST": {MODERATOR}},
    "appeals": {"POST": GUEST},
    "moderation/break-glass": {"GET": {SUPERVISOR, CLINICIAN, ADMIN}, "POST": {MODERATOR, CLINICIAN}},
    "moderation/break-glass/{}": {"GET": {MODERATOR, CLINICIAN, ADMIN}},
    "moderation/break-glass/{}/approve": {"POST": {SUPERVISOR, CLINICIAN}},
    "moderation/break-glass/{}/review": {"POST": {SUPERVISOR, CLINICIAN, ADMIN}},
    "users/register": {"POST": ANYONE},
    "users": {"GET": {ADMIN}},
    "users/{}": dict.fromkeys(("GET", "PUT", "PATCH", "DELETE"), PERSON),
    "users/username/{}": {"GET": PERSON},
    "users/me/export": {"GET": GUEST},
    "users/me/erase": {"POST": GUEST},
    "users/me/access-log": {"GET": GUEST},
    "users/{}/clinicians": {"GET": PERSON, "POST": PERSON},
    "users/{}/clinicians/{}": {"GET": PERSON, "DELETE": PERSON},
    "users/{}/clinicians/{}/accept": {"POST": PERSON},
    "circles": {"GET": PERSON, "POST": PERSON},
    "circles/accept": {"POST": PERSON},
    "circles/{}": dict.fromkeys(("GET", "PUT", "PATCH", "DELETE"), PERSON),
    "circles/{}/leave": {"POST": PERSON},
    "circles/{}/members": {"GET": PERSON},
    "circles/{}/members/{}": {"GET": PERSON, "DELETE": PERSON},
    "circles/{}/invites": {"GET": PERSON, "POST": PERSON},
    "circles/{}/invites/{}": {"GET": PERSON, "DELETE": PERSON},
    "circles/{}/grants": {"GET": PERSON},
    "circles/{}/grants/{}/{}": {"PUT": PERSON, "DELETE": PERSON},
    "circles/{}/log": {"GET": PERSON},
    "preferences": {"GET": PERSON, "PUT": PERSON},
    "notices": {"GET": PERSON},
    **{f"notices/{{}}/{act}": {"POST": PERSON} for act in ("read", "acknowledge", "snooze")},
    "summary": {"GET": PERSON},
    "figures": {"GET": PERSON},
    "export": {"GET": PERSON},
    "imports": {"GET": PERSON, "POST": PERSON},
    "imports/{}": {"GET": PERSON},
    "safety/contacts": {"GET": PERSON, "POST": PERSON},
    "safety/contacts/{}": dict.fromkeys(("GET", "PUT", "PATCH", "DELETE"), PERSON),
    "safety/plan": {"GET": PERSON, "PUT": PERSON},
    "safety/notices": {"GET": PERSON, "POST": PERSON},
    "safety/notices/{}": {"GET": PERSON, "DELETE": PERSON},
    "push/key": {"GET": PERSON},
    "push/subscriptions": {"POST": PERSON},
    "push/subscriptions/{}": {"DELETE": PERSON},
    **{
        f"{resource}{rest}": dict.fromkeys(methods, PERSON)
        for resource in TRACKED
        for rest, methods in (
            ("", ("GET", "POST")),
            ("/bulk", ("POST",)),
            ("/{}", ("GET", "PUT", "PATCH", "DELETE")),
        )
    },
    **{f"{resource}/user/{{}}": {"GET": PERSON} for resource in TRACKED_OF},
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
CALLERS = ("nobody", "guest", "person", *Role)


def patterns(
    found: list[URLPattern | URLResolver] | None = None, before: str = ""
) -> Iterator[tuple[str, type]]:
    """Every door under `/api/v1/` with its view's class."""
    for one in get_resolver().url_patterns if found is None else found:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns, route)
        elif route.startswith("api/v1/"):
            view: Any = one.callback
            yield route, getattr(view, "cls", None) or view.view_class


def named(route: str) -> str:
    """A door as the table names it: its path without prefix, slash and the names of its parts."""
    parts = route.removeprefix("api/v1/").strip("/").split("/")
    return "/".join("{}" if part.startswith("<") else part for part in parts)


def methods_of(view: Any) -> set[str]:
    return {method for method in METHODS if hasattr(view, method.lower())}


DOORS_OF_THE_HOUSE = {named(route): methods_of(view) for route, view in patterns()}


def test_every_door_stands_in_the_table_with_its_methods() -> None:
    assert {door: set(rows) for door, rows in DOORS.items()} == DOORS_OF_THE_HOUSE


@pytest.fixture
def headers() -> dict[str, dict[str, str]]:
    """What each caller sends."""
    made: dict[str, dict[str, str]] = {"nobody": {}, "guest": bearer(sessions.open_guest())}
    for caller in CALLERS[2:]:
        user = User.objects.create_user(f"the-{caller}", None)
        if caller != "person":
            RoleAssignment.objects.create(user=user, role=caller)
        made[caller] = bearer(sessions.open_password(user, clock.now()).access)
    return made


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def passes(caller: str, who: Any) -> bool:
    if who == ANYONE:
        return True
    if caller == "nobody":
        return False
    if who == GUEST:
        return True
    if caller == "guest":
        return False
    return who == PERSON or (caller != "person" and bool(implied(frozenset({Role(caller)})) & who))


@override_settings(RATE_LIMIT_LOOPBACK=False)
@pytest.mark.parametrize("door", sorted(DOORS))
def test_each_role_passes_the_doors_that_are_its(door: str, headers: dict[str, dict[str, str]]) -> None:
    for method, who in DOORS[door].items():
        for caller in CALLERS:
            if door == "auth/logout" or (door == "users/me/erase" and caller != "nobody"):
                continue  # they end the caller; tested with their own rooms
            path = f"/api/v1/{door}/".replace("{}", str(uuid.uuid4()))
            answer = Client().generic(
                method, path, "{}", content_type="application/json", headers=headers[caller]
            )
            seen = f"{caller}: {method} {door} → {answer.status_code}"
            if passes(caller, who):
                # Whoever may not now, being off duty, is told so: the door is theirs.
                assert answer.status_code != 403 or answer.json()["code"] == "off_duty", seen
                assert answer.status_code != 401 or door.startswith("auth/"), seen
            else:
                assert answer.status_code == (401 if caller == "nobody" else 403), seen
            assert answer.status_code < 500, seen
