"""The doors of circles: who comes in, who may see what, and who is told."""

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection

from accounts import registries, sessions
from accounts.audit.models import Entry
from accounts.audit.record import open_entry
from accounts.circles import jobs, reading
from accounts.circles.models import Circle as Row
from accounts.circles.models import CircleEvent, Granted, Invite
from accounts.circles.state import Access
from runtime import clock

pytestmark = pytest.mark.django_db(transaction=True)


def state_is_its_log(circle: Any) -> bool:
    return reading.rebuilt(UUID(circle.id)) == reading.current(Row.objects.get(pk=circle.id))


def kinds(who: Any) -> list[str]:
    return [event["kind"] for event in who.told()]


def audited() -> list[str]:
    return list(Entry.objects.order_by("id").values_list("kind", flat=True))


# --- circles ---


def test_alice_opens_a_circle_and_is_its_first_member(alice: Any, circle: Any) -> None:
    answer = alice.get(circle.path)
    assert answer.json() == {"id": circle.id, "name": "Home", "owner": str(alice.id)}
    assert answer["ETag"]
    (member,) = alice.get(circle.path + "members/").json()["results"]
    assert (member["user"], member["name"]) == (str(alice.id), "Ali")
    assert set(member) == {"id", "user", "name", "since"}
    assert [one["id"] for one in alice.get("circles/").json()["results"]] == [circle.id]
    assert state_is_its_log(circle)


def test_only_the_owner_renames_and_only_what_they_have_seen(alice: Any, bob: Any, circle: Any) -> None:
    circle.bring(bob, "Bo")
    seen = alice.get(circle.path)["ETag"]
    assert alice.put(circle.path, {"name": "Haus"}, if_match=seen).json()["name"] == "Haus"
    assert alice.put(circle.path, {"name": "Casa"}, if_match=seen).status_code == 412
    assert alice.put(circle.path, {}).json()["name"] == "Haus"
    assert bob.put(circle.path, {"name": "Bob's"}).status_code == 403
    assert alice.put(circle.path, {"name": " \u202e "}).status_code == 422


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("PUT", ""),
        ("DELETE", ""),
        ("POST", "leave/"),
        ("GET", "members/"),
        ("GET", "grants/"),
        ("GET", "log/"),
        ("GET", "invites/"),
        ("POST", "invites/"),
    ],
)
def test_charlie_finds_nothing_and_leaves_a_row(charlie: Any, circle: Any, method: str, path: str) -> None:
    assert charlie.ask(method, circle.path + path, {"name": "x"}).status_code == 404
    row = Entry.objects.order_by("id").last()
    opened = open_entry(row)
    assert (row.kind, opened.actor, opened.subject) == ("refused", charlie.id, circle.owner.id)
    missing = charlie.get(circle.path.replace(circle.id[:8], "00000000"))
    assert missing.json() == charlie.get(circle.path).json()


def test_what_a_member_may_not_do_is_forbidden(bob: Any, circle: Any) -> None:
    member = circle.bring(bob, "Bo")
    for method, path in (("DELETE", ""), ("GET", "invites/"), ("DELETE", f"members/{member}/")):
        assert bob.ask(method, circle.path + path).status_code == 403
    assert bob.put(f"{circle.path}grants/{member}/sleep/", {"access": "view"}).status_code == 403
    assert Row.objects.get().closed_at is None


def test_guests_have_no_circles() -> None:
    from tests.integration.circles.conftest import Person

    guest = Person.__new__(Person)
    guest._token = sessions.open_guest()
    assert guest.get("circles/").status_code == 403
    guest._token = "nothing"
    assert guest.get("circles/").status_code == 401


# --- invitations ---


def test_an_invitation_works_once(bob: Any, charlie: Any, circle: Any) -> None:
    token = circle.token()
    assert token not in str(list(Invite.objects.values()))
    joined = bob.post("circles/accept/", {"token": token})
    assert (joined.status_code, joined.json()["id"]) == (200, circle.id)
    refused = charlie.post("circles/accept/", {"token": token})
    assert (refused.status_code, refused.json()["code"]) == (410, "gone")
    assert circle.owner.get(circle.path + "invites/").json()["results"] == []


