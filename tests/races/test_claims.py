"""Many claim the same few cases at once: nobody holds what another holds, and nothing stale is written.

`make races` makes 100,000 claims by 64 clients; every run of the tests a hundredth of that, over the four
combinations.
"""

from __future__ import annotations

import itertools
import os
import random
import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import RoleAssignment, User
from accounts.principals import Principal
from accounts.roles import Role
from moderation import cases, numbers
from moderation.casework import claiming, duty
from moderation.models import Case, CaseEvent
from moderation.policy.verdict import Level, Reason, Verdict, Visibility
from moderation.state import State
from protocol.errors import AlreadyClaimed, StaleFence, Unavailable
from runtime import clock
from streams import commit, log
from streams.refs import StreamRef
from streams.transaction import Tx

pytestmark = pytest.mark.django_db(transaction=True)

# RACE_TRIES counts revocations; for each of those there are ten claims.
CLAIMS = 10 * int(os.environ.get("RACE_TRIES", "25"))
CLIENTS = min(64, max(8, CLAIMS // 30))
CASES = 4


def moderator(number: int) -> Principal:
    user = User.objects.create_user(f"mod{number}", None)
    RoleAssignment.objects.create(user=user, role=Role.MODERATOR)
    found = Principal(user.pk, None, frozenset({Role.MODERATOR}), False, "en")
    duty.set_duty(found, True, "http")
    return found


def opened(room: StreamRef, number: int) -> str:
    verdict = Verdict(Level.C, Visibility.DELIVER, False, (Reason("t", 1, Level.C, "abuse"),), "en")

    def flag(tx: Tx) -> cases.Flagged:
        return cases.flag(
            tx, room=room, room_slug="sleep", member_id=f"m_{number}", event_id=f"01E{number}",
            verdict=verdict, now=tx.now,
        )  # fmt: skip

    return commit.write_now(commit.Item((room, cases.queue_stream()), flag)).case_id


class Race:
    """What all clients together have seen."""

    def __init__(self, case_ids: list[str]) -> None:
        self.case_ids = case_ids
        self.tries = itertools.count()
        self.lock = threading.Lock()
        self.given: Counter[tuple[str, int]] = Counter()
        self.accepted: list[tuple[str, int]] = []
        self.faults: list[BaseException] = []
        self.outcomes: Counter[str] = Counter()

    def run(self, me: Principal, seed: int) -> None:
        try:
            chance = random.Random(seed)
            while next(self.tries) < CLAIMS:
                self._once(me, chance)
        except BaseException as fault:
            self.faults.append(fault)
        finally:
            connection.close()

    def _once(self, me: Principal, chance: random.Random) -> None:
        case = chance.choice(self.case_ids)
        try:
            fence = claiming.claim(case, me)["fence"]
        except (AlreadyClaimed, Unavailable) as refused:
            self._count(refused.code)
            return
        with self.lock:
            self.given[case, fence] += 1
        self._count("claimed")
        if chance.random() < 0.3:  # a client that is gone: its lease runs out, and it comes back too late
            Case.objects.filter(pk=case, fence=fence).update(lease_until=clock.now() - timedelta(seconds=1))
        elif chance.random() < 0.2:
            self._stale(case, fence - 1, me)
        try:
            claiming.release(case, fence, me)
            self._count("released")
        except (StaleFence, Unavailable) as refused:
            self._count(refused.code)

    def _stale(self, case: str, fence: int, me: Principal) -> None:
        try:
            claiming.renew(case, fence, me)
        except (StaleFence, Unavailable):
            return
        self.accepted.append((case, fence))

    def _count(self, what: str) -> None:
        with self.lock:
            self.outcomes[what] += 1


def test_no_two_hold_a_case_and_nothing_stale_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbers, "DUTY_AFTER_HTTP", timedelta(days=1))  # the race may outlast a duty
    cases.forget_queue_stream()
    room = log.ensure(log.new_room_name())
    race = Race([opened(room, number) for number in range(CASES)])
    clients = [
        threading.Thread(target=race.run, args=(moderator(number), number)) for number in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    assert not race.faults, race.faults[0]
    assert race.outcomes["claimed"] > 0
    assert not race.accepted
    assert max(race.given.values()) == 1, "a fence was given out twice"
    for case in Case.objects.filter(pk__in=race.case_ids):
        check_record(case)


def check_record(case: Case) -> None:
    """Hold a case's record to its own rules: it is held by one at a time, and fences rise by one."""
    holder: object = None
    fence = 0
    for line in CaseEvent.objects.filter(case=case).order_by("n"):
        if line.kind == "case.claimed":
            assert holder is None, "claimed while another held it"
            assert line.claim_fence == fence + 1
            fence, holder = line.claim_fence, line.actor_id
        elif line.kind == "case.released":
            assert holder is not None
            assert line.fence == fence
            assert line.actor_id in (holder, None)
            holder = None
    assert case.fence == fence
    assert (case.state == State.CLAIMED) == (holder is not None)
