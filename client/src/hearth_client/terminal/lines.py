"""Events and signals as lines of text. Performs no I/O."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from hearth_client.frames import Event, Reset, Signal
from hearth_client.terminal.plain import paragraphs, plain

GONE = {
    "removed": "removed by its writer",
    "retracted": "taken back by a moderator",
    "expired": "kept no longer",
}
HELD = "your message waits for a moderator and is not visible yet"
QUIET_KINDS = frozenset({"hidden", "joined", "left"})


class Book:
    """What `#12` means: messages by seq and by id, for one room."""

    def __init__(self, zone: tzinfo | None = None) -> None:
        self.ids: dict[int, str] = {}
        self.authors: dict[int, str] = {}
        self._seqs: dict[str, int] = {}
        self._zone = zone

    def note(self, event: Event) -> None:
        """Remember a message."""
        self.ids[event.seq], self._seqs[event.event_id] = event.event_id, event.seq
        if event.member is not None:
            self.authors[event.seq] = event.member.id

    def number(self, event_id: str | None) -> str:
        """Return `#12`, or words where the message was not shown."""
        seq = self._seqs.get(event_id or "")
        return f"#{seq}" if seq is not None else "an earlier message"

    def room_line(self, item: Event | Reset) -> str | None:
        """Return the line of one item of a room; None for what need not be shown."""
        if isinstance(item, Reset):
            return "— (some time has passed: the latest of this room)"
        who = plain(item.member.name) if item.member else "someone"
        match item.kind:
            case "message":
                self.note(item)
                return self._message(item, who)
            case "message.removed":
                return f"— {self.number(item.target)} was removed"
            case "message.retracted":
                return f"— {self.number(item.target)} was taken back by a moderator"
            case "message.restored":
                return f"— {self.number(item.target)} is back: {paragraphs(item.text or '')}"
            case "reaction":
                done = "" if item.data.get("on", True) else " no more"
                return f"— {who}: {plain(str(item.data.get('reaction')))}{done} on {self.number(item.target)}"
            case "member.joined":
                return f"— {who} joined"
            case "member.left":
                return f"— {who} left"
            case "room.notice":
                return f"— {paragraphs(item.text or '')}"
        return None

    def _message(self, event: Event, who: str) -> str:
        at = event.at.astimezone(self._zone)
        answer = f" (to {self.number(event.reply_to)})" if event.reply_to else ""
        if event.gone is not None:
            return f"{at:%H:%M} #{event.seq} {who}: ({GONE.get(event.gone, 'gone')})"
        return f"{at:%H:%M} #{event.seq} {who}{answer}: {paragraphs(event.text or '')}"


def signal_line(signal: Signal, me: str | None) -> str | None:
    """Return the line of a signal; None for what need not be shown."""
    if signal.kind == "presence":
        people = signal.data.get("people")
        return f"— {people} here now" if isinstance(people, int) else None
    if signal.kind == "typing" and signal.member is not None and signal.member.id != me:
        return f"— {plain(signal.member.name)} is writing …" if signal.data.get("on") else None
    return None


def me_line(item: Event | Reset) -> str | None:
    """Return the line of one's own notice; None for what need not be shown."""
    if isinstance(item, Reset) or item.kind in QUIET_KINDS:
        return None
    data = item.data
    match item.kind:
        case "card":
            return card(data)
        case "message.held":
            return f"— {HELD}"
        case "message.released":
            return "— your message was looked at and is visible now"
        case "message.refused":
            return "— your message was looked at and is not shown to the room"
        case "matched":
            other = data.get("with")
            name = plain(str(other.get("name", ""))) if isinstance(other, Mapping) else "someone"
            return f"— you are matched with {name}"
        case "unmatched":
            return f"— the other one is gone ({plain(str(data.get('reason', 'left')))})"
        case "decision" | "moderator":
            return f"— from the moderators: {paragraphs(item.text or str(data.get('reason', '')))}"
    return None


def card(data: Mapping[str, Any]) -> str:
    """Return the crisis card: its text and every contact, one a line."""
    lines = ["", "  " + paragraphs(str(data.get("text", "")))]
    contacts = data.get("contacts")
    for contact in contacts if isinstance(contacts, list) else []:
        ways = [plain(str(contact[way])) for way in ("phone", "text", "url") if contact.get(way)]
        lines.append(f"  · {plain(str(contact.get('label', '')))}: {', '.join(ways)}")
    return "\n".join([*lines, ""])