def test_an_invitation_shows_its_token_once_and_is_good_for_seven_days(alice: Any, circle: Any) -> None:
    made = alice.post(circle.path + "invites/", {"email": "bob@example.org"}).json()
    assert made["url"].endswith(made["token"])
    (listed,) = alice.get(circle.path + "invites/").json()["results"]
    assert set(listed) == {"id", "email", "created_at", "expires_at"}
    assert listed["email"] == "bob@example.org"
    row = Invite.objects.get()
    assert timedelta(days=7) - timedelta(minutes=1) < row.expires_at - clock.now() <= timedelta(days=7)
    with connection.cursor() as cursor:
        cursor.execute("SELECT email FROM circles_invite")
        assert b"bob@" not in bytes(cursor.fetchone()[0])


@pytest.mark.parametrize("end", ["expired", "taken back", "closed", "never made"])
def test_a_dead_invitation_is_gone(bob: Any, circle: Any, end: str) -> None:
    token = circle.token()
    invite = Invite.objects.get()
    if end == "expired":
        Invite.objects.update(expires_at=clock.now())
    elif end == "taken back":
        assert circle.owner.delete(f"{circle.path}invites/{invite.pk}/").status_code == 204
        assert circle.owner.delete(f"{circle.path}invites/{invite.pk}/").status_code == 404
    elif end == "closed":
        circle.owner.delete(circle.path)
    else:
        token = "x" * 43
    refused = bob.post("circles/accept/", {"token": token})
    assert (refused.status_code, refused.json()["code"]) == (410, "gone")


def test_invitations_that_ended_long_ago_are_purged(circle: Any) -> None:
    circle.token()
    circle.token()
    assert jobs.purge_invites() == 0
    Invite.objects.filter(pk=Invite.objects.first().pk).update(ended_at=clock.now() - timedelta(days=31))
    assert jobs.purge_invites() == 1


def test_who_is_in_already_does_not_spend_the_token(bob: Any, charlie: Any, circle: Any) -> None:
    circle.bring(bob, "Bo")
    token = circle.token()
    assert bob.post("circles/accept/", {"token": token}).status_code == 409
    assert charlie.post("circles/accept/", {"token": token, "name": "BO"}).status_code == 409
    assert charlie.post("circles/accept/", {"token": token}).status_code == 200


def test_of_many_who_use_one_token_at_once_one_comes_in(person: Any, circle: Any) -> None:
    token = circle.token()
    people = [person(f"guest{number}") for number in range(5)]
    barrier, statuses = threading.Barrier(5), []

    def come(who: Any) -> None:
        barrier.wait()
        try:
            statuses.append(who.post("circles/accept/", {"token": token}).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=come, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 410, 410, 410, 410]
    assert state_is_its_log(circle)


# --- members ---


def test_everyone_is_told_who_comes_and_goes(alice: Any, bob: Any, charlie: Any, circle: Any) -> None:
    circle.bring(bob, "Bo")
    member = circle.bring(charlie, "Lie")
    assert charlie.post(circle.path + "leave/").status_code == 204
    assert kinds(alice) == kinds(bob) == ["member.joined", "member.joined", "member.left"]
    assert kinds(charlie) == ["member.joined", "member.left"]
    assert bob.told()[-1]["member"] == {"id": member, "name": "Lie"}
    assert bob.told()[-1]["circle"] == circle.id
    assert charlie.get(circle.path).status_code == 404
    assert state_is_its_log(circle)


def test_no_event_carries_an_account(alice: Any, bob: Any, circle: Any) -> None:
    bob.post("circles/accept/", {"token": circle.token()})
    members = alice.get(circle.path + "members/").json()["results"]
    circle.grant(next(one["id"] for one in members if one["user"] == str(bob.id)))
    frames = str(alice.told()) + str(bob.told())
    for secret in ("alice", "bob", str(alice.id), str(bob.id), alice.id.hex, bob.id.hex):
        assert secret not in frames


def test_a_removed_member_is_out_and_comes_back_with_nothing(alice: Any, bob: Any, circle: Any) -> None:
    member = circle.bring(bob, "Bo")
    circle.grant(member)
    assert alice.delete(f"{circle.path}members/{member}/").status_code == 204
    assert bob.get(circle.path).status_code == 404
    assert circle.bring(bob, "Bo") == member
    assert circle.grants() == []
    assert state_is_its_log(circle)


def test_the_owner_is_not_removed_and_leaves_by_closing(alice: Any, bob: Any, circle: Any) -> None:
    circle.grant(circle.bring(bob, "Bo"))
    own = alice.get(circle.path + "members/").json()["results"][-1]
    assert own["user"] == str(alice.id)
    assert alice.delete(f"{circle.path}members/{own['id']}/").status_code == 422
    assert alice.post(circle.path + "leave/").status_code == 204
    for who in (alice, bob):
        assert who.get(circle.path).status_code == 404
        assert who.get("circles/").json()["results"] == []
    assert kinds(bob)[-2:] == ["grant.changed", "member.left"]
    assert state_is_its_log(circle)


