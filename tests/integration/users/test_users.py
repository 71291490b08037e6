"""The doors of people: registering, one's own record, and what an admin sees."""

import io
import json
import threading
import zipfile
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test import Client

from accounts import sessions
from accounts.audit.models import Entry
from accounts.audit.record import Standing, open_entry, record
from accounts.letters import post as letters
from accounts.models import AuthSession, User
from accounts.principals import authenticate_bearer
from accounts.users import assignments
from accounts.users.models import AssignmentEvent
from runtime.models import OutboxJob
from runtime.worker import JobWorker
from streams import publish

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "correct horse battery"
ASKED = {"email": "dana@example.org", "username": "dana", "password": PASSWORD}


def post(path: str, body: Any, token: str | None = None) -> Any:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return Client().post(
        f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=headers
    )


def register(token: str | None = None, **changed: Any) -> Any:
    return post("users/register/", {**ASKED, **changed}, token)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def last_row() -> tuple[str, Any, Any]:
    row = Entry.objects.order_by("id").last()
    return row.kind, open_entry(row).actor, open_entry(row).subject


# --- registering ---


@pytest.mark.parametrize(
    ("told", "locale"), [({}, "es-MX"), ({"locale": "en"}, "en"), ({"locale": "en-GB"}, "en-GB")]
)
def test_a_newcomer_is_spoken_to_as_told_else_as_the_browser_asks(told: dict[str, str], locale: str) -> None:
    answer = Client().post(
        "/api/v1/users/register/",
        {**ASKED, "profile": told},
        content_type="application/json",
        headers={"accept-language": "es-MX,es;q=0.9,en-US;q=0.8"},
    )
    assert answer.json()["profile"]["locale"] == locale


@pytest.mark.parametrize("locale", ["fr-FR", "en-gb", "es_MX", "e", ""])
def test_a_locale_that_is_none_or_not_spoken_is_refused(locale: str) -> None:
    answer = register(profile={"locale": locale})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "profile.locale"


def test_dana_registers_and_signs_in_at_once() -> None:
    answer = register(profile={"birth_year": 1990, "locale": "es", "medical_history": "none"})
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["username"], told["email"], told["roles"], told["is_active"]) == (
        "dana", "dana@example.org", [], True,
    )  # fmt: skip
    profile = told["profile"]
    assert (profile["birth_year"], profile["locale"], profile["gender"]) == (1990, "es", None)
    assert PASSWORD not in answer.content.decode()
    signed_in = post("auth/token/", {"username": "dana", "password": PASSWORD})
    assert signed_in.status_code == 200


def test_a_taken_username_is_a_conflict_in_any_case() -> None:
    register()
    assert code(register(username="DANA", email="other@example.org")) == (409, "conflict")


def test_a_taken_email_is_answered_like_a_new_one_and_its_owner_is_told() -> None:
    first = register().json()
    EmailAddress.objects.update(verified=True)
    second = register(username="mallory").json()
    assert {name: type(value) for name, value in first.items()} == {
        name: type(value) for name, value in second.items()
    }
    for user in User.objects.all():
        if user.username == "mallory":
            letters.send_greeting(str(user.pk))
    (message,) = mail.outbox
    assert message.to == ["dana@example.org"]
    assert "mallory" not in message.body
    assert OutboxJob.objects.filter(name="accounts.greet").count() == 2


def test_a_new_email_gets_a_link_that_verifies_it() -> None:
    letters.send_greeting(register().json()["id"])
    (message,) = mail.outbox
    assert message.to == ["dana@example.org"]
    assert "/verify-email/" in message.body


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "nobody"),
        ("username", "a b"),
        ("username", "me"),
        ("username", "x"),
        ("password", "12345678"),
        ("password", "short"),
        ("profile", {"birth_year": 1200}),
        ("profile", {"time_zone": "Mars/Olympus"}),
        ("profile", {"locale": "xx"}),
    ],
)
def test_what_is_wrong_is_named(field: str, value: Any) -> None:
    answer = register(**{field: value})
    assert code(answer) == (422, "invalid")
    assert answer.json()["errors"][0]["field"].startswith(field)
    assert not User.objects.exists()


