"""An invitation with an address is mailed: once, under the house's own name, while it still works."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.circles import invites, jobs
from accounts.circles.models import Invite
from runtime import clock
from runtime.models import OutboxJob
from runtime.worker import claim_next, perform

pytestmark = pytest.mark.django_db(transaction=True)

BOB = "bob@example.org"
LINK = re.compile(r"https://hearth\.example/circle/accept/#invite=([\w-]+)")


@pytest.fixture(autouse=True)
def public(settings: Any) -> None:
    settings.PUBLIC_URL = "https://hearth.example"


def work() -> None:
    while claim := claim_next(clock.now(), 60.0):
        perform(claim)


def invite(circle: Any, **headers: str) -> Any:
    return circle.owner.ask("POST", circle.path + "invites/", {"email": BOB}, **headers)


def test_the_letter_goes_to_the_address_with_a_link_that_lets_in_once(
    bob: Any, charlie: Any, circle: Any
) -> None:
    made = invite(circle)
    assert made.status_code == 201
    assert mail.outbox == []  # it is written after the commit, by a job
    work()
    (letter,) = mail.outbox
    assert letter.to == [BOB]
    (token,) = LINK.findall(letter.body)
    assert token == made.json()["token"]
    assert letter.extra_headers["Message-ID"] == f"<{made.json()['id']}@localhost>"
    assert bob.post("circles/accept/", {"token": token}).status_code == 200
    assert charlie.post("circles/accept/", {"token": token}).status_code == 410


def test_the_link_is_the_houses_own_whatever_host_was_asked_for(circle: Any, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    made = invite(circle, host="evil.example").json()
    work()
    assert LINK.fullmatch(made["url"])
    assert "evil.example" not in mail.outbox[0].message().as_string()


def test_the_letter_says_nothing_of_who_invites_and_speaks_as_they_do(alice: Any, circle: Any) -> None:
    type(alice.user).objects.filter(pk=alice.id).update(locale="es")
    invite(circle)
    work()
    (letter,) = mail.outbox
    assert letter.subject == "Alguien te invita a su círculo"
    html = letter.alternatives[0][0]
    for word in ("alice", "Ali<", "Ali ", "Home", str(alice.id)):
        assert word not in letter.body + html


def test_no_address_no_letter(circle: Any) -> None:
    circle.token()
    work()
    assert mail.outbox == []
    assert Invite.objects.get().token is None


def test_the_token_lies_sealed_and_only_until_the_letter_is_written(circle: Any) -> None:
    token = invite(circle).json()["token"]
    assert token not in str(list(OutboxJob.objects.values("ids", "key")))
    assert Invite.objects.get().token == token
    work()
    assert Invite.objects.get().token is None
    jobs.mail_invite(str(Invite.objects.get().pk))  # a worker that died after it had written
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("end", ["taken back", "closed", "lapsed", "used", "owner gone"])
def test_an_invitation_that_ended_before_its_letter_gets_none(bob: Any, circle: Any, end: str) -> None:
    made = invite(circle).json()
    if end == "taken back":
        circle.owner.delete(f"{circle.path}invites/{made['id']}/")
    elif end == "closed":
        circle.owner.delete(circle.path)
    elif end == "lapsed":
        Invite.objects.update(expires_at=clock.now())
    elif end == "used":
        bob.post("circles/accept/", {"token": made["token"]})
    else:
        type(circle.owner.user).objects.filter(pk=circle.owner.id).update(is_active=False)
    work()
    assert mail.outbox == []
    if end not in ("lapsed", "owner gone"):
        assert Invite.objects.get().token is None
    if end == "lapsed":
        jobs.purge_invites()
        assert Invite.objects.get().token is None


def test_a_mail_server_that_is_away_is_asked_again(circle: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: Any) -> int:
        raise OSError(BOB)

    invite(circle)
    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", away)
        work()
    row = OutboxJob.objects.get(name="circles.mail_invite")
    assert (row.error, mail.outbox) == ("OSError", [])
    OutboxJob.objects.update(due_at=clock.now())
    work()
    assert len(mail.outbox) == 1


def test_one_person_has_only_so_many_letters_a_day(alice: Any, circle: Any) -> None:
    for _ in range(invites.LETTERS_A_DAY):
        made = invite(circle)
        assert made.status_code == 201
        assert alice.delete(f"{circle.path}invites/{made.json()['id']}/").status_code == 204
    refused = invite(circle)
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert 86_000 < int(refused["Retry-After"]) <= 86_400
    assert circle.token()  # a link without an address can still be made
    Invite.objects.update(created_at=clock.now() - timedelta(days=1))
    assert invite(circle).status_code == 201


def test_a_wrong_address_is_named(circle: Any) -> None:
    answer = circle.owner.post(circle.path + "invites/", {"email": "bob@"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "email")
    assert Client().post(f"/api/v1/{circle.path}invites/", {"email": BOB}).status_code == 401
