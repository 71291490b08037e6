"""Fills the generated parts of docs/protocol.md from the frame types.

A part stands between `<!-- generated: NAME -->` and `<!-- end -->`. `python -m protocol.document` writes
them, `--check` fails if one is not what would be written.
"""

import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from protocol import kinds, limits
from protocol.errors import REFUSALS, Close
from protocol.replies import OKS, Ok
from protocol.session import TRANSITIONS, Phase
from protocol.shapes import Shape, shapes
from protocol.sockets import CHAT, FAMILY, MODERATION, SESSION, Vocabulary, word_of

PATH = Path(__file__).resolve().parent.parent / "docs" / "protocol.md"
_PART = re.compile(r"(<!-- generated: ([a-z ]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_AFTERWARDS = {
    "never": "do not reconnect by yourself",
    "later": "back off 1–30 s, full jitter",
    "now": "reconnect now, small jitter",
}


def _table(head: str, rows: Iterable[tuple[str, ...]]) -> str:
    columns = head.count("|") + 1
    lines = [f"| {head} |", "|" + " --- |" * columns]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def _sentence(struct: type) -> str:
    return re.sub(r"\s+", " ", (struct.__doc__ or "").strip())


def _field(shape: Shape, *, explain: bool) -> str:
    name = f"`{shape.wire}{'' if shape.required else '?'}`"
    return f"{name} {shape.description}" if explain and shape.description else name


def _fields(struct: type[msgspec.Struct], *, explain: bool = False) -> str:
    listed = [_field(shape, explain=explain) for shape in shapes(struct) if shape.wire != "id"]
    return ("; " if explain else ", ").join(listed)


def _ok(word: type) -> str:
    struct = OKS.get(word)
    if struct is None:
        return "–"
    return "" if struct is Ok else f"{_fields(struct)}: {_sentence(struct)}"


def _commands(words: Vocabulary) -> Callable[[], str]:
    def table() -> str:
        return _table(
            "command | fields | `ok` carries | what it does",
            (
                (f"`{word_of(word)}`", _fields(word, explain=True), _ok(word), _sentence(word))
                for word in words
            ),
        )

    return table


def _session_words() -> str:
    return _table(
        "word | fields | what it does",
        ((f"`{word_of(word)}`", _fields(word, explain=True), _sentence(word)) for word in SESSION),
    )


def _error_codes() -> str:
    return _table(
        "code | carries | worth a retry | meaning",
        (
            (
                f"`{refusal.code}`",
                ", ".join(f"`{field}`" for field in refusal.fields),
                "yes" if refusal.retryable else "no",
                _sentence(refusal),
            )
            for refusal in REFUSALS
        ),
    )


def _close_codes() -> str:
    return _table(
        "code | `reason` | afterwards",
        ((str(int(code)), f"`{code.reason}`", _AFTERWARDS[code.reconnect]) for code in Close),
    )


def _kinds() -> str:
    return _table(
        "stream | kind | more fields | meaning",
        (
            (place.value, f"`{kind}`", _fields(struct), _sentence(struct))
            for place, by_kind in kinds.EVENTS.items()
            for kind, struct in by_kind.items()
        ),
    )


def _signals() -> str:
    return _table(
        "signal | fields | meaning",
        ((f"`{kind}`", _fields(struct), _sentence(struct)) for kind, struct in kinds.SIGNALS.items()),
    )


def _phases() -> str:
    """Return the state machine as a Mermaid diagram: one arrow for all that lead the same way."""
    arrows: dict[tuple[Phase, Phase], list[str]] = {}
    for (before, happened), after in TRANSITIONS.items():
        arrows.setdefault((before, after), []).append(happened.value)
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {Phase.GREETING.value}"]
    lines += [f"    {a.value} --> {b.value}: {', '.join(why)}" for (a, b), why in arrows.items()]
    lines += [f"    {Phase.CLOSING.value} --> [*]", "```"]
    return "\n".join(lines)


