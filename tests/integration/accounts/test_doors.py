"""The doors of guests, passwords, refreshing, signing out and tickets."""

import base64
import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, BCryptSHA256PasswordHasher
from django.db import connection
from django.test import Client, override_settings

from accounts import factors, jobs, sessions, suspension, totp
from accounts.models import AuthSession, GuestToken, RoleAssignment, UsedTicket, User
from accounts.principals import authenticate_bearer, by_session_id
from accounts.roles import Role
from accounts.tickets import TicketRefused, issue, redeem
from runtime import clock
from streams import publish

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "correct horse battery"
SECRET = "HEARTHDEMOHEARTH"


@pytest.fixture
def alice() -> User:
    return User.objects.create_user("alice", PASSWORD)


@pytest.fixture
def mira() -> User:
    user = User.objects.create_user("mira", PASSWORD)
    RoleAssignment.objects.create(user=user, role=Role.MODERATOR)
    factors.set_secret(user, SECRET)
    return user


def post(path: str, body: dict[str, Any] | None = None, token: str | None = None, **headers: str) -> Any:
    if token:
        headers["authorization"] = f"Bearer {token}"
    return Client().post(
        f"/api/v1/{path}", json.dumps(body or {}), content_type="application/json", headers=headers
    )


def code(later: int = 0) -> str:
    return totp.code_for(SECRET, totp.step_at(clock.now().timestamp()) + later)


def guest() -> str:
    return post("guests/").json()["token"]


def sign_in(name: str = "alice", **more: str) -> Any:
    return post("auth/token/", {"username": name, "password": PASSWORD, **more})


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert (body["status"], body["code"]) == (status, code)
    assert set(body) >= {"title", "detail", "errors"}
    return body


# --- guests ---


def test_a_guest_needs_nothing_and_leaves_nothing() -> None:
    answer = post("guests/")
    assert answer.status_code == 201
    token = answer.json()["token"]
    principal = authenticate_bearer(token)
    assert principal is not None
    assert principal.is_guest
    assert principal.roles == frozenset()
    row = User.objects.get(pk=principal.person_id)
    assert (row.username, row.email, row.last_login) == (None, None, None)
    assert token not in GuestToken.objects.get().token_hash


def test_two_guests_are_two_people() -> None:
    one, two = authenticate_bearer(guest()), authenticate_bearer(guest())
    assert one is not None
    assert two is not None
    assert one.person_id != two.person_id


@override_settings(GUESTS_ENABLED=False)
def test_guests_can_be_switched_off() -> None:
    problem(post("guests/"), 403, "forbidden")
    assert not User.objects.exists()


def test_a_dead_token_does_not_keep_anyone_from_becoming_a_guest() -> None:
    assert post("guests/", token="g1_nothing").status_code == 201


def test_a_path_without_its_slash_gets_the_same_answer() -> None:
    assert post("guests").status_code == 201


# --- passwords ---


def test_alice_signs_in_with_her_password(alice: User) -> None:
    answer = sign_in()
    assert answer.status_code == 200
    assert set(answer.json()) == {"access", "refresh"}
    principal = authenticate_bearer(answer.json()["access"])
    assert principal is not None
    assert principal.person_id == alice.pk
    assert answer["Cache-Control"] == "no-store"


def test_her_name_may_be_written_in_any_case(alice: User) -> None:
    assert sign_in("ALICE").status_code == 200


def test_a_wrong_password_and_an_unknown_name_look_the_same(alice: User) -> None:
    wrong = post("auth/token/", {"username": "alice", "password": "wrong"})
    unknown = post("auth/token/", {"username": "nobody", "password": PASSWORD})
    problem(wrong, 401, "unauthorized")
    assert wrong.content == unknown.content


def test_an_unknown_name_costs_as_much_work_as_a_known_one(alice: User, monkeypatch: Any) -> None:
    calls = []
    real = Argon2PasswordHasher.encode
    monkeypatch.setattr(
        Argon2PasswordHasher, "encode", lambda self, *a, **k: calls.append(1) or real(self, *a, **k)
    )
    post("auth/token/", {"username": "nobody", "password": PASSWORD})
    assert len(calls) == 1


