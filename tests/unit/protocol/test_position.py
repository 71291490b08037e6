"""Whether a client may resume where it stood."""

import pytest

from protocol.fields import Position
from protocol.position import resume


def ask(seq: int, event_id: str, *, epoch: str = "e1", head: int = 57, stored: str | None = "E") -> str:
    return resume(
        Position(epoch=epoch, seq=seq, event_id=event_id), epoch="e1", head=head, stored_event_id=stored
    )


def test_the_same_epoch_seq_and_event_resume() -> None:
    assert ask(41, "E") == "resumed"
    assert ask(57, "E") == "resumed"


def test_no_position_is_live() -> None:
    assert resume(None, epoch="e1", head=5, stored_event_id=None) == "live"


@pytest.mark.parametrize(
    ("seq", "event_id", "stored"), [(41, "F", "E"), (41, "", "E"), (41, "E", None), (41, "", None)]
)
def test_another_event_at_that_seq_resets(seq: int, event_id: str, stored: str | None) -> None:
    assert ask(seq, event_id, stored=stored) == "reset"


def test_another_epoch_resets_even_at_the_beginning() -> None:
    assert ask(41, "E", epoch="e2") == "reset"
    assert ask(0, "", epoch="e2", stored=None) == "reset"


def test_a_seq_beyond_the_head_resets() -> None:
    assert ask(58, "E") == "reset"
    assert ask(1, "E", head=0) == "reset"


def test_zero_with_no_event_is_the_beginning() -> None:
    assert ask(0, "", stored=None) == "resumed"
    assert ask(0, "", head=0, stored=None) == "resumed"
    assert ask(0, "E", stored="E") == "reset"


def test_a_position_is_at_most_ten_thousand_events_old() -> None:
    assert ask(1, "E", head=10_001) == "resumed"
    assert ask(1, "E", head=10_002) == "reset"
    assert ask(0, "", head=10_000, stored=None) == "resumed"
    assert ask(0, "", head=10_001, stored=None) == "reset"
