"""`/api/v1/rooms/` and `/api/v1/reports/`."""

from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import Client

from accounts import sessions
from accounts.models import RoleAssignment, User
from accounts.principals import authenticate_bearer
from accounts.roles import Role
from chat import rooms
from chat.models import Room
from runtime import clock
from tests.integration.chat.people import Someone, queue_events, room_events

API = "/api/v1"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def staff(role: Role) -> dict[str, str]:
    user = User.objects.create_user(f"{role.value}-one", "a long password")
    RoleAssignment.objects.create(user=user, role=role)
    return bearer(sessions.open_password(user, clock.now()).access)


@pytest.fixture
def sam() -> dict[str, str]:
    """A supervisor's credential."""
    return staff(Role.SUPERVISOR)


@pytest.fixture
def guest() -> tuple[Someone, dict[str, str]]:
    """A guest and their credential."""
    token = sessions.open_guest()
    principal = authenticate_bearer(token)
    assert principal is not None
    return Someone(principal), bearer(token)


def send(client: Client, method: str, path: str, body: Any = None, who: dict[str, str] | None = None) -> Any:
    kwargs: dict[str, Any] = {"headers": who or {}}
    if body is not None:
        kwargs |= {"data": body, "content_type": "application/json"}
    return getattr(client, method)(f"{API}{path}", **kwargs)


def test_anyone_reads_the_rooms(client: Client) -> None:
    answer = send(client, "get", "/rooms/")
    assert answer.status_code == 200
    (room,) = answer.json()["results"]
    assert room == {
        "slug": "sleep", "topic": "sleep", "title": "Sleep", "language": "en", "people": 0, "capacity": 500,
        "slow_mode_s": 0, "retention": "days", "closed": False,
    }  # fmt: skip
    assert answer.json()["next"] is None


def test_rooms_are_filtered_and_a_pairs_is_not_listed(client: Client) -> None:
    rooms.create(slug="sueno", topic="sleep", title="Sueño", language="es")
    rooms.create(slug="pair-x", topic="sleep", title="Sleep", language="en", kind=Room.Kind.PAIR)

    def slugs(query: str) -> list[str]:
        return [room["slug"] for room in send(client, "get", f"/rooms/{query}").json()["results"]]

    assert slugs("") == ["sueno", "sleep"]
    assert slugs("?topic=sleep&language=es") == ["sueno"]
    assert slugs("?topic=nothing") == slugs("?topic=%00") == []
    assert send(client, "get", "/rooms/pair-x/").status_code == 404


def test_pages_follow_each_other(client: Client) -> None:
    rooms.create(slug="two", topic="sleep", title="Two", language="en")
    first = send(client, "get", "/rooms/?limit=1").json()
    assert [room["slug"] for room in first["results"]] == ["two"]
    second = client.get(first["next"]).json()
    assert [room["slug"] for room in second["results"]] == ["sleep"]


def test_one_room_has_an_etag(client: Client) -> None:
    answer = send(client, "get", "/rooms/sleep/")
    assert answer.status_code == 200
    assert answer["ETag"]
    assert send(client, "get", "/rooms/nowhere/").status_code == 404


def test_a_supervisor_makes_a_room(client: Client, sam: dict[str, str]) -> None:
    answer = send(client, "post", "/rooms/", {"slug": "grief", "topic": "grief", "title": "Grief"}, sam)
    assert answer.status_code == 201, answer.content
    assert answer.json()["capacity"] == 500
    again = send(client, "post", "/rooms/", {"slug": "grief", "topic": "grief", "title": "Grief"}, sam)
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slug", "no spaces"),
        ("capacity", 0),
        ("slow_mode_s", -1),
        ("retention", "never"),
        ("language", "klingon"),
    ],
)
def test_a_wrong_room_is_named_field_by_field(
    client: Client, sam: dict[str, str], field: str, value: object
) -> None:
    answer = send(client, "post", "/rooms/", {"slug": "grief", "title": "Grief", field: value}, sam)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_only_hosts_write(client: Client, guest: tuple[Someone, dict[str, str]]) -> None:
    assert send(client, "post", "/rooms/", {"slug": "grief"}).status_code == 401
    assert send(client, "post", "/rooms/", {"slug": "grief"}, guest[1]).status_code == 403
    assert send(client, "patch", "/rooms/sleep/", {"title": "x"}, staff(Role.MODERATOR)).status_code == 403
    assert (
        send(client, "patch", "/rooms/sleep/", {"title": "Sleep well"}, staff(Role.ADMIN)).status_code == 200
    )