def test_missing_fields_are_named() -> None:
    body = problem(post("auth/token/", {"username": "alice"}), 422, "invalid")
    assert [error["field"] for error in body["errors"]] == ["password"]
    assert body["errors"][0]["code"] == "required"


def test_suspended_and_deleted_people_stay_out(alice: User) -> None:
    access = sign_in().json()["access"]
    alice.suspended_at = clock.now()
    alice.save()
    problem(sign_in(), 401, "unauthorized")
    assert authenticate_bearer(access) is None
    alice.suspended_at, alice.deleted_at = None, clock.now()
    alice.save()
    problem(sign_in(), 401, "unauthorized")
    assert authenticate_bearer(access) is None


def test_a_bcrypt_hash_is_accepted_and_upgraded(alice: User) -> None:
    hasher = BCryptSHA256PasswordHasher()
    User.objects.filter(pk=alice.pk).update(password=hasher.encode(PASSWORD, hasher.salt()))
    assert sign_in().status_code == 200
    alice.refresh_from_db()
    assert alice.password.startswith("argon2")
    assert sign_in().status_code == 200


# --- second factor ---


def test_staff_need_a_code(mira: User) -> None:
    problem(sign_in("mira"), 401, "code_required")
    problem(sign_in("mira", code="000000"), 401, "unauthorized")
    answer = sign_in("mira", code=code())
    assert answer.status_code == 200
    principal = authenticate_bearer(answer.json()["access"])
    assert principal is not None
    assert principal.roles == {Role.MODERATOR}


def test_a_code_works_once(mira: User) -> None:
    once = code()
    assert sign_in("mira", code=once).status_code == 200
    problem(sign_in("mira", code=once), 401, "unauthorized")


def test_the_next_code_works_after_the_used_one(mira: User) -> None:
    assert sign_in("mira", code=code()).status_code == 200
    assert sign_in("mira", code=code(1)).status_code == 200


def test_a_wrong_password_does_not_say_that_a_code_is_needed(mira: User) -> None:
    problem(post("auth/token/", {"username": "mira", "password": "wrong"}), 401, "unauthorized")


def test_staff_without_a_second_factor_stay_out(alice: User) -> None:
    RoleAssignment.objects.create(user=alice, role=Role.ADMIN)
    problem(sign_in(), 401, "code_required")


def test_a_supervisor_is_also_a_moderator(alice: User) -> None:
    RoleAssignment.objects.create(user=alice, role=Role.SUPERVISOR)
    assert alice.role_set() == {Role.SUPERVISOR, Role.MODERATOR}


# --- refresh and sign-out ---


def test_refreshing_gives_new_tokens_and_kills_the_old_one(alice: User) -> None:
    first = sign_in().json()
    second = post("auth/refresh/", {"refresh": first["refresh"]}).json()
    assert authenticate_bearer(second["access"])
    assert second["refresh"] != first["refresh"]


def test_a_refresh_token_that_comes_again_at_once_is_refused_and_ends_nothing(alice: User) -> None:
    first = sign_in().json()
    second = post("auth/refresh/", {"refresh": first["refresh"]}).json()
    problem(post("auth/refresh/", {"refresh": first["refresh"]}), 401, "unauthorized")
    assert authenticate_bearer(second["access"])
    assert set(post("auth/refresh/", {"refresh": second["refresh"]}).json()) == {"access", "refresh"}


def test_a_used_refresh_token_ends_the_session(alice: User) -> None:
    first = sign_in().json()
    second = post("auth/refresh/", {"refresh": first["refresh"]}).json()
    assert sessions.refresh(first["refresh"], clock.now() + sessions.REUSE_GRACE) is None
    assert authenticate_bearer(second["access"]) is None
    problem(post("auth/refresh/", {"refresh": second["refresh"]}), 401, "unauthorized")


