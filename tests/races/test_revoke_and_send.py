"""A grant is taken back while what it allowed is being told: nothing is told after the revocation committed.

`make races` tries it 10,000 times; every run of the tests a hundredth of that, over the four combinations.
"""

import json
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.db import connection

from accounts.circles import changes
from accounts.principals import me_stream
from notifications import delivery, fanout
from notifications.announce import Happening, announce
from notifications.models import Announced, Delivery, PushSubscription
from runtime import clock
from runtime.models import OutboxJob
from streams import log
from tests.integration.circles.conftest import (  # noqa: F401 - fixtures
    Circle,
    Person,
    alice,
    bob,
    circle,
    person,
)
from tests.providers import Browser, HttpProvider, http_provider

pytestmark = pytest.mark.django_db(transaction=True)

TRIES = int(os.environ.get("RACE_TRIES", "25"))  # a hundredth of 10,000, over four combinations
LATEST_S = 0.006  # how much later than the others one begins: about what one of them takes


@dataclass
class Sent:
    """One delivery's claim: when it was asked for, and whether it was had."""

    asked: float
    claimed: bool
    handed_over: float


@pytest.fixture
def push() -> Iterator[HttpProvider]:
    with http_provider() as service:
        yield service


def at_once(*works: Callable[[], None]) -> None:
    """Do all of these in threads of their own, begun together but for a little chance."""
    barrier, faults = threading.Barrier(len(works)), list[BaseException]()

    def run(work: Callable[[], None]) -> None:
        try:
            barrier.wait()
            time.sleep(random.random() * LATEST_S)
            work()
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def announced(whose: Person, key: str) -> UUID:
    before = set(Announced.objects.values_list("pk", flat=True))
    announce(
        Happening(kind="activity.missed", person=whose.id, category="sleep", fields={"entry": key}, key=key)
    )
    (made,) = set(Announced.objects.values_list("pk", flat=True)) - before
    return made


def claim_and_send(pk: UUID) -> Sent:
    asked = time.monotonic()
    claim = delivery.claim_one(pk, 0, clock.now())
    if claim is not None:
        delivery.settle(claim, delivery.hand_over(claim), clock.now())
    return Sent(asked, claim is not None, time.monotonic())


def test_nothing_is_told_after_a_revocation_commits(
    alice: Person,  # noqa: F811
    bob: Person,  # noqa: F811
    circle: Circle,  # noqa: F811
    push: HttpProvider,
    capsys: pytest.CaptureFixture[str],
) -> None:
    member = circle.bring(bob, "Bo")
    details = Browser().subscription(f"{push.url}/bob")
    PushSubscription.objects.create(
        user=bob.user, endpoint_hash="bob", details=details, created_at=clock.now()
    )
    found: Counter[str] = Counter()
    for number in range(TRIES):
        assert circle.grant(member).status_code == 200
        fanout.fan_out(announced(alice, f"sent-{number}"))
        queued = Delivery.objects.get()
        waiting = announced(alice, f"told-{number}")
        ended: list[float] = []
        sent: list[Sent] = []

        def revoke(ended: list[float] = ended) -> None:
            changes.revoke(UUID(circle.id), alice.id, UUID(member), "sleep", lambda grant: None)
            ended.append(time.monotonic())

        def send(queued: Delivery = queued, sent: list[Sent] = sent) -> None:
            sent.append(claim_and_send(queued.pk))

        at_once(revoke, send, lambda waiting=waiting: fanout.fan_out(waiting))
        late = [
            claim_and_send(pk) for pk in Delivery.objects.filter(state="queued").values_list("pk", flat=True)
        ]
        found["told after"] += told_after(bob)
        found["sent after"] += sum(one.claimed for one in late)
        found["sent after"] += sum(one.claimed and one.asked > ended[0] for one in sent)
        found["sent before"] += sum(one.claimed for one in sent)
        found["withdrawn"] += sum(not one.claimed for one in [*sent, *late])
        found["on its way"] += sum(one.claimed and one.handed_over > ended[0] for one in sent)
        forget()
    with capsys.disabled():
        print(f"\nrevoke against send, {connection.vendor}, {TRIES} tries: {dict(found)}")
    assert (found["told after"], found["sent after"]) == (0, 0)
    assert len(push.asked) == found["sent before"]
    assert found["withdrawn"] > 0


def told_after(who: Person) -> int:
    """How many notices stand behind the last change of a grant in somebody's stream: its own order."""
    ref = log.get(me_stream(who.id, "family"))
    assert ref
    kinds = [json.loads(line.data)["kind"] for line in log.page(ref, limit=4)]
    last = max(place for place, kind in enumerate(kinds) if kind == "grant.changed")
    return sum(kind == "activity.missed" for kind in kinds[last:])


def forget() -> None:
    for model in (Delivery, Announced, OutboxJob):
        model._default_manager.all().delete()
