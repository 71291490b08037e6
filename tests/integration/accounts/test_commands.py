"""manage.py bootstrap, erase_person, export_person."""

import io
import json
import stat
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import override_settings

from accounts import demo, sealed, sessions, tickets, totp
from accounts.circles import reading
from accounts.circles.models import Circle
from accounts.circles.state import CATEGORIES, Access
from accounts.models import AuthSession, GuestToken, SealedIdentity, User
from accounts.passwords import judge
from accounts.principals import authenticate_bearer
from accounts.users import assignments
from accounts.users.models import Assignment
from runtime import clock
from streams.models import Stream


def code_now() -> str:
    return totp.code_for(settings.DEMO_TOTP_SECRET, totp.step_at(clock.now().timestamp()))


pytestmark = pytest.mark.django_db(transaction=True)


def test_bootstrap_makes_the_demo_people_and_may_be_repeated() -> None:
    said = io.StringIO()
    call_command("bootstrap", stdout=said)
    before = dict(User.objects.values_list("username", "password"))
    call_command("bootstrap", stdout=io.StringIO())
    assert dict(User.objects.values_list("username", "password")) == before
    assert set(before) == {"alice", "bob", "charlie", "mira", "noor", "sam", "clara", "ada"}
    assert settings.DEMO_PASSWORD in said.getvalue()
    now = clock.now()
    assert judge("alice", settings.DEMO_PASSWORD, None, now).user
    assert judge("ada", settings.DEMO_PASSWORD, None, now).why == "code_required"
    assert judge("ada", settings.DEMO_PASSWORD, code_now(), now).user


def test_bootstrap_makes_alices_circle_once() -> None:
    for _ in range(2):
        call_command("bootstrap", stdout=io.StringIO())
    ids = dict(User.objects.values_list("username", "pk"))
    now = clock.now()

    def sees(name: str, category: str, access: Access) -> bool:
        return reading.shared_with(ids[name], ids["alice"], category, access, now) is not None

    assert sees("bob", "sleep", Access.VIEW)
    assert sees("bob", "mood", Access.VIEW)
    assert not sees("bob", "mood", Access.CONTRIBUTE)
    assert sees("bob", "seizures", Access.CONTRIBUTE)
    assert not any(sees("charlie", category, Access.VIEW) for category in CATEGORIES)
    assert assignments.standing(ids["clara"], ids["alice"])
    assert Circle.objects.count() == Assignment.objects.count() == 1


def test_a_used_code_stays_used_after_another_start() -> None:
    demo.make_people()
    code, now = code_now(), clock.now()
    assert judge("mira", settings.DEMO_PASSWORD, code, now).user
    demo.make_people()
    assert judge("mira", settings.DEMO_PASSWORD, code, now).user is None


def test_bootstrap_follows_a_changed_password() -> None:
    demo.make_people()
    with override_settings(DEMO_PASSWORD="another one"):
        demo.make_people()
    assert judge("bob", "another one", None, clock.now()).user
    assert judge("bob", settings.DEMO_PASSWORD, None, clock.now()).user is None


@override_settings(PRODUCTION=True)
def test_production_gets_no_demo_people() -> None:
    call_command("bootstrap", stdout=io.StringIO())
    assert not User.objects.exists()
    with pytest.raises(demo.NotHere):
        demo.make_people()


def test_an_erased_person_is_gone_and_their_tokens_dead() -> None:
    token = sessions.open_guest()
    principal = authenticate_bearer(token)
    assert principal is not None
    ticket, _ = tickets.issue(principal, clock.now())
    stream = Stream.objects.create(name="room:00000000000000aa", epoch="e")
    sealed.seal(principal.person_id, stream.pk, "m_1")
    call_command("erase_person", str(principal.person_id), stdout=io.StringIO())
    assert authenticate_bearer(token) is None
    with pytest.raises(tickets.TicketRefused):
        tickets.redeem(ticket, clock.now())
    for model in (User, AuthSession, GuestToken, SealedIdentity, EmailAddress, Authenticator):
        assert not model.objects.exists()


def test_erasing_one_leaves_the_others() -> None:
    demo.make_people()
    call_command("erase_person", "Charlie", stdout=io.StringIO())
    assert User.objects.count() == 7
    with pytest.raises(CommandError):
        call_command("erase_person", "charlie")


def test_an_export_holds_what_is_held_and_no_secret(tmp_path: Path) -> None:
    demo.make_people()
    target = tmp_path / "ada.json"
    call_command("export_person", "ada", str(target), stdout=io.StringIO())
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    found = json.loads(target.read_text())["accounts"]
    assert found["username"] == "ada"
    assert found["roles"] == ["admin"]
    assert "argon2" not in target.read_text()
    assert settings.DEMO_TOTP_SECRET not in target.read_text()
    with pytest.raises(CommandError):
        call_command("export_person", "nobody", str(target))