def test_a_forged_refresh_token_ends_nothing(alice: User) -> None:
    pair = sign_in().json()
    problem(post("auth/refresh/", {"refresh": pair["refresh"][:-3] + "000"}), 401, "unauthorized")
    assert authenticate_bearer(pair["access"])


def test_signing_out_ends_access_refresh_and_tickets(alice: User) -> None:
    pair = sign_in().json()
    ticket = post("realtime/ticket/", token=pair["access"]).json()["ticket"]
    assert post("auth/logout/", token=pair["access"]).status_code == 204
    problem(post("realtime/ticket/", token=pair["access"]), 401, "unauthorized")
    problem(post("auth/refresh/", {"refresh": pair["refresh"]}), 401, "unauthorized")
    with pytest.raises(TicketRefused, match="ended"):
        redeem(ticket, clock.now())


def test_signing_out_leaves_other_devices_signed_in(alice: User) -> None:
    phone, laptop = sign_in().json(), sign_in().json()
    post("auth/logout/", token=phone["access"])
    assert authenticate_bearer(laptop["access"])


def test_signing_out_closes_the_sessions_sockets(alice: User, monkeypatch: Any) -> None:
    told: list[Any] = []

    class Outlet:
        def post(self, group_name: str, message: dict[str, Any]) -> None:
            told.append(message)

    monkeypatch.setattr(publish, "_outlet", Outlet())
    pair = sign_in().json()
    post("auth/logout/", token=pair["access"])
    session = AuthSession.objects.get()
    assert [(m["person"], m["code"], m["session"]) for m in told] == [(alice.pk.hex, 4006, session.pk.hex)]


def test_signing_out_needs_a_person() -> None:
    problem(post("auth/logout/"), 401, "unauthorized")
    problem(post("auth/logout/", token=guest()), 403, "forbidden")


# --- browser sessions ---


