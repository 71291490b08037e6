"""The doors of `/_allauth/`: one person, one sign-in behind every door, and what ends it."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.hashers import BCryptSHA256PasswordHasher
from django.contrib.sessions.backends.db import SessionStore
from django.core import mail
from django.test import Client

from accounts import factors, sessions
from accounts.audit.models import Entry
from accounts.models import AuthSession, RoleAssignment, User
from accounts.principals import authenticate_bearer
from accounts.roles import Role
from runtime import clock
from tests.visitor import OTHER_PASSWORD, PASSWORD, Visitor, code_of, links

pytestmark = pytest.mark.django_db(transaction=True)


def kinds() -> list[str]:
    return list(Entry.objects.order_by("id").values_list("kind", flat=True))


def enrol(visitor: Visitor) -> str:
    """Give the visitor's account an authenticator app; return its secret."""
    door = "account/authenticators/totp"
    secret = visitor.ask("GET", door).json()["meta"]["secret"]
    assert visitor.post(door, code=code_of(secret, -1)).status_code == 401  # a cookie alone is not enough
    assert visitor.post("auth/reauthenticate", password=PASSWORD).status_code == 200
    answer = visitor.post("account/authenticators/totp", code=code_of(secret, -1))
    assert answer.status_code == 200, answer.content
    return str(secret)


# --- signing up and in ---


def test_dana_signs_up_is_in_and_verifies_her_address() -> None:
    dana = Visitor()
    assert dana.sign_up().status_code == 200
    assert dana.me().json()["username"] == "dana"
    (link,) = links()
    assert not EmailAddress.objects.get().verified
    verified = dana.post("auth/email/verify", key=link.removeprefix("/verify-email/"))
    assert verified.status_code == 200, verified.content
    assert EmailAddress.objects.get().verified
    assert {"account.made", "sign_in", "email.verified"} <= set(kinds())


def test_a_taken_address_is_answered_like_a_new_one() -> None:
    Visitor().sign_up()
    EmailAddress.objects.update(verified=True)
    links()
    mail.outbox.clear()
    mallory = Visitor()
    answer = mallory.sign_up("mallory", email="dana@example.org")
    assert answer.status_code == 200
    assert answer.json()["meta"]["is_authenticated"] is True
    links()
    (letter,) = mail.outbox
    assert letter.to == ["dana@example.org"]
    assert "mallory" not in str(letter.body)


def test_a_taken_name_is_said_to_be_taken() -> None:
    Visitor().sign_up()
    answer = Visitor().sign_up("DANA", email="other@example.org")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["param"] == "username"


