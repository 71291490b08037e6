"""Coming in by another house: a name of one's own, nothing taken over, nobody joined unasked."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.core.cache import cache

from accounts import factors, sessions
from accounts.audit.models import Entry
from accounts.models import RoleAssignment, User
from accounts.principals import authenticate_bearer
from accounts.registries import export_person
from accounts.roles import Role
from accounts.signin import again
from runtime import clock
from tests.providers import OpenIdProvider, openid_provider
from tests.visitor import PASSWORD, Visitor, code_of, links

pytestmark = pytest.mark.django_db(transaction=True)

HERS = "the-id-of-alice-there"


@pytest.fixture
def other(settings: Any) -> Iterator[OpenIdProvider]:
    """Another house, which the environment names."""
    with openid_provider() as provider:
        client_id, secret = provider.client
        settings.SOCIAL_APPS = [
            {
                "provider_id": "other",
                "name": "The other house",
                "client_id": client_id,
                "secret": secret,
                "settings": {"server_url": provider.url},
            }
        ]
        yield provider
    cache.clear()


def set_out(visitor: Visitor, process: str = "login") -> Any:
    """Ask where to go."""
    page = "/sign-in/?back=1&next=/circle/" if process == "login" else "/settings/?back=1"
    return visitor.post("auth/provider/redirect", provider="other", process=process, callback_url=page)


def come_back(visitor: Visitor, other: OpenIdProvider, subject: str = HERS, process: str = "login") -> str:
    """Go there, say yes, and return the page one is sent on to."""
    asked = set_out(visitor, process)
    assert asked.status_code == 200, asked.content
    answer = visitor.http.get(other.allow(asked.json()["data"]["location"], subject))
    assert answer.status_code == 302, answer.content
    return str(answer["Location"])


def error_of(page: str) -> str:
    return parse_qs(urlsplit(page).query).get("error", [""])[0]


def pending(visitor: Visitor) -> list[str]:
    flows = visitor.ask("GET", "auth/session").json()["data"]["flows"]
    return [flow["id"] for flow in flows if flow.get("is_pending")]


def newcomer(visitor: Visitor, other: OpenIdProvider, name: str = "alice", subject: str = HERS) -> Any:
    """Come for the first time, and choose a name."""
    come_back(visitor, other, subject)
    return visitor.post("auth/provider/signup", username=name, email=f"{name}@example.org")


def test_without_providers_there_is_no_such_way_in() -> None:
    visitor = Visitor()
    assert visitor.ask("GET", "config").json()["data"]["socialaccount"]["providers"] == []
    assert set_out(visitor).status_code == 400
    path = "/_allauth/browser/v1/auth/provider/other/callback?code=x&state=y"
    assert visitor.http.get(path).status_code == 404


def test_alice_comes_for_the_first_time_and_chooses_her_name(other: OpenIdProvider) -> None:
    alice = Visitor()
    assert come_back(alice, other) == "/sign-in/?back=1&next=/circle/"
    assert pending(alice) == ["provider_signup"]
    made = alice.post("auth/provider/signup", username="alice", email="alice@example.org")
    assert made.status_code == 200, made.content
    assert alice.me().json()["username"] == "alice"
    assert not User.objects.get().has_usable_password()
    assert not EmailAddress.objects.get().verified  # whatever they say of it over there
    assert {"account.made", "social.added", "sign_in"} <= set(Entry.objects.values_list("kind", flat=True))
    assert other.faults == []


def test_nothing_that_names_her_there_is_kept(other: OpenIdProvider) -> None:
    newcomer(Visitor(), other)
    row = SocialAccount.objects.get()
    assert HERS not in row.uid
    assert row.extra_data == {}
    assert export_person(User.objects.get().pk)["accounts"]["accounts_elsewhere"][0]["provider"] == "other"


def test_she_comes_again_and_is_in(other: OpenIdProvider) -> None:
    newcomer(Visitor(), other)
    again = Visitor()
    assert error_of(come_back(again, other)) == ""
    assert again.me().json()["username"] == "alice"
    stranger = Visitor()
    come_back(stranger, other, "somebody else there")
    assert stranger.me().status_code == 401


def test_a_guest_keeps_their_row(other: OpenIdProvider) -> None:
    token = sessions.open_guest()
    guest = authenticate_bearer(token)
    assert guest is not None
    alice = Visitor()
    come_back(alice, other)
    made = alice.http.post(
        "/_allauth/browser/v1/auth/provider/signup",
        {"username": "alice", "email": "alice@example.org"},
        content_type="application/json",
        headers={"authorization": f"Bearer {token}"},
    )
    assert made.status_code == 200, made.content
    assert User.objects.get().pk == guest.person_id


def test_an_address_that_bob_verified_lets_nobody_into_his_account(other: OpenIdProvider) -> None:
    bob = Visitor()
    bob.sign_up("bob", email="alice@example.org")  # the address that the provider will swear by
    EmailAddress.objects.update(verified=True)
    links()
    mail.outbox.clear()
    mallory = Visitor()
    come_back(mallory, other)
    assert pending(mallory) == ["provider_signup"]
    made = mallory.post("auth/provider/signup", username="mallory", email="alice@example.org")
    assert made.status_code == 200
    assert mallory.me().json()["username"] == "mallory"
    assert not SocialAccount.objects.filter(user__username="bob").exists()
    links()
    assert [letter.to for letter in mail.outbox] == [["alice@example.org"]]  # its owner is told
    assert "mallory" not in str(mail.outbox[0].body)


def test_a_taken_name_is_said_to_be_taken_and_another_may_be_chosen(other: OpenIdProvider) -> None:
    Visitor().sign_up("alice")
    alice = Visitor()
    assert newcomer(alice, other).status_code == 400
    assert not SocialAccount.objects.exists()
    assert alice.post("auth/provider/signup", username="ali", email="a@example.org").status_code == 200


def test_two_tabs_of_one_newcomer_make_one_account(other: OpenIdProvider) -> None:
    first, second = Visitor(), Visitor()
    for tab in (first, second):
        come_back(tab, other)
    assert first.post("auth/provider/signup", username="alice", email="a@example.org").status_code == 200
    assert second.post("auth/provider/signup", username="ali", email="a@example.org").status_code == 409
    assert [user.username for user in User.objects.all()] == ["alice"]


def test_bob_joins_it_once_he_shows_who_he_is(other: OpenIdProvider) -> None:
    bob = Visitor()
    bob.sign_up("bob")
    EmailAddress.objects.update(verified=True)
    links()
    mail.outbox.clear()
    assert set_out(bob, "connect").status_code == 401  # a cookie alone is not enough
    bob.post("auth/reauthenticate", password=PASSWORD)
    assert error_of(come_back(bob, other, process="connect")) == ""
    (joined,) = bob.ask("GET", "account/providers").json()["data"]
    assert joined["provider"]["id"] == "other"
    links()
    assert "added" in mail.outbox[-1].subject
    again = Visitor()
    come_back(again, other)
    assert again.me().json()["username"] == "bob"
    gone = bob.ask("DELETE", "account/providers", {"provider": "other", "account": joined["uid"]})
    assert gone.status_code == 200, gone.content
    assert not SocialAccount.objects.exists()
    assert "social.removed" in Entry.objects.values_list("kind", flat=True)


def test_who_lost_the_account_elsewhere_comes_back_by_a_confirmed_address(other: OpenIdProvider) -> None:
    newcomer(Visitor(), other)
    EmailAddress.objects.update(verified=True)
    links()
    mail.outbox.clear()
    assert Visitor().post("auth/password/request", email="alice@example.org").status_code == 200
    (link,) = [link for link in links() if link.startswith("/reset-password/")]
    key = link.removeprefix("/reset-password/")
    assert Visitor().post("auth/password/reset", key=key, password=PASSWORD).status_code in (200, 401)
    assert Visitor().sign_in("alice").status_code == 200


def test_what_is_alices_cannot_be_joined_by_charlie(other: OpenIdProvider) -> None:
    newcomer(Visitor(), other)
    charlie = Visitor()
    charlie.sign_up("charlie")
    charlie.post("auth/reauthenticate", password=PASSWORD)
    assert error_of(come_back(charlie, other, process="connect")) == "connected_other"
    assert SocialAccount.objects.get().user.username == "alice"


def test_the_only_way_in_cannot_be_taken_away(other: OpenIdProvider) -> None:
    alice = Visitor()
    newcomer(alice, other)
    body = {"provider": "other", "account": SocialAccount.objects.get().uid}
    refused = alice.ask("DELETE", "account/providers", body)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["code"] == "no_password"
    assert alice.post("account/password/change", new_password=PASSWORD).status_code == 200
    alice.post("auth/reauthenticate", password=PASSWORD)
    assert alice.ask("DELETE", "account/providers", body).status_code == 200


def test_mira_acts_as_staff_only_with_a_second_factor(other: OpenIdProvider) -> None:
    mira = Visitor()
    newcomer(mira, other, "mira")
    user = User.objects.get()
    RoleAssignment.objects.create(user=user, role=Role.ADMIN)
    assert mira.api("GET", "users/").status_code == 403
    factors.set_secret(user, "JBSWY3DPEHPK3PXP")
    again = Visitor()
    come_back(again, other)
    assert again.me().status_code == 401
    assert pending(again) == ["mfa_authenticate"]
    assert again.post("auth/2fa/authenticate", code=code_of("JBSWY3DPEHPK3PXP")).status_code == 200
    assert again.api("GET", "users/").status_code == 200


def test_whom_the_house_is_closed_to_stays_out(other: OpenIdProvider) -> None:
    newcomer(Visitor(), other)
    User.objects.update(is_active=False)
    again = Visitor()
    assert error_of(come_back(again, other)) != ""
    assert again.me().status_code == 401


@pytest.mark.parametrize(
    "claims", [{"aud": "another"}, {"iss": "https://evil.example"}, {"exp": 1}, {"sub": ""}, {"sub": 7}]
)
def test_a_token_for_somebody_else_lets_nobody_in(other: OpenIdProvider, claims: dict[str, Any]) -> None:
    newcomer(Visitor(), other)
    other.claims = claims
    again = Visitor()
    assert error_of(come_back(again, other)) == "unknown"
    assert again.me().status_code == 401
    assert Entry.objects.order_by("id").last().kind == "sign_in.refused"  # type: ignore[union-attr]


def test_a_return_that_nobody_set_out_for_lets_nobody_in(other: OpenIdProvider) -> None:
    newcomer(Visitor(), other)
    alice, mallory = Visitor(), Visitor()
    stolen = other.allow(set_out(alice).json()["data"]["location"], HERS)
    answer = mallory.http.get(stolen)
    assert error_of(answer["Location"]) == "unknown"
    assert mallory.me().status_code == 401
    assert alice.http.get(stolen).status_code == 302
    assert alice.me().status_code == 200
    assert error_of(alice.http.get(stolen)["Location"]) == "unknown"  # once


@pytest.mark.parametrize("fault", ["deaf", "another issuer", "no doors"])
def test_a_provider_that_says_nothing_of_use_is_no_way_in_for_now(other: OpenIdProvider, fault: str) -> None:
    other.deaf = fault == "deaf"
    other.told = {"another issuer": {"issuer": "https://evil.example"}, "no doors": {"jwks_uri": 7}}.get(
        fault, {}
    )
    assert set_out(Visitor()).status_code == 503


@pytest.mark.parametrize("page", ["https://evil.example/", "//evil.example/"])
def test_one_is_sent_on_to_pages_of_the_house_alone(other: OpenIdProvider, page: str) -> None:
    asked = {"provider": "other", "process": "login", "callback_url": page}
    assert Visitor().post("auth/provider/redirect", **asked).status_code == 400


def test_an_app_cannot_bring_a_token_of_its_own(other: OpenIdProvider) -> None:
    token = {"client_id": other.client[0], "id_token": "x.y.z"}
    asked = {"provider": "other", "process": "login", "token": token}
    assert Visitor("app").post("auth/provider/token", **asked).status_code == 400


def a_while_later(visitor: Visitor) -> None:
    """Let what the visitor has shown be ten minutes old."""
    session = visitor.http.session
    for shown in session["account_authentication_methods"]:
        shown["at"] -= 600
    session.save()


def code_sent() -> str:
    """Return the code of the last letter."""
    links()
    (code,) = re.findall(r"\b\d{8}\b", str(mail.outbox[-1].body))
    return str(code)


def test_who_has_nothing_to_show_again_shows_a_code_from_their_mailbox(other: OpenIdProvider) -> None:
    alice = Visitor()
    newcomer(alice, other)
    EmailAddress.objects.update(verified=True)
    # Having just come in by the other house is proof; an open browser, later, is none.
    assert alice.ask("GET", "account/authenticators/webauthn").status_code == 200
    a_while_later(alice)
    refused = alice.post("account/email", email="theirs@example.org")
    assert (refused.status_code, refused.json()["meta"]["is_authenticated"]) == (401, True)
    assert alice.post("account/password/change", new_password=PASSWORD).status_code == 401
    assert alice.ask("GET", "account/authenticators/webauthn").status_code == 401
    assert set_out(alice, "connect").status_code == 401
    assert alice.post("auth/reauthenticate/code", code="00000000").status_code == 400
    assert alice.post("auth/reauthenticate/letter").status_code == 200
    code = code_sent()
    wrong = alice.post("auth/reauthenticate/code", code=f"{(int(code) + 1) % 10**8:08}")
    assert wrong.json()["errors"][0]["code"] == "wrong_code"
    assert alice.post("auth/reauthenticate/code", code=f"{code[:4]} {code[4:]}").status_code == 200
    assert alice.post("auth/reauthenticate/code", code=code).status_code == 400  # it worked once
    assert alice.post("account/password/change", new_password=PASSWORD).status_code == 200
    assert alice.post("auth/reauthenticate/letter").status_code == 409  # there is a password to show now


def test_a_code_is_for_one_browser_and_not_for_long(
    other: OpenIdProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = Visitor()
    newcomer(alice, other)
    EmailAddress.objects.update(verified=True)
    a_while_later(alice)
    alice.post("auth/reauthenticate/letter")
    code = code_sent()
    elsewhere = Visitor()
    come_back(elsewhere, other)
    assert elsewhere.post("auth/reauthenticate/code", code=code).status_code == 400
    late = clock.now() + again.GOOD_FOR
    with monkeypatch.context() as patched:
        patched.setattr(clock, "now", lambda: late)
        assert alice.post("auth/reauthenticate/code", code=code).status_code == 400
    assert alice.post("auth/reauthenticate/code", code=code).status_code == 200


def test_codes_are_neither_guessed_nor_asked_for_without_end(other: OpenIdProvider) -> None:
    alice = Visitor()
    newcomer(alice, other)
    assert alice.post("auth/reauthenticate/letter").status_code == 409  # nobody confirmed that address
    EmailAddress.objects.update(verified=True)
    asked = [alice.post("auth/reauthenticate/letter").status_code for _ in range(again.LETTERS + 1)]
    assert asked == [200] * again.LETTERS + [429]
    code = code_sent()
    tried = [
        alice.post("auth/reauthenticate/code", code=str(n)).status_code for n in range(factors.WRONG_CODES)
    ]
    assert tried == [400] * factors.WRONG_CODES
    assert alice.post("auth/reauthenticate/code", code=code).status_code == 429
    assert Visitor().post("auth/reauthenticate/letter").status_code == 401