def test_a_browser_needs_its_csrf_token(alice: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    problem(browser.post("/api/v1/realtime/ticket/", content_type="application/json"), 403, "csrf_failed")
    browser.cookies["csrftoken"] = "a" * 32
    answer = browser.post(
        "/api/v1/realtime/ticket/", content_type="application/json", headers={"x-csrftoken": "a" * 32}
    )
    assert answer.status_code == 200
    assert redeem(answer.json()["ticket"], clock.now()).person_id == alice.pk


def test_a_browsers_sign_out_ends_its_session(alice: User) -> None:
    browser = Client()
    browser.force_login(alice)
    ticket = browser.post("/api/v1/realtime/ticket/", content_type="application/json").json()["ticket"]
    assert browser.post("/api/v1/auth/logout/").status_code == 204
    problem(browser.post("/api/v1/realtime/ticket/", content_type="application/json"), 401, "unauthorized")
    with pytest.raises(TicketRefused, match="ended"):
        redeem(ticket, clock.now())


# --- tickets ---


def test_a_ticket_names_nobody_and_opens_once() -> None:
    token = guest()
    answer = post("realtime/ticket/", token=token)
    assert answer.status_code == 200
    assert answer.json()["expires_in"] == 300
    ticket = answer.json()["ticket"]
    principal = authenticate_bearer(token)
    assert principal is not None
    raw = base64.urlsafe_b64decode(ticket + "=" * (-len(ticket) % 4))
    assert str(principal.person_id).encode() not in raw
    assert principal.person_id.bytes not in raw
    assert redeem(ticket, clock.now()) == principal
    with pytest.raises(TicketRefused, match="used"):
        redeem(ticket, clock.now())
    assert UsedTicket.objects.count() == 1


def test_an_old_ticket_is_refused(alice: User) -> None:
    principal = by_session_id(AuthSession.objects.create(user=alice, kind="password").pk, clock.now())
    assert principal is not None
    ticket, _ = issue(principal, clock.now() - timedelta(seconds=301))
    with pytest.raises(TicketRefused, match="old"):
        redeem(ticket, clock.now())


def test_a_ticket_of_a_suspended_person_says_so(alice: User) -> None:
    ticket = post("realtime/ticket/", token=sign_in().json()["access"]).json()["ticket"]
    User.objects.filter(pk=alice.pk).update(suspended_at=clock.now())
    with pytest.raises(TicketRefused, match="suspended"):
        redeem(ticket, clock.now())


def test_of_many_hellos_with_one_ticket_one_succeeds() -> None:
    ticket = post("realtime/ticket/", token=guest()).json()["ticket"]
    assert together(lambda: redeem(ticket, clock.now())) == 1


def test_of_many_uses_of_one_refresh_token_one_succeeds(alice: User) -> None:
    token = sign_in().json()["refresh"]

    def use() -> None:
        if sessions.refresh(token, clock.now()) is None:
            raise LookupError

    assert together(use) == 1
    assert AuthSession.objects.get().ended_at is None  # a client that asked six times at once is no thief


def together(act: Callable[[], object], times: int = 6) -> int:
    """Do something in several threads at once and return how often it succeeded."""
    barrier, won = threading.Barrier(times), []

    def one() -> None:
        barrier.wait()
        try:
            act()
            won.append(1)
        except (TicketRefused, LookupError):
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(won)


def test_a_suspension_closes_sockets_and_doors_until_it_ends(alice: User, monkeypatch: Any) -> None:
    told: list[int] = []
    monkeypatch.setattr(publish, "kick", lambda person, code, **_: told.append(int(code)))
    access = sign_in().json()["access"]
    now = clock.now()
    suspension.suspend(alice.pk, now, until=now + timedelta(hours=1))
    assert told == [4003]
    problem(post("realtime/ticket/", token=access), 401, "unauthorized")
    assert User.objects.get().admitted(now + timedelta(hours=2))
    suspension.lift(alice.pk)
    assert post("realtime/ticket/", token=access).status_code == 200


def test_old_tickets_and_sessions_are_purged(alice: User) -> None:
    redeem(post("realtime/ticket/", token=guest()).json()["ticket"], clock.now())
    long_ago = clock.now() - timedelta(days=60)
    AuthSession.objects.create(user=alice, kind="password", expires_at=long_ago)
    assert jobs.purge_tickets() == 0
    UsedTicket.objects.update(expires_at=long_ago)
    assert jobs.purge_tickets() == 1
    assert jobs.purge_sessions() == 1
    assert AuthSession.objects.count() == 1


@pytest.mark.parametrize("junk", ["", "x", "====", "é", "A" * 3_000, "AAAA", "\ud800"])
def test_a_forged_ticket_is_refused_and_costs_no_row(junk: str) -> None:
    with pytest.raises(TicketRefused, match="bad"):
        redeem(junk, clock.now())
    assert not UsedTicket.objects.exists()


def test_another_spelling_of_a_used_ticket_is_still_used() -> None:
    ticket = post("realtime/ticket/", token=guest()).json()["ticket"]
    redeem(ticket, clock.now())
    padded = ticket + "=" * (-len(ticket) % 4)
    with pytest.raises(TicketRefused):
        redeem(padded, clock.now())


def test_no_credential_is_401_and_never_403() -> None:
    answer = post("realtime/ticket/")
    problem(answer, 401, "unauthorized")
    assert answer["WWW-Authenticate"] == "Bearer"
    problem(post("realtime/ticket/", token="g1_nothing"), 401, "unauthorized")
    problem(post("realtime/ticket/", authorization="Basic YTpi"), 401, "unauthorized")


def test_no_table_holds_an_address_or_an_agent() -> None:
    Client(REMOTE_ADDR="203.0.113.77", headers={"user-agent": "Tattletale/1.0"}).post("/api/v1/guests/")
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            dumped = repr(cursor.fetchall())
            assert "203.0.113.77" not in dumped
            assert "Tattletale" not in dumped
