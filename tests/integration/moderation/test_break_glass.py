"""Breaking the glass: two people and their reasons, one identity, for a while, and never unseen."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection

from accounts import sealed
from accounts.audit.models import Entry
from accounts.audit.record import open_entry
from accounts.audit.verify import verify
from accounts.models import RoleAssignment, User
from accounts.registries import erase_person
from accounts.roles import Role
from accounts.users import role_changes
from moderation import cases
from moderation.break_glass import jobs, views
from moderation.break_glass.models import Glass, Step
from moderation.models import Case
from moderation.numbers import BREAK_GLASS_ASK_LASTS, BREAK_GLASS_SHOWS
from moderation.policy.verdict import Level, Reason, Verdict, Visibility
from runtime import clock
from runtime.models import KeptAnswer
from streams import commit, log
from streams.transaction import Tx
from tests.integration.circles.conftest import Person

pytestmark = pytest.mark.django_db(transaction=True)

BASE = "moderation/break-glass/"
MEMBER = "m_0123456789"
REASON = "The member has stopped answering."
STATEMENT = "They wrote that they have taken tablets, a minute ago."
SECOND = "I have read the case and believe so too."


def person(name: str, *roles: Role) -> Person:
    user = User.objects.create_user(name, None, email=f"{name}@example.org")
    for role in roles:
        RoleAssignment.objects.create(user=user, role=role)
    return Person(user)


class Scene:
    """Alice's case, and the staff around it."""

    def __init__(self) -> None:
        cases.forget_queue_stream()
        self.alice = person("alice")
        self.mira, self.noor = person("mira", Role.MODERATOR), person("noor", Role.MODERATOR)
        self.sam, self.clara = person("sam", Role.SUPERVISOR), person("clara", Role.CLINICIAN)
        self.ada = person("ada", Role.ADMIN)
        room = log.ensure(log.new_room_name())
        sealed.seal(self.alice.id, room.id, MEMBER)
        verdict = Verdict(Level.L4, Visibility.DELIVER, False, (Reason("t", 1, Level.L4, "self_risk"),), "en")

        def flag(tx: Tx) -> cases.Flagged:
            return cases.flag(
                tx, room=room, room_slug="sleep", member_id=MEMBER, event_id="01E1", verdict=verdict,
                now=tx.now,
            )  # fmt: skip

        self.case = commit.write_now(commit.Item((room, cases.queue_stream()), flag)).case_id

    def ask(self, by: Person | None = None, **changed: Any) -> Any:
        asked = {"case": self.case, "member": MEMBER, "reason": REASON, "statement": STATEMENT}
        return (by or self.mira).post(BASE, {**asked, **changed})

    def asked(self, by: Person | None = None) -> str:
        answer = self.ask(by)
        assert answer.status_code == 201, answer.content
        return str(answer.json()["id"])

    def approve(self, glass: str, by: Person | None = None) -> Any:
        return (by or self.sam).post(f"{BASE}{glass}/approve/", {"statement": SECOND})

    def approved(self) -> str:
        glass = self.asked()
        answer = self.approve(glass)
        assert answer.status_code == 200, answer.content
        return glass


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Let time pass for the glass alone: a token would not live as long."""
    passed = [timedelta()]
    moved = SimpleNamespace(now=lambda: clock.now() + passed[0], rfc3339=clock.rfc3339)
    monkeypatch.setattr(views, "clock", moved)

    def pass_by(much: timedelta) -> None:
        passed[0] += much

    return pass_by


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def rows(subject: UUID | None = None) -> list[tuple[str, UUID | None]]:
    opened = [(row.kind, open_entry(row)) for row in Entry.objects.order_by("id")]
    return [(kind, one.actor) for kind, one in opened if one.subject == subject]


def looks(scene: Scene) -> list[UUID | None]:
    """Who was shown who Alice is."""
    return [actor for kind, actor in rows(scene.alice.id) if kind == "identity.read"]


def looked_at(scene: Scene) -> list[dict[str, Any]]:
    log_of_hers = scene.alice.get("users/me/access-log/").json()["results"]
    return [row for row in log_of_hers if row["what"] == "identity.read"]


# --- the way it should go ---


def test_two_people_learn_one_identity_and_its_person_is_told(scene: Scene) -> None:
    glass = scene.asked()
    assert looked_at(scene) == []
    answer = scene.approve(glass)
    assert answer.status_code == 200
    told = answer.json()
    assert told["identity"] == {
        "id": str(scene.alice.id), "username": "alice", "email": "alice@example.org", "is_guest": False,
        "locale": "en", "time_zone": "UTC",
    }  # fmt: skip
    approved_at = Step.objects.get(kind="approved").at
    assert told["expires_at"] == clock.rfc3339(approved_at + BREAK_GLASS_SHOWS)
    seen = scene.mira.get(f"{BASE}{glass}/").json()
    assert seen["identity"] == told["identity"]
    assert [(step["kind"], step["role"]) for step in seen["steps"]] == [
        ("asked", "moderator"),
        ("approved", "supervisor"),
    ]
    assert (seen["stage"], seen["steps"][0]["statement"]) == ("open", STATEMENT)
    assert looks(scene) == [scene.sam.id, scene.mira.id]
    shown = looked_at(scene)
    assert [row["who"] for row in shown] == ["moderator", "moderator"]
    assert shown[0]["name"] != shown[1]["name"]
    assert all(name not in str(shown) for name in ("mira", "sam"))
    assert verify().intact


def test_a_clinician_may_ask_and_another_one_approve(scene: Scene) -> None:
    clive = person("clive", Role.CLINICIAN)
    glass = scene.asked(scene.clara)
    assert scene.approve(glass, clive).status_code == 200
    assert [row["who"] for row in looked_at(scene)] == ["clinician"]


def test_a_third_person_reviews_it(scene: Scene) -> None:
    glass = scene.approved()
    body = {"finding": "justified", "note": "A minute's delay would have been too much."}
    for party in (scene.mira, scene.sam):
        assert party.post(f"{BASE}{glass}/review/", body).status_code == 403
    listed = scene.ada.get(BASE).json()["results"]
    assert [(row["id"], row["stage"]) for row in listed] == [(glass, "open")]
    assert STATEMENT not in str(listed)
    whole = scene.ada.get(f"{BASE}{glass}/").json()
    assert (whole["identity"], whole["steps"][1]["statement"]) == (None, SECOND)
    reviewed = scene.ada.post(f"{BASE}{glass}/review/", body)
    assert reviewed.status_code == 200
    assert (reviewed.json()["stage"], reviewed.json()["steps"][2]["finding"]) == ("reviewed", "justified")
    assert code(scene.clara.post(f"{BASE}{glass}/review/", body)) == (409, "conflict")


# --- what is refused ---


def test_nobody_approves_their_own(scene: Scene) -> None:
    glass = scene.asked(scene.sam)
    assert code(scene.approve(glass, scene.sam)) == (403, "forbidden")
    assert looked_at(scene) == []
    assert scene.approve(glass, scene.clara).status_code == 200


def test_a_moderator_does_not_approve_and_an_admin_does_not_ask(scene: Scene) -> None:
    glass = scene.asked()
    assert scene.approve(glass, scene.noor).status_code == 403
    assert scene.approve(glass, scene.ada).status_code == 403
    assert scene.ask(scene.ada).status_code == 403
    assert scene.ask(scene.alice).status_code == 403
    assert looked_at(scene) == []


@pytest.mark.parametrize("whose", ["the asker's", "the approver's"])
def test_a_role_that_was_lost_in_between_refuses(scene: Scene, whose: str) -> None:
    glass = scene.asked()
    who, role = (scene.mira, Role.MODERATOR) if whose == "the asker's" else (scene.sam, Role.SUPERVISOR)
    role_changes.take(who.user, role, by=None)
    assert code(scene.approve(glass)) == (403, "forbidden")
    assert not Step.objects.filter(kind="approved").exists()
    role_changes.give(who.user, role, by=None)
    assert scene.approve(glass).status_code == 200


def test_who_lost_the_role_sees_it_no_more(scene: Scene) -> None:
    glass = scene.approved()
    role_changes.take(scene.mira.user, Role.MODERATOR, by=None)
    assert scene.mira.get(f"{BASE}{glass}/").status_code == 403


def test_a_suspended_asker_cannot_have_it_approved(scene: Scene) -> None:
    glass = scene.asked()
    User.objects.filter(pk=scene.mira.id).update(suspended_at=clock.now())
    assert scene.approve(glass).status_code == 403


def test_other_moderators_see_nothing_of_it(scene: Scene) -> None:
    glass = scene.approved()
    assert code(scene.noor.get(f"{BASE}{glass}/")) == (404, "not_found")
    assert scene.noor.get(BASE).status_code == 403


def test_only_the_member_of_an_open_case_is_asked_for(scene: Scene) -> None:
    assert code(scene.ask(case="c_nothing")) == (404, "not_found")
    wrong = scene.ask(member="m_other")
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "member")
    Case.objects.update(state=Case.State.CLOSED)
    assert code(scene.ask()) == (409, "conflict")


@pytest.mark.parametrize("field", ["reason", "statement"])
@pytest.mark.parametrize("given", [None, "", "  ", "\u202e", "x" * 2_001])
def test_nobody_asks_without_saying_why(scene: Scene, field: str, given: Any) -> None:
    answer = scene.ask(**{field: given})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert not Glass.objects.exists()


def test_nobody_approves_without_saying_why(scene: Scene) -> None:
    glass = scene.asked()
    assert scene.sam.post(f"{BASE}{glass}/approve/", {}).status_code == 422
    assert scene.approve(str(uuid4())).status_code == 404
    assert looked_at(scene) == []


def test_an_erased_person_is_nobodys(scene: Scene) -> None:
    glass = scene.asked()
    erase_person(scene.alice.id)
    assert code(scene.approve(glass)) == (410, "gone")
    assert not Step.objects.filter(kind="approved").exists()


# --- time ---


def test_it_is_shown_for_an_hour(scene: Scene, later: Callable[[timedelta], None]) -> None:
    glass = scene.approved()
    later(BREAK_GLASS_SHOWS - timedelta(minutes=1))
    assert scene.mira.get(f"{BASE}{glass}/").json()["identity"]["username"] == "alice"
    later(timedelta(minutes=1))
    shut = scene.mira.get(f"{BASE}{glass}/").json()
    assert (shut["stage"], shut["identity"]) == ("shut", None)
    assert looks(scene) == [scene.sam.id, scene.mira.id]


def test_a_request_lapses(scene: Scene, later: Callable[[timedelta], None]) -> None:
    glass = scene.asked()
    later(BREAK_GLASS_ASK_LASTS)
    assert code(scene.approve(glass)) == (409, "conflict")


def test_a_review_that_is_wanting_is_said_daily(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.asked()
    glass = scene.approved()
    assert jobs.overdue(timedelta()) == 1
    assert jobs.remind() == 0
    monkeypatch.setattr(jobs, "BREAK_GLASS_REVIEW_WITHIN", timedelta())
    assert jobs.remind() == 1
    body = {"finding": "justified", "note": "It was."}
    assert scene.ada.post(f"{BASE}{glass}/review/", body).status_code == 200
    assert jobs.remind() == 0


# --- races and storage ---


def at_once(*tries: Callable[[], Any]) -> list[Any]:
    """Run all at the same time, each on a connection of its own, and return their answers."""
    gate, answers = threading.Barrier(len(tries)), list[Any]()

    def run(one: Callable[[], Any]) -> None:
        try:
            gate.wait(10)
            answers.append(one())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(one,)) for one in tries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_two_approvals_at_once_reveal_once(scene: Scene) -> None:
    for _ in range(5):
        before = len(looks(scene))
        glass = scene.asked()
        answers = at_once(*(partial(scene.approve, glass, by) for by in (scene.sam, scene.clara)))
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        assert sum(b"alice" in answer.content for answer in answers) == 1
        assert len(looks(scene)) == before + 1


def test_two_who_approve_each_others_wait_and_do_not_deadlock(scene: Scene) -> None:
    for _ in range(3):
        hers, his = scene.asked(scene.clara), scene.asked(scene.sam)
        answers = at_once(partial(scene.approve, hers, scene.sam), partial(scene.approve, his, scene.clara))
        assert [answer.status_code for answer in answers] == [200, 200]


def test_a_role_taken_while_it_is_approved_comes_before_or_after(scene: Scene) -> None:
    take = partial(role_changes.take, scene.mira.user, Role.MODERATOR, by=None)
    for _ in range(5):
        glass = scene.asked()
        before = len(looks(scene))
        [answer] = [one for one in at_once(partial(scene.approve, glass), take) if one is not True]
        assert answer.status_code in (200, 403), answer.content
        assert len(looks(scene)) == before + (answer.status_code == 200)
        assert scene.mira.get(f"{BASE}{glass}/").status_code == 403
        role_changes.give(scene.mira.user, Role.MODERATOR, by=None)


def test_the_identity_lies_in_no_kept_answer(scene: Scene) -> None:
    glass = scene.asked()
    path, body = f"{BASE}{glass}/approve/", {"statement": SECOND}
    first = scene.sam.ask("POST", path, body, **{"idempotency-key": "one"})
    assert first.status_code == 200
    assert not KeptAnswer.objects.exists()
    again = scene.sam.ask("POST", path, body, **{"idempotency-key": "one"})
    assert code(again) == (409, "conflict")
    assert scene.sam.get(f"{BASE}{glass}/").json()["identity"]["username"] == "alice"


@contextlib.contextmanager
def refused() -> Iterator[None]:
    with pytest.raises(DatabaseError, match="append-only"):
        yield


def test_the_database_refuses_to_change_what_was_done(scene: Scene) -> None:
    scene.approved()
    for model in (Glass, Step):
        with refused():
            model.objects.update(at=datetime.fromisoformat("2020-01-01T00:00:00+00:00"))
        with refused():
            model.objects.all()._raw_delete("default")


def test_what_was_written_is_sealed_and_names_nobody(scene: Scene) -> None:
    scene.approved()
    with connection.cursor() as cursor:
        dump = ""
        for table in ("break_glass_glass", "break_glass_step"):
            cursor.execute(f"SELECT * FROM {table}")
            found = cursor.fetchall()
            dump += repr([[bytes(c) if isinstance(c, memoryview) else c for c in row] for row in found])
    for secret in (REASON, STATEMENT, SECOND, "alice", str(scene.alice.id), scene.alice.id.hex):
        assert secret not in dump


def test_every_step_and_look_is_a_row(scene: Scene) -> None:
    glass = scene.approved()
    scene.ada.get(f"{BASE}{glass}/")
    scene.ada.get(BASE)
    scene.noor.get(f"{BASE}{glass}/")
    assert [row for row in rows() if row[0] != "case.opened"] == [
        ("break_glass.asked", scene.mira.id),
        ("break_glass.approved", scene.sam.id),
        ("break_glass.read", scene.ada.id),
        ("break_glass.list.read", scene.ada.id),
        ("refused", scene.noor.id),
    ]