def test_a_guest_stays_the_same_person() -> None:
    token = sessions.open_guest()
    guest = authenticate_bearer(token)
    assert guest is not None
    answer = Client().post(
        "/_allauth/app/v1/auth/signup",
        {"username": "dana", "email": "dana@example.org", "password": PASSWORD},
        content_type="application/json",
        headers={"authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 200, answer.content
    assert User.objects.get().pk == guest.person_id


def test_an_app_holds_our_own_tokens() -> None:
    app = Visitor("app")
    meta = app.sign_up().json()["meta"]
    assert app.me(meta["access_token"]).json()["username"] == "dana"
    renewed = app.post("tokens/refresh", refresh_token=meta["refresh_token"])
    assert renewed.status_code == 200, renewed.content
    assert app.me(renewed.json()["data"]["access_token"]).status_code == 200
    assert app.ask("DELETE", "auth/session").status_code == 401
    assert app.me(renewed.json()["data"]["access_token"]).status_code == 401


@pytest.mark.parametrize("change", [{"password": "wrong horse battery"}, {"name": "nobody"}])
def test_a_wrong_sign_in_is_refused_with_one_answer(change: dict[str, str]) -> None:
    Visitor().sign_up()
    answer = Visitor().sign_in(**change)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "username_password_mismatch"
    assert kinds()[-1] == "sign_in.refused"


@pytest.mark.parametrize("shut", ["suspended_at", "deleted_at"])
def test_whom_the_house_is_closed_to_is_answered_like_a_wrong_password(shut: str) -> None:
    Visitor().sign_up()
    User.objects.update(**{shut: clock.now()})
    answer = Visitor().sign_in()
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "username_password_mismatch"


def test_a_bcrypt_hash_opens_and_becomes_argon2() -> None:
    hasher = BCryptSHA256PasswordHasher()
    User.objects.create(username="dana", password=hasher.encode(PASSWORD, hasher.salt()))
    assert Visitor().sign_in().status_code == 200
    assert User.objects.get().password.startswith("argon2")


# --- ending ---


def test_signing_out_anywhere_ends_what_the_browser_held() -> None:
    dana = Visitor()
    dana.sign_up()
    assert dana.me().status_code == 200
    session = AuthSession.objects.get()
    sessions.end(session.pk, clock.now())
    assert dana.me().status_code == 401
    assert dana.ask("GET", "auth/session").status_code == 401


def test_a_session_that_a_store_brings_back_lets_nobody_in() -> None:
    dana = Visitor()
    dana.sign_up()
    key = dana.http.cookies[settings.SESSION_COOKIE_NAME].value
    kept = dict(SessionStore(key).items())
    assert dana.ask("DELETE", "auth/session").status_code == 401
    back = SessionStore(key)
    back.update(kept)
    back.save(must_create=True)
    dana.http.cookies[settings.SESSION_COOKIE_NAME] = key
    assert dana.me().status_code == 401


def test_one_lists_and_ends_ones_own_sign_ins() -> None:
    here, there = Visitor(), Visitor("app")
    here.sign_up()
    token = there.sign_in().json()["meta"]["access_token"]
    listed = here.ask("GET", "auth/sessions").json()["data"]
    assert [(row["kind"], row["is_current"]) for row in listed] == [("app", False), ("browser", True)]
    assert here.ask("DELETE", "auth/sessions", {"sessions": [listed[0]["id"]]}).status_code == 200
    assert here.me(token).status_code == 401
    assert here.me().status_code == 200


def test_nobody_ends_anothers_sign_in() -> None:
    alice, charlie = Visitor(), Visitor()
    alice.sign_up("alice")
    hers = str(AuthSession.objects.get().pk)
    charlie.sign_up("charlie")
    charlie.ask("DELETE", "auth/sessions", {"sessions": [hers]})
    assert alice.me().status_code == 200


# --- passwords and addresses ---


def test_a_new_password_ends_every_other_sign_in() -> None:
    here, there = Visitor(), Visitor("app")
    here.sign_up()
    token = there.sign_in().json()["meta"]["access_token"]
    changed = here.post("account/password/change", current_password=PASSWORD, new_password=OTHER_PASSWORD)
    assert changed.status_code == 200, changed.content
    assert here.me().status_code == 200
    assert here.me(token).status_code == 401
    assert "password.changed" in kinds()


def recovery_key(email: str = "dana@example.org") -> str | None:
    mail.outbox.clear()
    assert Visitor().post("auth/password/request", email=email).status_code == 200
    found = [link for link in links() if link.startswith("/reset-password/")]
    return found[0].removeprefix("/reset-password/") if found else None


def test_a_lost_password_is_replaced_once_and_ends_all_sign_ins() -> None:
    dana = Visitor()
    dana.sign_up()
    EmailAddress.objects.update(verified=True)
    links()
    key = recovery_key()
    assert key is not None
    done = Visitor().post("auth/password/reset", key=key, password=OTHER_PASSWORD)
    assert done.status_code == 401, done.content  # changed, and nobody is in by it
    assert dana.me().status_code == 401
    assert Visitor().sign_in(password=OTHER_PASSWORD).status_code == 200
    again = Visitor().post("auth/password/reset", key=key, password=PASSWORD)
    assert again.status_code == 400
    assert Visitor().sign_in(password=PASSWORD).status_code == 400


def test_a_recovery_link_is_good_for_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    Visitor().sign_up()
    EmailAddress.objects.update(verified=True)
    links()
    key = recovery_key()
    later = clock.now().replace(tzinfo=None) + timedelta(hours=1, minutes=1)
    monkeypatch.setattr("django.contrib.auth.tokens.PasswordResetTokenGenerator._now", lambda _: later)
    assert Visitor().post("auth/password/reset", key=key, password=OTHER_PASSWORD).status_code == 400


@pytest.mark.parametrize("email", ["nobody@example.org", "dana@example.org"])
def test_nobody_recovers_by_an_address_that_is_not_verified(email: str) -> None:
    Visitor().sign_up()
    links()
    assert recovery_key(email) is None


def test_another_address_counts_once_it_is_verified() -> None:
    dana = Visitor()
    dana.sign_up()
    EmailAddress.objects.update(verified=True)
    links()
    mail.outbox.clear()
    assert dana.post("account/email", email="new@example.org").status_code == 401  # a cookie alone: no
    assert dana.post("auth/reauthenticate", password=PASSWORD).status_code == 200
    assert dana.post("account/email", email="new@example.org").status_code == 200
    assert dana.me().json()["email"] == "dana@example.org"
    key = next(link for link in links() if link.startswith("/verify-email/")).removeprefix("/verify-email/")
    assert dana.post("auth/email/verify", key=key).status_code == 200
    assert dana.me().json()["email"] == "new@example.org"
    assert [row.email for row in EmailAddress.objects.all()] == ["new@example.org"]


# --- second factors ---


def test_a_code_is_asked_for_and_works_once_at_every_door() -> None:
    dana = Visitor()
    dana.sign_up()
    secret = enrol(dana)
    asked = Visitor()
    first = asked.sign_in()
    assert first.status_code == 401
    flows = {flow["id"]: flow for flow in first.json()["data"]["flows"]}
    assert flows["mfa_authenticate"]["is_pending"] is True
    assert asked.me().status_code == 401
    used = code_of(secret)
    assert asked.post("auth/2fa/authenticate", code=used).status_code == 200
    assert asked.me().status_code == 200
    door = {"username": "dana", "password": PASSWORD, "code": used}
    assert Visitor().api("POST", "auth/token/", door).status_code == 401
    door["code"] = code_of(secret, 1)
    assert Visitor().api("POST", "auth/token/", door).status_code == 200


def test_recovery_codes_open_both_doors_each_once() -> None:
    dana = Visitor()
    dana.sign_up()
    enrol(dana)
    codes = dana.ask("GET", "account/authenticators/recovery-codes").json()["data"]["unused_codes"]
    door = {"username": "dana", "password": PASSWORD, "code": codes[0]}
    assert Visitor().api("POST", "auth/token/", door).status_code == 200
    assert Visitor().api("POST", "auth/token/", door).status_code == 401
    other = Visitor()
    other.sign_in()
    assert other.post("auth/2fa/authenticate", code=codes[0]).status_code == 400
    assert other.post("auth/2fa/authenticate", code=codes[1]).status_code == 200


def test_no_secret_of_a_second_factor_is_stored_as_it_is() -> None:
    dana = Visitor()
    dana.sign_up()
    secret = enrol(dana)
    dana.ask("GET", "account/authenticators/recovery-codes")
    rows = list(Authenticator.objects.all())
    assert {row.type for row in rows} == {"totp", "recovery_codes"}
    totp_row = next(row for row in rows if row.type == "totp")
    assert secret not in str(totp_row.data)
    assert factors.unseal(totp_row.data["secret"]) == secret


def test_ten_wrong_codes_close_the_door_to_right_ones() -> None:
    dana = Visitor()
    dana.sign_up()
    secret = enrol(dana)
    wrong = str((int(code_of(secret, 1)) + 500_000) % 1_000_000).zfill(6)
    asked = Visitor()
    asked.sign_in()
    for _ in range(factors.WRONG_CODES):
        assert asked.post("auth/2fa/authenticate", code=wrong).status_code == 400
    assert asked.post("auth/2fa/authenticate", code=code_of(secret)).status_code == 400
    door = {"username": "dana", "password": PASSWORD, "code": code_of(secret)}
    answer = Visitor().api("POST", "auth/token/", door)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) >= 1


def test_staff_act_as_staff_only_with_a_second_factor_and_keep_one() -> None:
    mira = Visitor()
    mira.sign_up("mira")
    RoleAssignment.objects.create(user=User.objects.get(), role=Role.ADMIN)
    assert mira.api("GET", "users/").status_code == 403
    enrol(mira)
    assert mira.api("GET", "users/").status_code == 200
    assert mira.ask("DELETE", "account/authenticators/totp").status_code == 409
    RoleAssignment.objects.all().delete()
    assert mira.ask("DELETE", "account/authenticators/totp").status_code == 200
    assert not factors.has_factor(User.objects.get())