def test_a_bound_that_is_passed_is_told_however_deep_the_field_stands() -> None:
    profile = {"gender": "x" * 33, "birth_year": 1200}
    errors = register(username="d", profile=profile).json()["errors"]
    found = {one["field"]: (one["code"], one.get("min"), one.get("max")) for one in errors}
    assert found == {
        "username": ("too_short", 2, 32),
        "profile.gender": ("too_long", None, 32),
        "profile.birth_year": ("out_of_range", 1900, None),
    }


def test_a_profile_of_null_is_none() -> None:
    assert register(profile=None).status_code == 201


def test_a_guest_keeps_their_row_and_their_token_begins_to_end() -> None:
    token = sessions.open_guest()
    guest = authenticate_bearer(token)
    assert register(token).json()["id"] == str(guest.person_id)
    principal = authenticate_bearer(token)
    assert (principal.person_id, principal.is_guest) == (guest.person_id, False)
    assert AuthSession.objects.get().expires_at is not None
    assert User.objects.count() == 1


def test_a_guest_whose_name_is_taken_stays_a_guest() -> None:
    register()
    token = sessions.open_guest()
    assert register(token, email="x@example.org").status_code == 409
    assert authenticate_bearer(token).is_guest


def test_of_many_who_want_one_name_at_once_one_gets_it() -> None:
    barrier, statuses = threading.Barrier(4), []

    def ask() -> None:
        barrier.wait()
        try:
            statuses.append(register().status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [201, 409, 409, 409]


# --- one account ---


def test_alice_reads_and_changes_her_own(alice: Any) -> None:
    for path in ("users/me/", f"users/{alice.id}/", "users/username/Alice/"):
        assert alice.get(path).json()["id"] == str(alice.id)
    seen = alice.get("users/me/")["ETag"]
    changed = alice.put("users/me/", {"profile": {"occupation": "baker", "username": "x"}}, if_match=seen)
    assert changed.json()["profile"]["occupation"] == "baker"
    changed = alice.put("users/me/", {"profile": {"time_zone": "Europe/Berlin"}, "roles": ["admin"]})
    assert (changed.json()["profile"]["occupation"], changed.json()["roles"]) == ("baker", [])
    assert alice.put("users/me/", {"profile": {}}, if_match=seen).status_code == 412
    assert last_row()[0] == "profile.changed"


def test_details_are_encrypted(alice: Any) -> None:
    alice.put("users/me/", {"profile": {"medical_history": "Unmistakable"}})
    with connection.cursor() as cursor:
        cursor.execute("SELECT details FROM users_profile")
        assert b"Unmistakable" not in bytes(cursor.fetchone()[0])


def test_anothers_record_is_not_there_and_leaves_a_row(alice: Any, bob: Any, clara: Any) -> None:
    missing = bob.get(f"users/{uuid4()}/")
    for who in (bob, clara):
        for path in (f"users/{alice.id}/", "users/username/alice/"):
            answer = who.get(path)
            assert (answer.status_code, answer.content) == (404, missing.content)
            assert last_row() == ("refused", who.id, alice.id)
    assert bob.put(f"users/{alice.id}/", {"profile": {}}).status_code == 404
    assert bob.delete(f"users/{alice.id}/").status_code == 404
    assert bob.get("users/not-an-id/").status_code == 404


def test_an_admin_reads_changes_and_lists(alice: Any, ada: Any) -> None:
    sessions.open_guest()
    assert ada.get(f"users/{alice.id}/").json()["email"] == "alice@example.org"
    page = ada.get("users/").json()
    assert page["count"] == 2
    assert [(one["username"], one["email"]) for one in page["results"]] == [
        ("ada", "a***@e***.org"), ("alice", "a***@e***.org"),
    ]  # fmt: skip
    assert "example" not in str(page["results"])
    assert alice.get("users/").status_code == 403


def test_the_list_is_paged_and_capped(person: Any, ada: Any) -> None:
    for number in range(5):
        person(f"person{number}")
    first = ada.get("users/?limit=4").json()
    second = ada.get(first["next"].split("/api/v1/")[1]).json()
    assert (len(first["results"]), len(second["results"]), second["next"]) == (4, 2, None)
    assert {one["id"] for one in first["results"]}.isdisjoint(one["id"] for one in second["results"])
    assert ada.get("users/?skip=-1").status_code == 422
    assert ada.get("users/?limit=0").status_code == 422
    assert ada.get("users/?limit=100000").status_code == 200


def test_the_list_asks_as_often_for_many_as_for_few(
    person: Any, ada: Any, django_assert_num_queries: Any
) -> None:
    from django.test.utils import CaptureQueriesContext

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            ada.get("users/")
        return len(queries)

    asked()  # the first of a process also reads the audit's key
    few = asked()
    for number in range(8):
        person(f"person{number}")
    assert asked() == few


def test_a_deleted_account_is_out_everywhere(alice: Any, ada: Any, monkeypatch: Any) -> None:
    closed: list[Any] = []
    monkeypatch.setattr(publish, "kick", lambda person, code, **_: closed.append((person, int(code))))
    assert alice.delete("users/me/").status_code == 204
    assert alice.get("users/me/").status_code == 401
    assert closed == [(alice.id, 4006)]
    assert ada.get(f"users/{alice.id}/").status_code == 404
    assert [one["username"] for one in ada.get("users/").json()["results"]] == ["ada"]
    assert User.objects.filter(pk=alice.id).exists()
    assert register(username="alice").status_code == 409


def test_a_deleted_accounts_circles_and_clinicians_end(alice: Any, bob: Any, clara: Any, ada: Any) -> None:
    from tests.integration.circles.conftest import Circle

    circle = Circle(alice)
    circle.grant(circle.bring(bob, "Bo"))
    made = ada.post(f"users/{alice.id}/clinicians/", {"clinician": str(clara.id)}).json()
    alice.post(f"users/me/clinicians/{made['id']}/accept/")
    ada.delete(f"users/{alice.id}/")
    assert bob.get(circle.path).status_code == 404
    assert not assignments.standing(clara.id, alice.id)


# --- what is held about oneself ---


def test_everything_held_comes_in_one_zip(alice: Any) -> None:
    answer = alice.get("users/me/export/")
    assert answer["Content-Type"] == "application/zip"
    held = json.loads(zipfile.ZipFile(io.BytesIO(answer.content)).read("hearth.json"))
    assert held["accounts"]["username"] == "alice"
    assert set(held) >= {"accounts", "chat", "circles", "users"}


def test_a_guest_takes_and_erases_what_is_theirs() -> None:
    token = sessions.open_guest()
    headers = {"authorization": f"Bearer {token}"}
    assert Client().get("/api/v1/users/me/export/", headers=headers).status_code == 200
    assert Client().get("/api/v1/users/me/access-log/", headers=headers).status_code == 200
    assert Client().get("/api/v1/users/me/", headers=headers).status_code == 403
    assert post("users/me/erase/", {}, token).status_code == 202
    assert post("realtime/ticket/", {}, token).status_code == 401
    worker = JobWorker()
    while worker.run_once():
        pass
    assert not User.objects.exists()


def test_the_access_log_tells_who_looked(alice: Any, bob: Any, clara: Any, ada: Any) -> None:
    from tests.integration.circles.conftest import Circle

    circle = Circle(alice)
    member = circle.bring(bob, "Bo")
    subject = alice.id
    looks: list[tuple[Any, Standing, dict[str, Any]]] = [
        (bob.id, Standing.FAMILY, {"member": member}),
        (clara.id, Standing.CLINICIAN, {}),
        (uuid4(), Standing.MODERATOR, {}),
        (alice.id, Standing.SELF, {}),
    ]
    for actor, standing, more in looks:
        record("sleep.read", actor=actor, subject=subject, detail={"as": standing, **more}, shown=True)
    ada.get(f"users/{subject}/")
    bob.get(f"users/{subject}/")
    ada.get(f"users/{subject}/clinicians/")
    page = alice.get("users/me/access-log/").json()["results"]
    told = [(line["who"], line["what"], line["name"]) for line in page]
    pseudonym = told[3][2]
    assert told == [
        ("admin", "clinician.list.read", None),
        ("admin", "profile.read", None),
        ("self", "sleep.read", None),
        ("moderator", "sleep.read", pseudonym),
        ("clinician", "sleep.read", None),
        ("family", "sleep.read", "Bo"),
    ]
    assert pseudonym.startswith("Moderator ")
    for secret in (str(bob.id), str(clara.id), "clara", "bob"):
        assert secret not in str(page)
    assert bob.get("users/me/access-log/").json()["results"] == []
    others = alice.get("users/me/access-log/?others=true").json()["results"]
    assert [line["who"] for line in others] == ["admin", "admin", "moderator", "clinician", "family"]
    assert alice.get("users/me/access-log/?others=yes").status_code == 422


# --- clinicians ---


def test_an_admin_assigns_the_client_consents_and_ends(alice: Any, clara: Any, ada: Any) -> None:
    made = ada.post(f"users/{alice.id}/clinicians/", {"clinician": str(clara.id)})
    assert made.status_code == 201, made.content
    assert (made.json()["clinician"], made.json()["accepted_at"]) == (str(clara.id), None)
    assert not assignments.standing(clara.id, alice.id)
    path = f"users/me/clinicians/{made.json()['id']}/"
    assert alice.post(path + "accept/").json()["accepted_at"] is not None
    assert alice.post(path + "accept/").status_code == 200
    assert assignments.standing(clara.id, alice.id)
    assert alice.get("users/me/clinicians/").json()["results"] == [alice.get(path).json()]
    assert alice.delete(path).status_code == 204
    assert not assignments.standing(clara.id, alice.id)
    assert alice.delete(path).status_code == 404
    states = ["added", "accepted", "ended"]
    for who in (alice, clara):
        assert [(event["kind"], event["state"]) for event in who.told()] == [
            ("grant.changed", state) for state in states
        ]
        assert str(alice.id) not in str(who.told())
    assert list(AssignmentEvent.objects.order_by("id").values_list("kind", flat=True)) == states
    with pytest.raises(DatabaseError, match="append-only"):
        AssignmentEvent.objects.all().delete()


def test_each_may_do_only_their_part(alice: Any, bob: Any, clara: Any, ada: Any) -> None:
    path = f"users/{alice.id}/clinicians/"
    asked = {"clinician": str(clara.id)}
    assert alice.post(path, asked).status_code == 403
    for stranger in (bob, clara):
        assert stranger.post(path, asked).status_code == 404
        assert stranger.get(path).status_code == 404
    made = ada.post(path, asked).json()["id"]
    assert ada.post(path, asked).status_code == 409
    assert ada.post(f"{path}{made}/accept/").status_code == 403
    assert ada.delete(f"{path}{made}/").status_code == 403
    assert ada.get(f"{path}{made}/").status_code == 200
    assert ada.post(path, {"clinician": str(bob.id)}).status_code == 422
    assert ada.post(path, {}).status_code == 422


def test_a_clinician_who_is_none_any_more_sees_nothing(alice: Any, clara: Any, ada: Any) -> None:
    made = ada.post(f"users/{alice.id}/clinicians/", {"clinician": str(clara.id)}).json()["id"]
    alice.post(f"users/me/clinicians/{made}/accept/")
    call_command("set_role", "clara", "clinician", take=True)
    assert not assignments.standing(clara.id, alice.id)
    assert last_row() == ("role.taken", None, clara.id)
    call_command("set_role", "clara", "clinician")
    assert last_row() == ("role.given", None, clara.id)
    assert assignments.standing(clara.id, alice.id)


def test_no_row_of_the_audit_tells_who_to_a_dump(alice: Any, bob: Any) -> None:
    alice.get("users/me/")
    bob.get(f"users/{alice.id}/")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audit_entry")
        dump = repr([[bytes(c) if isinstance(c, memoryview) else c for c in r] for r in cursor.fetchall()])
    for secret in (str(alice.id), alice.id.hex, str(bob.id), "alice"):
        assert secret not in dump