def test_closing_tells_the_room_and_hides_it_from_the_list(client: Client, sam: dict[str, str]) -> None:
    answer = send(client, "patch", "/rooms/sleep/", {"closed": True, "slug": "other"}, sam)
    assert answer.status_code == 200
    assert (answer.json()["closed"], answer.json()["slug"]) == (True, "sleep")
    (notice,) = async_to_sync(room_events)()
    assert (notice["kind"], notice["code"]) == ("room.notice", "closing")
    assert send(client, "get", "/rooms/").json()["results"] == []
    assert len(send(client, "get", "/rooms/", who=sam).json()["results"]) == 1
    assert send(client, "put", "/rooms/sleep/", {"closed": False}, sam).json()["closed"] is False


def test_a_stale_change_is_refused(client: Client, sam: dict[str, str]) -> None:
    etag = send(client, "get", "/rooms/sleep/")["ETag"]
    fresh = client.patch(
        f"{API}/rooms/sleep/", {"slow_mode_s": 5}, content_type="application/json",
        headers={**sam, "If-Match": etag},
    )  # fmt: skip
    assert fresh.status_code == 200, fresh.content
    stale = client.patch(
        f"{API}/rooms/sleep/", {"slow_mode_s": 6}, content_type="application/json",
        headers={**sam, "If-Match": etag},
    )  # fmt: skip
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")


def test_a_guest_reports_a_message(
    client: Client, alice: Someone, guest: tuple[Someone, dict[str, str]]
) -> None:
    bob, who = guest

    async def talk() -> str:
        await bob.joins()
        await alice.joins()
        said: str = (await alice.says("rude"))["event_id"]
        return said

    event_id = async_to_sync(talk)()
    body = {
        "stream": bob.stream(),
        "event_id": event_id,
        "reason": "harassment",
        "note": " please \u202e look ",
    }
    answer = send(client, "post", "/reports/", body, who)
    assert (answer.status_code, answer.json()) == (201, {"status": "received"})
    assert send(client, "post", "/reports/", body, who).status_code == 200
    assert [event["kind"] for event in async_to_sync(queue_events)()] == ["case.opened"]
    assert send(client, "post", "/reports/", {**body, "event_id": "01X"}, who).status_code == 404
    assert send(client, "post", "/reports/", {**body, "reason": "dull"}, who).status_code == 422
    assert send(client, "post", "/reports/", {**body, "note": "x" * 1_001}, who).status_code == 422
    assert send(client, "post", "/reports/", body).status_code == 401


def test_charlie_cannot_report_in_a_room_he_is_not_in(
    client: Client, alice: Someone, guest: tuple[Someone, dict[str, str]]
) -> None:
    async def talk() -> str:
        await alice.joins()
        said: str = (await alice.says("private"))["event_id"]
        return said

    event_id = async_to_sync(talk)()
    body = {"stream": alice.stream(), "event_id": event_id, "reason": "other"}
    assert send(client, "post", "/reports/", body, guest[1]).status_code == 404


@pytest.mark.parametrize(("asked", "locale"), [("es-MX,es;q=0.9", "es-MX"), (None, "en")])
def test_a_guest_is_spoken_to_as_the_browser_asks(client: Client, asked: str | None, locale: str) -> None:
    headers = {"accept-language": asked} if asked else {}
    token = send(client, "post", "/guests/", {}, headers).json()["token"]
    principal = authenticate_bearer(token)
    assert principal is not None
    assert principal.locale == locale


def test_a_room_that_is_too_big_or_too_small_says_what_would_do(client: Client, sam: dict[str, str]) -> None:
    for capacity in (0, 5_001):
        answer = send(client, "post", "/rooms/", {"slug": "owls", "capacity": capacity}, sam)
        assert answer.status_code == 422
        (error,) = answer.json()["errors"]
        assert {k: error[k] for k in ("field", "code", "min", "max")} == {
            "field": "capacity", "code": "out_of_range", "min": 1, "max": 5_000,
        }  # fmt: skip