# --- grants ---


def test_a_grant_is_seen_by_its_two_and_told_to_both(alice: Any, bob: Any, charlie: Any, circle: Any) -> None:
    member = circle.bring(bob, "Bo")
    circle.bring(charlie, "Lie")
    quiet = {"start": "22:00", "end": "07:00"}
    answer = circle.grant(member, access="contribute", quiet_hours=quiet)
    assert answer.status_code == 200
    shown = {"member": member, "category": "sleep", "access": "contribute", "expires_at": None}
    assert answer.json() == {**shown, "quiet_hours": quiet}
    assert circle.grants(alice) == circle.grants(bob) == [answer.json()]
    assert circle.grants(charlie) == []
    told = bob.told()[-1]
    assert (told["kind"], told["person"]["name"], told["access"]) == ("grant.changed", "Ali", "contribute")
    assert alice.told()[-1]["member"] == {"id": member, "name": "Bo"}
    assert "grant.changed" not in kinds(charlie)


def test_a_put_changes_only_what_it_names(alice: Any, bob: Any, circle: Any) -> None:
    member = circle.bring(bob, "Bo")
    circle.grant(member, quiet_hours={"start": "22:00", "end": "07:00"})
    until = clock.rfc3339(clock.now() + timedelta(hours=1))
    path = f"{circle.path}grants/{member}/sleep/"
    changed = alice.put(path, {"expires_at": until})
    assert changed.json()["expires_at"] == until
    assert changed.json()["quiet_hours"] == {"start": "22:00", "end": "07:00"}
    assert alice.put(path, {"quiet_hours": None}).json()["quiet_hours"] is None
    assert alice.put(path, {"access": "view"}, if_match=changed["ETag"]).status_code == 412
    assert state_is_its_log(circle)


@pytest.mark.parametrize(
    ("category", "body", "status"),
    [
        ("sleep", {}, 422),
        ("sleep", {"access": "everything"}, 422),
        ("sleep", {"access": "view", "expires_at": "2020-01-01T00:00:00Z"}, 422),
        ("sleep", {"access": "view", "expires_at": "2999-01-01T00:00:00"}, 422),
        ("sleep", {"access": "view", "quiet_hours": {"start": "07:00", "end": "07:00"}}, 422),
        ("secrets", {"access": "view"}, 404),
    ],
)
def test_a_wrong_grant_is_refused(bob: Any, circle: Any, category: str, body: Any, status: int) -> None:
    member = circle.bring(bob, "Bo")
    answer = circle.owner.put(f"{circle.path}grants/{member}/{category}/", body)
    assert answer.status_code == status
    assert not Granted.objects.exists()


def test_an_expired_grant_is_not_in_force(bob: Any, circle: Any) -> None:
    member = circle.bring(bob, "Bo")
    circle.grant(member, expires_at=clock.rfc3339(clock.now() + timedelta(hours=1)))
    soon, later = clock.now(), clock.now() + timedelta(hours=1)
    assert reading.shared_with(bob.id, circle.owner.id, "sleep", Access.VIEW, soon)
    assert reading.shared_with(bob.id, circle.owner.id, "sleep", Access.VIEW, later) is None
    assert [one.user_id for one in reading.followers(circle.owner.id, "sleep", soon)] == [bob.id]
    assert reading.followers(circle.owner.id, "sleep", later) == []
    Granted.objects.update(expires_at=clock.now())
    assert circle.grants() == []
    assert circle.owner.delete(f"{circle.path}grants/{member}/sleep/").status_code == 404


def test_a_revocation_ends_it_at_once_and_tells_both(alice: Any, bob: Any, circle: Any) -> None:
    member = circle.bring(bob, "Bo")
    circle.grant(member, "nutrition-logs")
    assert circle.grants(bob)[0]["category"] == "meals"
    assert alice.delete(f"{circle.path}grants/{member}/meals/").status_code == 204
    assert reading.shared_with(bob.id, alice.id, "meals", Access.VIEW, clock.now()) is None
    assert bob.told()[-1]["kind"] == alice.told()[-1]["kind"] == "grant.changed"
    assert bob.told()[-1]["access"] is None
    assert alice.delete(f"{circle.path}grants/{member}/meals/").status_code == 404


