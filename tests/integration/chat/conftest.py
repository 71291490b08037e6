"""Alice, Bob and Charlie, and the room they talk in; the real database, the real group commit."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from chat import rooms, screened
from moderation.cases import forget_queue_stream
from moderation.policy.verdict import Level, Reason, Verdict, Visibility
from streams import db, publish
from tests.integration.chat.people import Someone, someone


@pytest.fixture(autouse=True)
def house(transactional_db: None) -> Iterator[None]:
    """An empty house with the room `sleep`; its threads let go of the database in the end."""
    forget_queue_stream()
    rooms.create(slug="sleep", topic="sleep", title="Sleep", language="en")
    yield
    db.close_connections()


@pytest.fixture
def another() -> Callable[[], Someone]:
    """Makes one more person. Synchronous."""
    return someone


@pytest.fixture
def alice() -> Someone:
    """Owns what is in question."""
    return someone()


@pytest.fixture
def bob() -> Someone:
    """May."""
    return someone()


@pytest.fixture
def charlie() -> Someone:
    """May not."""
    return someone()


@pytest.fixture
async def together(alice: Someone, bob: Someone) -> None:
    """Alice and Bob are in the room, and Charlie is not."""
    await alice.joins()
    await bob.joins()


@dataclass
class Told:
    """What followers were told while the test ran."""

    lines: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    signals: list[dict[str, Any]] = field(default_factory=list)
    forgotten: list[int] = field(default_factory=list)

    def events(self, stream_id: int) -> list[dict[str, Any]]:
        """Return the events a follower of one stream was given, in order."""
        return [event for stream, event in self.lines if stream == stream_id]


class _Outlet:
    def __init__(self, told: Told) -> None:
        self.told = told

    def post(self, group_name: str, message: dict[str, Any]) -> None:
        match message["type"]:
            case "stream.events":
                found = [(message["stream"], json.loads(line.data)) for line in message["lines"]]
                self.told.lines += found
            case "stream.signal":
                self.told.signals.append({**message, "data": json.loads(message["data"])})
            case "stream.forget":
                self.told.forgotten.append(message["stream"])


@pytest.fixture
async def told() -> AsyncIterator[Told]:
    """Hears what is published, as the hub of this process would."""
    told = Told()
    publish.attach(_Outlet(told))
    yield told
    publish.attach(None)


def verdict_on(text: str) -> Verdict:
    """Return the verdict a text asks for by its first word: `L3:`, `H:` …"""
    word = text.split(":")[0]
    if word not in Level.__members__:
        return Verdict.clear("en")
    level = Level[word]
    visibility = Visibility.HOLD if level is Level.H else Visibility.DELIVER
    reasons = (Reason(rule=f"test.{word.lower()}", version=1, level=level, category="test"),)
    return Verdict(level, visibility, level.value[0] == "L", reasons, "en")


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Screening goes by a text's first word, so that these tests do not depend on the rules of the day."""
    monkeypatch.setattr(screened, "screen", lambda text, **more: verdict_on(text))
