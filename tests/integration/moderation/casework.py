"""Bob's case in a room of chat's own, and the staff around it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from accounts.models import RoleAssignment, User
from accounts.principals import Principal
from accounts.roles import Role, implied
from chat import join, rooms
from chat.memberships import me_of
from chat.models import Member
from moderation import cases
from moderation.casework import duty, staff
from moderation.models import Case
from moderation.policy.verdict import Level, Reason, Verdict, Visibility
from streams import commit, log
from streams.refs import StreamRef
from streams.transaction import Tx
from tests.integration.circles.conftest import Person


def principal(person: Person, *roles: Role) -> Principal:
    return Principal(person.id, None, implied(frozenset(roles)), False, "en")


class Worker:
    """A member of staff."""

    def __init__(self, name: str, *roles: Role, on: bool = True) -> None:
        user = User.objects.create_user(name, None, email=f"{name}@example.org")
        for role in roles:
            RoleAssignment.objects.create(user=user, role=role)
        self.http = Person(user)
        self.id: UUID = user.pk
        self.me = principal(self.http, *roles)
        if on and Role.MODERATOR in self.me.roles:
            duty.set_duty(self.me, True, "socket")

    @property
    def name(self) -> str:
        return staff.duty_of(self.id).name

    def told(self, kind: str) -> list[dict[str, Any]]:
        """What stands on their own stream of one kind."""
        return told(staff.me_of(self.id), kind)


def told(stream: StreamRef, kind: str) -> list[dict[str, Any]]:
    return [json.loads(line.data) for line in log.page(stream, after=0) if line.kind == kind]


class Bench:
    """A room, Bob in it, and people who may work on his case."""

    def __init__(self) -> None:
        cases.forget_queue_stream()
        self.room = rooms.create(slug="sleep", topic="sleep", title="Sleep", language="en")
        self.bob = Person(User.objects.create_user("bob", None))
        self.stream, self.bobs_me = self.room.ref, me_of(self.bob.id)
        item = commit.Item(
            (self.stream, self.bobs_me), lambda tx: join.enrol(tx, self.room, self.bob.id, None).id
        )
        self.member = commit.write_now(item)
        self.mira = Worker("mira", Role.MODERATOR)
        self.noor = Worker("noor", Role.MODERATOR)
        self.sam = Worker("sam", Role.SUPERVISOR)
        self.clara = Worker("clara", Role.CLINICIAN)

    def say(self, text: str = "I am so tired", *, held: bool = False) -> str:
        def write(tx: Tx) -> str:
            fields = {"member": {"id": self.member, "name": "Heron"}, "text": text}
            return tx.append(
                self.stream, "message", fields, member=self.member, client_id=uuid4().hex, pending=held
            ).event_id

        return commit.write_now(commit.Item((self.stream,), write))

    def case(self, level: Level = Level.L3, *, text: str = "I am so tired") -> str:
        event_id = self.say(text, held=level is Level.H)
        verdict = Verdict(
            level, Visibility.HOLD if level is Level.H else Visibility.DELIVER, False,
            (Reason("t", 1, level, "self_risk", span=(0, 4)),), "en",
        )  # fmt: skip

        def flag(tx: Tx) -> cases.Flagged:
            return cases.flag(
                tx, room=self.stream, room_slug="sleep", member_id=self.member, event_id=event_id,
                verdict=verdict, now=tx.now,
            )  # fmt: skip

        return commit.write_now(commit.Item((self.stream, cases.queue_stream()), flag)).case_id

    def row(self) -> Member:
        """Bob as a member of the room, as he is now."""
        return Member.objects.select_related("room").get(pk=self.member)

    @staticmethod
    def read(case_id: str) -> Case:
        return Case.objects.get(pk=case_id)

    @staticmethod
    def shift(case_id: str, **fields: datetime | None) -> None:
        """Set times of a case back, as if they had passed."""
        Case.objects.filter(pk=case_id).update(**fields)

    @staticmethod
    def queue() -> list[dict[str, Any]]:
        return [json.loads(line.data) for line in log.page(cases.queue_stream(), after=0, limit=1_000)]