# --- the log ---


def replayed(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a reader who knows nothing but the lines makes of them."""
    grants: dict[tuple[str, str], dict[str, Any]] = {}
    for line in lines:
        key = (line["member"], line["category"])
        if line["access"]:
            wanted = ("member", "category", "access", "expires_at", "quiet_hours")
            grants[key] = {name: line[name] for name in wanted}
        else:
            grants.pop(key, None)
    return sorted(grants.values(), key=lambda grant: (grant["member"], grant["category"]))


def test_the_log_replayed_equals_the_grants(alice: Any, bob: Any, charlie: Any, circle: Any) -> None:
    one, two = circle.bring(bob, "Bo"), circle.bring(charlie, "Lie")
    circle.grant(one)
    circle.grant(one, "mood", access="contribute")
    circle.grant(two, "mood", quiet_hours={"start": "22:00", "end": "07:00"})
    circle.grant(one, "sleep", access="contribute")
    alice.delete(f"{circle.path}grants/{one}/mood/")
    circle.grant(two, "seizures", expires_at=clock.rfc3339(clock.now() + timedelta(days=1)))
    for who in (alice, bob, charlie):
        lines = circle.log(who)
        assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
        assert replayed(lines) == circle.grants(who)
    assert {line["member"] for line in circle.log(bob)} == {one}
    bob.post(circle.path + "leave/")
    assert replayed(circle.log()) == circle.grants()
    assert state_is_its_log(circle)


def test_the_log_is_paged(bob: Any, circle: Any) -> None:
    circle.grant(circle.bring(bob, "Bo"))
    page = circle.owner.get(circle.path + "log/?limit=2").json()
    assert [line["seq"] for line in page["results"]] == [1, 2]
    rest = circle.owner.get(page["next"].split("/api/v1/")[1]).json()
    assert [line["kind"] for line in rest["results"]] == ["grant.changed"]
    assert circle.owner.get(circle.path + "log/?cursor=x").status_code == 422


@pytest.mark.parametrize(
    "statement", ["DELETE FROM circles_circleevent", "UPDATE circles_circleevent SET seq = 9"]
)
def test_the_database_keeps_the_log(circle: Any, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement)
    assert CircleEvent.objects.count() == 1


def test_names_are_encrypted(bob: Any, circle: Any) -> None:
    circle.bring(bob, "Unmistakable")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM circles_member")
        dump = repr([[bytes(c) if isinstance(c, memoryview) else c for c in r] for r in cursor.fetchall()])
    assert "Unmistakable" not in dump


def test_every_change_is_audited(alice: Any, bob: Any, circle: Any) -> None:
    member = circle.bring(bob, "Bo")
    circle.grant(member)
    alice.delete(f"{circle.path}grants/{member}/sleep/")
    bob.post(circle.path + "leave/")
    alice.delete(circle.path)
    written = [kind for kind in audited() if not kind.endswith(".read")]
    assert written == [
        "circle.opened", "invite.made", "member.joined", "grant.changed", "grant.removed", "member.left",
        "circle.closed",
    ]  # fmt: skip


# --- erasing and exporting ---


def test_an_erased_person_is_nobody_in_others_circles(alice: Any, bob: Any, circle: Any) -> None:
    circle.grant(circle.bring(bob, "Unmistakable"))
    registries.erase_person(bob.id)
    told = str(alice.told())
    assert "Unmistakable" not in told
    assert "Somebody" in told
    assert circle.grants() == []
    assert state_is_its_log(circle)


def test_an_erased_owners_circle_is_closed_and_unnamed(alice: Any, bob: Any, circle: Any) -> None:
    circle.grant(circle.bring(bob, "Bo"))
    registries.erase_person(alice.id)
    row = Row.objects.get()
    assert (row.owner_id, row.name, row.closed_at is None) == (None, "Somebody", False)
    assert "Ali" not in str(bob.told())
    registries.erase_person(alice.id)


def test_an_export_holds_circles_grants_and_log(alice: Any, bob: Any, circle: Any) -> None:
    circle.grant(circle.bring(bob, "Bo"))
    (exported,) = registries.export_person(alice.id)["circles"]["circles"]
    assert (exported["name"], exported["my_name"], exported["members"]) == ("Home", "Ali", ["Ali", "Bo"])
    assert len(exported["grants"]) == 1
    (his,) = registries.export_person(bob.id)["circles"]["circles"]
    assert (his["my_name"], "log" in his) == ("Bo", False)