def _limits() -> str:
    rows = (
        ("client frame", f"{limits.FRAME_BYTES:,} bytes", "4004"),
        ("server frame", f"{limits.REPLY_FRAME_BYTES:,} bytes", "never longer"),
        ("bad frames in a row", str(limits.BAD_FRAMES_IN_A_ROW), "4000"),
        ("time for `hello`", f"{limits.HELLO_SECONDS:g} s", "4110"),
        (
            "heartbeat",
            f"{limits.HEARTBEAT_SECONDS:g} s ± {limits.HEARTBEAT_SPREAD:.0%}, "
            f"`pong` within {limits.PONG_SECONDS:g} s",
            "4202",
        ),
        ("window", f"{limits.WINDOW_EVENTS:,} events, {limits.WINDOW_BYTES:,} bytes", "waits for `ack`"),
        ("window full", f"{limits.WINDOW_FULL_SECONDS:g} s", "4108"),
        ("commands in flight", str(limits.IN_FLIGHT), "`rate_limited`"),
        ("refusals on one connection", str(limits.REFUSALS), "4101"),
        ("age of a position", f"{limits.RESUME_EVENTS:,} events", "`reset`"),
        ("`history`", f"{limits.HISTORY_LIMIT} events, at most {limits.HISTORY_LIMIT_MAX}", "`bad_field`"),
        ("`text`", f"{limits.TEXT_MIN}–{limits.TEXT_MAX:,} characters", "`too_long`"),
        ("`note`", f"at most {limits.NOTE_MAX:,} characters", "`too_long`"),
        ("`name`", f"{limits.NAME_MIN}–{limits.NAME_MAX} characters", "`bad_field`"),
        ("`client_id`", f"{limits.CLIENT_ID_MIN}–{limits.CLIENT_ID_MAX} characters", "`bad_field`"),
        ("connections of a person", str(limits.CONNECTIONS_PER_PERSON), "4005"),
        ("rooms of a person", str(limits.ROOMS_PER_PERSON), "`conflict`"),
        ("`send`", f"{limits.SEND_RATE[0]} at once, then {limits.SEND_RATE[1]:g}/s, per person and room",
         "`rate_limited`"),
        ("others", f"{limits.COMMAND_RATE[0]} at once, then {limits.COMMAND_RATE[1]:g}/s, per connection",
         "`rate_limited`"),
        ("new guests", f"{limits.GUESTS_PER_MINUTE}/min per address", "HTTP 429"),
        ("tickets and sockets", f"{limits.SOCKETS_PER_MINUTE_PERSON}/min per person, "
         f"{limits.SOCKETS_PER_MINUTE_ADDRESS}/min per address", "HTTP 429, 4101"),
    )  # fmt: skip
    return _table("what | how much | past it", rows)


PARTS: dict[str, Callable[[], str]] = {
    "session words": _session_words,
    "chat commands": _commands(CHAT),
    "family commands": _commands(FAMILY),
    "moderation commands": _commands(MODERATION),
    "kinds": _kinds,
    "signals": _signals,
    "error codes": _error_codes,
    "close codes": _close_codes,
    "phases": _phases,
    "limits": _limits,
}


def fill(text: str) -> str:
    """Return the page with every generated part written anew. Raises LookupError for a missing part."""
    found = {match[2] for match in _PART.finditer(text)}
    if found != PARTS.keys():
        raise LookupError(f"parts missing or unknown in the page: {sorted(found ^ PARTS.keys())}")
    return _PART.sub(lambda match: f"{match[1]}{PARTS[match[2]]()}\n{match[3]}", text)


def main(arguments: list[str]) -> int:
    """Write the parts, or with `--check` compare them. Returns the exit status."""
    text = PATH.read_text(encoding="utf-8")
    filled = fill(text)
    if filled == text:
        return 0
    if "--check" in arguments:
        sys.stderr.write(
            "docs/protocol.md is not what the frame types say: run python -m protocol.document\n"
        )
        return 1
    PATH.write_text(filled, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
