"""A feed's ring: it serves what it is sure of and nothing that went."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from consumers import feed as feeds
from consumers.feed import RING_BYTES, RING_EVENTS, Feed, hidden_line
from streams.refs import Line, StreamRef

AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def line(seq: int, *, kind: str = "message", target: str | None = None, size: int = 10) -> Line:
    return Line(seq, f"e{seq}", kind, "m_1", target, AT, b"x" * size)


@pytest.fixture
def feed() -> Feed:
    return Feed(StreamRef(1, "room:1", "epoch"))


def test_lines_after_a_seq_come_from_the_ring_or_not_at_all(feed: Feed) -> None:
    feed.remember([line(n) for n in range(11, 21)])
    assert [x.seq for x in feed.after(15, 3) or []] == [16, 17, 18]
    assert [x.seq for x in feed.after(10, 100) or []] == list(range(11, 21))
    assert feed.after(9, 5) is None  # it reaches back to 11 only
    assert feed.after(20, 5) == []


def test_an_empty_ring_sends_to_the_log(feed: Feed) -> None:
    assert feed.after(0, 5) is None


def test_a_hole_drops_what_was_kept(feed: Feed) -> None:
    feed.remember([line(1), line(2)])
    feed.remember([line(4)])
    assert [x.seq for x in feed.ring] == [4]
    assert feed.ring_bytes == 10


def test_the_ring_is_bounded_in_events_and_bytes(feed: Feed) -> None:
    feed.remember([line(n) for n in range(1, RING_EVENTS + 100)])
    assert len(feed.ring) == RING_EVENTS
    feed.remember([line(n, size=50_000) for n in range(RING_EVENTS + 100, RING_EVENTS + 150)])
    assert feed.ring_bytes <= RING_BYTES
    assert feed.ring_bytes == sum(len(x.data) for x in feed.ring)


@pytest.mark.parametrize("kind", ["message.removed", "message.retracted", "message.restored"])
def test_what_changed_is_served_from_the_ring_no_more(feed: Feed, kind: str) -> None:
    feed.remember([line(n) for n in range(1, 6)])
    before = feed.generation
    feed.forget_target(line(6, kind=kind, target="e3"))
    assert [x.seq for x in feed.ring] == [4, 5]
    assert feed.generation > before


def test_a_reaction_changes_nothing_that_is_cached(feed: Feed) -> None:
    feed.remember([line(n) for n in range(1, 4)])
    feed.forget_target(line(4, kind="reaction", target="e2"))
    assert len(feed.ring) == 3


def test_an_old_ring_is_not_believed(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    feed.remember([line(1), line(2)])
    later = feed.loaded_at + feeds.RING_MAX_AGE_S + 1
    monkeypatch.setattr(feeds, "monotonic", lambda: later)
    assert feed.after(0, 5) is None


def test_a_hidden_line_tells_its_place_and_nothing_else() -> None:
    shown = hidden_line(line(7, kind="reaction", target="e1"), "room:1")
    assert (shown.member, shown.target) == (None, None)
    assert json.loads(shown.data) == {
        "type": "event", "stream": "room:1", "seq": 7, "event_id": "e7", "kind": "hidden",
        "at": "2026-11-20T10:00:00.000Z",
    }  # fmt: skip
