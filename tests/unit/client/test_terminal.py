from datetime import UTC, datetime
from typing import Any

from hearth_client.frames import Event, Listing, Signal
from hearth_client.terminal.lines import Book, me_line, signal_line
from hearth_client.terminal.main import pick
from hearth_client.terminal.plain import paragraphs, plain

HERON = {"id": "m_1", "name": "Quiet Heron"}


def event(seq: int, kind: str = "message", **data: Any) -> Event:
    return Event("room:1", seq, f"e{seq}", kind, datetime(2026, 1, 1, 10, 0, tzinfo=UTC), data)


def test_control_characters_of_others_never_reach_the_terminal() -> None:
    assert plain("a\x1b[31mred\x07\x9b2J\u202eb\u2066c") == "a[31mred2Jbc"


def test_joiners_stay_for_emoji() -> None:
    assert plain("👩‍🚀") == "👩‍🚀"


def test_a_second_line_cannot_pass_for_another_persons_message() -> None:
    assert paragraphs("hi\n10:00 #9 Moderator: leave") == "hi\n    10:00 #9 Moderator: leave"
    assert "\n" not in plain("Heron\n10:00 #9 Moderator")


def test_a_message_an_answer_and_a_removal() -> None:
    book = Book(UTC)
    assert book.room_line(event(1, member=HERON, text="hi")) == "10:00 #1 Quiet Heron: hi"
    answer = book.room_line(event(2, member=HERON, text="yes", reply_to="e1"))
    assert answer == "10:00 #2 Quiet Heron (to #1): yes"
    assert book.room_line(event(3, "message.removed", target="e1")) == "— #1 was removed"


def test_what_is_gone_says_why_and_what_is_hidden_is_not_shown() -> None:
    book = Book(UTC)
    gone = book.room_line(event(1, member=HERON, gone="retracted"))
    assert gone == "10:00 #1 Quiet Heron: (taken back by a moderator)"
    assert book.room_line(event(2, "hidden")) is None
    assert book.room_line(event(3, "a.kind.of.tomorrow")) is None


def test_the_card_gives_every_contact() -> None:
    contacts = [{"label": "Lifeline", "phone": "988"}, {"label": "Web", "url": "https://example.org"}]
    shown = me_line(event(1, "card", room="sleep", text="You are not alone.", contacts=contacts))
    assert shown is not None
    assert "You are not alone." in shown
    assert "Lifeline: 988" in shown
    assert "https://example.org" in shown


def test_held_is_said_honestly() -> None:
    shown = me_line(event(1, "message.held", room="sleep", client_id="c1"))
    assert shown is not None
    assert "not visible" in shown


def test_typing_and_presence() -> None:
    typing = Signal("room:1", "typing", {"member": HERON, "on": True})
    assert signal_line(typing, "m_2") == "— Quiet Heron is writing …"
    assert signal_line(typing, "m_1") is None
    assert signal_line(Signal("room:1", "presence", {"people": 4}), None) == "— 4 here now"


def test_a_room_is_picked_by_number_or_slug() -> None:
    rooms = [Listing("sleep", "sleep", "Sleep", "en", 3), Listing("talk", "talk", "Talk", "en", 0)]
    assert pick(rooms, "2") == "talk"
    assert pick(rooms, "sleep") == "sleep"
    assert pick(rooms, "3") is None
