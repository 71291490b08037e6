"""Apps: code + PKCE, refresh, client credentials, and what ends them."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Client as App
from allauth.idp.oidc.models import Token
from django.core.management import call_command
from django.test import Client

from accounts import registries, sessions
from accounts.audit.models import Entry
from accounts.models import AuthSession, RoleAssignment, User
from accounts.roles import Role
from runtime import clock
from tests.visitor import OTHER_PASSWORD, PASSWORD, Visitor

pytestmark = pytest.mark.django_db(transaction=True)

REDIRECT = "https://app.example.org/back"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
SCOPES = ("openid", "profile", "email", "tracking:read")


def make_app(capsys: Any, *options: str) -> dict[str, str]:
    """Make an app by the command; return its id and secret."""
    call_command("oauth_client", "Diary", *options)
    lines = capsys.readouterr().out.split()
    return dict(line.split("=", 1) for line in lines)


class Diary:
    """An app of somebody else's, and the person whose browser it is in."""

    def __init__(self, capsys: Any, person: Visitor, scopes: tuple[str, ...] = SCOPES) -> None:
        options = ["--redirect", REDIRECT, "--public"]
        for scope in scopes:
            options += ["--scope", scope]
        self.id = make_app(capsys, *options)["client_id"]
        self.person = person
        self.scopes = scopes

    def page(self, **changed: str) -> Any:
        """Return the page that asks the person."""
        asked = {
            "client_id": self.id,
            "redirect_uri": REDIRECT,
            "response_type": "code",
            "scope": " ".join(self.scopes),
            "state": "s1",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        asked = {name: value for name, value in (asked | changed).items() if value}
        return self.person.http.get(f"/identity/o/authorize?{urlencode(asked)}")

    def code(self, action: str = "grant", **changed: str) -> str:
        """Return the code after the person allowed the app."""
        page = self.page(**changed)
        assert page.status_code == 200, page.content
        form = {"request": page.context["form"]["request"].initial, "action": action, "scopes": self.scopes}
        back = self.person.http.post("/identity/o/authorize", form)
        assert back.status_code == 302, back.content
        query = parse_qs(urlsplit(back["Location"]).query)
        assert back["Location"].startswith(REDIRECT)
        assert query["state"] == ["s1"]
        return query["code"][0] if "code" in query else query["error"][0]

    def token(self, **fields: str) -> Any:
        """Ask the token door."""
        return Client().post("/identity/o/api/token", {"client_id": self.id, **fields})

    def trade(self, code: str, verifier: str = VERIFIER) -> Any:
        """Trade a code for tokens."""
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
        return self.token(code_verifier=verifier, **fields)

    def refresh(self, value: str) -> Any:
        """Trade a refresh token for new tokens."""
        return self.token(grant_type="refresh_token", refresh_token=value)

    def let_in(self) -> dict[str, Any]:
        """Return the tokens of the whole way."""
        answer = self.trade(self.code())
        assert answer.status_code == 200, answer.content
        return dict(answer.json())


@pytest.fixture
def dana() -> Visitor:
    visitor = Visitor()
    visitor.sign_up()
    return visitor


@pytest.fixture
def diary(capsys: Any, dana: Visitor) -> Diary:
    return Diary(capsys, dana)


def test_what_an_app_reads_first_names_only_what_there_is() -> None:
    told = Client().get("/.well-known/openid-configuration").json()
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["response_types_supported"] == ["code"]
    for name in ("authorization", "token", "userinfo", "revocation"):
        path = urlsplit(told[f"{name}_endpoint"]).path
        assert Client().post(path).status_code != 404
    assert {"tracking:read", "tracking:write", "moderation", "openid"} <= set(told["scopes_supported"])


def test_an_app_comes_in_by_code_and_reads_what_it_was_let(diary: Diary) -> None:
    held = diary.let_in()
    read = diary.person.api("GET", "mood/", token=held["access_token"])
    assert read.status_code == 200, read.content
    written = diary.person.api(
        "POST", "mood/", {"at": "2026-01-01T10:00:00Z", "score": 5}, held["access_token"]
    )
    assert (written.status_code, written.json()["code"]) == (403, "forbidden")
    for method, door in (("GET", "users/me/"), ("POST", "realtime/ticket/"), ("POST", "auth/logout/")):
        assert diary.person.api(method, door, {}, held["access_token"]).status_code == 403
    assert "app.allowed" in Entry.objects.values_list("kind", flat=True)


def test_the_id_token_is_signed_by_a_published_key(diary: Diary) -> None:
    held = diary.let_in()
    jwks = jwt.PyJWKSet.from_dict(Client().get("/.well-known/jwks.json").json())
    kid = jwt.get_unverified_header(held["id_token"])["kid"]
    claims = jwt.decode(held["id_token"], jwks[kid], algorithms=["RS256"], audience=diary.id)
    assert claims["sub"] == str(User.objects.get().pk)


def test_userinfo_tells_no_address_that_is_not_verified(diary: Diary) -> None:
    held = diary.let_in()
    headers = {"authorization": f"Bearer {held['access_token']}"}
    told = Client().get("/identity/o/api/userinfo", headers=headers).json()
    assert told["preferred_username"] == "dana"
    assert "email" not in told
    EmailAddress.objects.update(verified=True)
    told = Client().get("/identity/o/api/userinfo", headers=headers).json()
    assert told["email"] == "dana@example.org"


@pytest.mark.parametrize("change", [{"code_challenge": ""}, {"code_challenge_method": "plain"}])
def test_an_app_without_pkce_is_not_let_in(diary: Diary, change: dict[str, str]) -> None:
    assert diary.page(**change).status_code == 400


@pytest.mark.parametrize(
    "change", [{"redirect_uri": "https://evil.example.org/"}, {"client_id": "nobody"}, {"prompt": "none"}]
)
def test_a_wrong_app_is_told_to_the_person_and_sent_nowhere(diary: Diary, change: dict[str, str]) -> None:
    answer = diary.page(**change)
    assert answer.status_code == 400
    assert "Location" not in answer


def test_nobody_signed_in_is_sent_to_sign_in_first(diary: Diary) -> None:
    diary.person = Visitor()
    answer = diary.page()
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/?next=")


def test_a_refusal_is_a_refusal(diary: Diary) -> None:
    assert diary.code(action="cancel") == "access_denied"
    assert "app.refused" in Entry.objects.values_list("kind", flat=True)
    assert not Token.objects.exists()


def test_a_wrong_verifier_gets_nothing_and_spends_nothing(diary: Diary) -> None:
    code = diary.code()
    assert diary.trade(code, "w" * 64).status_code == 400
    assert diary.trade(code).status_code == 200


def test_a_code_that_comes_twice_ends_what_it_opened(diary: Diary) -> None:
    code = diary.code()
    held = diary.trade(code).json()
    assert diary.trade(code).json() == {"error": "invalid_grant"}
    assert diary.person.api("GET", "mood/", token=held["access_token"]).status_code == 401


def test_a_refresh_token_works_once_and_a_second_use_ends_all(
    diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = diary.let_in()
    second = diary.refresh(first["refresh_token"])
    assert second.status_code == 200, second.content
    token = second.json()["access_token"]
    assert diary.refresh(first["refresh_token"]).status_code == 400
    assert diary.person.api("GET", "mood/", token=token).status_code == 200  # twice at once is no theft
    later = clock.now() + sessions.REUSE_GRACE
    monkeypatch.setattr(clock, "now", lambda: later)
    assert diary.refresh(first["refresh_token"]).status_code == 400
    assert diary.person.api("GET", "mood/", token=token).status_code == 401
    assert diary.refresh(second.json()["refresh_token"]).status_code == 400


def ways() -> dict[str, Any]:
    """What must end an app's way in."""
    return {
        "sign-out": lambda dana: dana.ask("DELETE", "auth/session"),
        "new password": lambda dana: dana.post(
            "account/password/change", current_password=PASSWORD, new_password=OTHER_PASSWORD
        ),
        "suspension": lambda _: User.objects.update(suspended_at=clock.now()),
        "soft deletion": lambda dana: dana.api("DELETE", "users/me/"),
        "erasure": lambda _: registries.erase_person(User.objects.get().pk),
    }


@pytest.mark.parametrize("way", ["sign-out", "suspension", "erasure"])
def test_what_ends_the_person_s_sign_in_ends_the_app(diary: Diary, way: str) -> None:
    held = diary.let_in()
    ways()[way](diary.person)
    assert Visitor().api("GET", "mood/", token=held["access_token"]).status_code == 401
    assert diary.refresh(held["refresh_token"]).status_code == 400
    headers = {"authorization": f"Bearer {held['access_token']}"}
    assert Client().get("/identity/o/api/userinfo", headers=headers).status_code == 401


def test_revoking_ends_all_of_it(diary: Diary) -> None:
    held = diary.let_in()
    fields = {"client_id": diary.id, "token": held["refresh_token"]}
    assert Client().post("/identity/o/api/revoke", fields).status_code == 200
    assert diary.person.api("GET", "mood/", token=held["access_token"]).status_code == 401
    assert diary.person.me().status_code == 200


def test_no_app_revokes_anothers(diary: Diary, capsys: Any) -> None:
    held = diary.let_in()
    other = make_app(capsys, "--redirect", REDIRECT, "--public")["client_id"]
    fields = {"client_id": other, "token": held["refresh_token"]}
    assert Client().post("/identity/o/api/revoke", fields).status_code == 200
    assert diary.refresh(held["refresh_token"]).status_code == 200


def test_a_program_acts_for_its_owner_by_its_secret(capsys: Any, dana: Visitor) -> None:
    made = make_app(capsys, "--owner", "dana", "--scope", "tracking:read")
    fields = {"grant_type": "client_credentials", "scope": "tracking:read", **made}
    held = Client().post("/identity/o/api/token", fields)
    assert held.status_code == 200, held.content
    token = held.json()["access_token"]
    assert dana.api("GET", "mood/", token=token).status_code == 200
    assert Client().post("/identity/o/api/token", {**fields, "client_secret": "wrong"}).status_code == 401
    User.objects.update(suspended_at=clock.now())
    assert dana.api("GET", "mood/", token=token).status_code == 401
    assert Client().post("/identity/o/api/token", fields).json() == {"error": "unauthorized_client"}


def test_a_role_is_lent_only_with_the_scope_of_moderation(capsys: Any, dana: Visitor) -> None:
    RoleAssignment.objects.create(user=User.objects.get(), role=Role.CLINICIAN)
    AuthSession.objects.update(second_factor=True)
    held = Diary(capsys, dana).let_in()
    assert AuthSession.objects.filter(kind="oauth", second_factor=True).exists()
    assert held["scope"].split() == list(SCOPES)


def test_staffs_app_reads_the_audit_with_its_scope_and_breaks_no_glass(capsys: Any, dana: Visitor) -> None:
    user = User.objects.get()
    RoleAssignment.objects.create(user=user, role=Role.SUPERVISOR)
    AuthSession.objects.update(second_factor=True)
    for scope, status in (("moderation", 200), ("tracking:read", 403)):
        made = Diary(capsys, dana, ("openid", scope)).let_in()["access_token"]
        assert dana.api("GET", "moderation/audit/", token=made).status_code == status
        assert dana.api("GET", "moderation/break-glass/", token=made).status_code == 403
    assert dana.api("GET", "moderation/break-glass/").status_code == 200  # she herself


def test_nothing_of_a_token_or_a_code_is_stored_as_it_is(diary: Diary) -> None:
    code = diary.code()
    held = diary.trade(code).json()
    stored = str(list(Token.objects.values())) + str(list(AuthSession.objects.values()))
    for value in (code, held["access_token"], held["refresh_token"]):
        assert value not in stored
    assert App.objects.get().secret.startswith("argon2")
