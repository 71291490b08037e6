"""A grant is taken back while its holder answers an alarm: no answer is taken after that committed."""

import os
import time
from collections import Counter
from uuid import UUID

import pytest
from django.db import connection, transaction

from accounts.circles import changes
from notifications import notices
from notifications.alarms import causes
from notifications.alarms.models import Alarm, AlarmChange
from protocol.errors import NotFound
from runtime import clock
from tests.integration.circles.conftest import (  # noqa: F401 - fixtures
    Circle,
    Person,
    alice,
    bob,
    circle,
    person,
)
from tests.integration.notifications.conftest import seen, work
from tests.races.test_revoke_and_send import at_once

pytestmark = pytest.mark.django_db(transaction=True)

TRIES = int(os.environ.get("RACE_TRIES", "50")) // 5  # each takes several times what a sending one does


def test_nobody_answers_after_their_grant_was_taken_back(
    alice: Person,  # noqa: F811
    bob: Person,  # noqa: F811
    circle: Circle,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
) -> None:
    member = circle.bring(bob, "Bo")
    found: Counter[str] = Counter()
    for number in range(TRIES):
        assert circle.grant(member, "seizures").status_code == 200
        with transaction.atomic():
            alarm = causes.raise_alarm(alice.id, f"seizure:{number}", "seizures", "k", {}, clock.now())
        work()
        event_id = seen(bob, "alarm")[-1]["event_id"]
        ended, answered = list[float](), list[float]()

        def revoke(ended: list[float] = ended) -> None:
            changes.revoke(UUID(circle.id), alice.id, UUID(member), "seizures", lambda grant: None)
            ended.append(time.monotonic())

        def answer(event_id: str = event_id, answered: list[float] = answered) -> None:
            asked = time.monotonic()
            try:
                notices.acknowledge(bob.id, event_id)
            except NotFound:
                return
            answered.append(asked)

        at_once(revoke, answer)
        with pytest.raises(NotFound):
            notices.acknowledge(bob.id, event_id)
        taken = AlarmChange.objects.filter(alarm=alarm, state="acknowledged").count()
        assert taken == len(answered)
        assert Alarm.objects.get(pk=alarm).state == ("acknowledged" if taken else "raised")
        found["answered" if answered else "refused"] += 1
        found["answered after"] += sum(asked > ended[0] for asked in answered)
    with capsys.disabled():
        print(f"\nrevoke against answer, {connection.vendor}, {TRIES} tries: {dict(found)}")
    assert found["answered after"] == 0
