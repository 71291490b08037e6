"""Frames to commands, values to bytes. The only place that knows JSON.

A good frame takes the quick way: one pass of msgspec, which decodes and validates at once. What that
refuses is looked at again by the careful way, with the same parser, to say which field was wrong.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import reduce
from operator import or_
from typing import Any, cast

import msgspec
from msgspec import Raw

from protocol import commands as c
from protocol import limits
from protocol.errors import BadField, BadFrame, Refusal, TooLong, UnknownType
from protocol.fields import Id
from protocol.shapes import Shape, shapes
from protocol.sockets import EVERY_WORD, Vocabulary, word_of
from protocol.text import clean, stamp

_NUL = "\\u0000"  # as JSON writes it; PostgreSQL can neither store nor look up a text that holds it
_encoder = msgspec.json.Encoder()
_object = msgspec.json.Decoder(dict[str, Raw])
_string = msgspec.json.Decoder(str)
_id = msgspec.json.Decoder(Id)
_NULL = b"null"


# Finishing touches: what one field alone cannot say.


def _cleaned(text: str, field: str, shortest: int, longest: int) -> str:
    """Return a cleaned text. Raises BadField if it is too short, TooLong if it is too long."""
    text = clean(text)
    if len(text) > longest:
        raise TooLong(field, f"`{field}` may have at most {longest} characters.")
    if len(text) < shortest:
        raise BadField(field, f"`{field}` must have at least {shortest} character after cleaning.")
    return text


def _finish_text(command: Any) -> c.Command:
    if command.text is not None:
        text = _cleaned(command.text, "text", limits.TEXT_MIN, limits.TEXT_MAX)
        if text != command.text:
            command = msgspec.structs.replace(command, text=text)
    return cast("c.Command", command)


def _finish_join(command: c.Join) -> c.Command:
    if command.name is None:
        return command
    name = clean(command.name)
    if not limits.NAME_MIN <= len(name) <= limits.NAME_MAX:
        message = f"`name` must be a string of {limits.NAME_MIN} to {limits.NAME_MAX} characters."
        raise BadField("name", message)
    return msgspec.structs.replace(command, name=name)


def _finish_report(command: c.Report) -> c.Command:
    if command.note is None:
        return command
    return msgspec.structs.replace(command, note=_cleaned(command.note, "note", 0, limits.NOTE_MAX) or None)


def _finish_remove(command: c.Remove) -> c.Command:
    if command.event_id is None and command.client_id is None:
        raise BadField("event_id", "`event_id` is needed, or `client_id` of a held message.")
    if command.event_id is not None and command.client_id is not None:
        raise BadField("client_id", "`client_id` and `event_id` exclude each other.")
    return command


def _finish_history(command: c.History) -> c.Command:
    if command.before is not None and command.after is not None:
        raise BadField("after", "`after` and `before` exclude each other.")
    return command


def _in_utc(until: datetime) -> datetime:
    try:
        return until.astimezone(UTC)
    except OverflowError as error:
        raise BadField("until", "`until` must be a time as RFC 3339 with its zone.") from error


def _finish_wait(command: c.Wait) -> c.Command:
    return msgspec.structs.replace(command, until=_in_utc(command.until))


def _finish_case(command: c.Act | c.Decide) -> c.Command:
    if command.until is not None:
        command = msgspec.structs.replace(command, until=_in_utc(command.until))
    return _finish_text(command)


_FINISH: dict[type[c.Command], Callable[[Any], c.Command]] = {
    c.Send: _finish_text,
    c.Join: _finish_join,
    c.Report: _finish_report,
    c.Remove: _finish_remove,
    c.History: _finish_history,
    c.Wait: _finish_wait,
    c.Act: _finish_case,
    c.Decide: _finish_case,
}


class _Field:
    """One field of a word, for the careful way: its decoder and what to say when it is wrong."""

    __slots__ = ("decoder", "expected", "name", "required", "wire")

    def __init__(self, shape: Shape) -> None:
        self.name = shape.name
        self.wire = shape.wire
        self.required = shape.required
        self.decoder = msgspec.json.Decoder(shape.hint)
        self.expected = shape.description

    def read(self, given: Mapping[str, Raw], values: dict[str, Any]) -> None:
        """Put the field's value into `values`. Raises BadField if it is missing or wrong."""
        raw = given.get(self.wire)
        if raw is None or (not self.required and bytes(raw) == _NULL):
            if self.required:
                raise BadField(self.wire, f"`{self.wire}` is needed: {self.expected}.")
            return
        try:
            value = self.decoder.decode(raw)
        except (msgspec.DecodeError, RecursionError) as error:
            raise BadField(self.wire, f"`{self.wire}` must be {self.expected}.") from error
        if isinstance(value, str) and "\0" in value and self.wire not in _CLEANED:
            raise BadField(self.wire, f"`{self.wire}` must not hold U+0000.")
        values[self.name] = value


_CLEANED = frozenset({"text", "note", "name"})  # U+0000 is taken out of these


def _fields_of(word: type[c.Command]) -> tuple[_Field, ...]:
    """Return the fields in the order they are looked at: the id first, it names the reply."""
    return tuple(_Field(shape) for shape in sorted(shapes(word), key=lambda shape: shape.name != "id"))


class Codec:
    """Decodes the words of one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._quick = msgspec.json.Decoder(cast("Any", reduce(or_, cast("Any", vocabulary))))
        self._words = {word_of(word): word for word in vocabulary}
        self._fields = {word: _fields_of(word) for word in vocabulary}

    def decode(self, data: str | bytes) -> c.Command:
        """Return the command in one frame; `str` is a text frame, `bytes` a binary one.

        Texts come cleaned, times in UTC. Raises a Refusal that carries the command's `id` where one
        could be read: BadFrame, UnknownType, BadField or TooLong, and nothing else.
        """
        if not isinstance(data, str):
            raise BadFrame("A frame must be text, not binary.")
        try:
            command = cast("c.Command", self._quick.decode(data))
        except msgspec.ValidationError:
            command = self._careful(data)
        except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
            raise BadFrame from None
        else:
            if _NUL in data:
                command = self._careful(data)
        finish = _FINISH.get(type(command))
        if finish is None:
            return command
        try:
            return finish(command)
        except Refusal as refusal:
            refusal.id = getattr(command, "id", None)
            refusal.word = word_of(type(command))
            raise

    def _careful(self, data: str) -> c.Command:
        """Decode field by field, the last of equal keys counting. Raises the first thing wrong."""
        try:
            given = _object.decode(data)
        except (msgspec.DecodeError, RecursionError):
            raise BadFrame from None
        id = _read_id(given)
        raw = given.get("type")
        if raw is None or bytes(raw) == _NULL:
            raise BadFrame(id=id)
        try:
            word = self._words.get(_string.decode(raw))
        except msgspec.DecodeError:
            word = None
        if word is None:
            raise UnknownType(id=id)
        values: dict[str, Any] = {}
        try:
            for field in self._fields[word]:
                field.read(given, values)
        except BadField as refusal:
            refusal.id = id if issubclass(word, c.Numbered) else None
            refusal.word = word_of(word)
            raise
        return word(**values)


def _read_id(given: Mapping[str, Raw]) -> int | None:
    try:
        return _id.decode(given["id"])
    except (KeyError, msgspec.DecodeError, RecursionError):
        return None


_whole = Codec(EVERY_WORD)


def decode(data: str | bytes) -> c.Command:
    """Return the command in one frame, of whatever socket. See Codec.decode."""
    return _whole.decode(data)


def encode(value: Mapping[str, Any]) -> bytes:
    """Return one object as compact JSON, times as RFC 3339 in UTC with milliseconds.

    A `msgspec.Raw` inside is already encoded and copied as it is.
    """
    return _encoder.encode(_plain(value))


def _plain(value: Any) -> Any:
    """Replace every time by its text: msgspec alone would write microseconds.

    What holds no time is returned as it is, uncopied: that is nearly everything.
    """
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, Mapping):
        changed = None if isinstance(value, dict) else dict(value)
        for key, part in value.items():
            if type(part) not in _AS_IS and (plain := _plain(part)) is not part:
                changed = dict(value) if changed is None else changed
                changed[key] = plain
        return value if changed is None else changed
    if isinstance(value, list | tuple):
        return [part if type(part) in _AS_IS else _plain(part) for part in value]
    return value


_AS_IS = frozenset({str, int, bool, float, type(None), Raw})


def ok(id: int, /, **fields: Any) -> bytes:
    """Return the `ok` to the command `id`. A field that is None is written as null."""
    return encode({"type": "ok", "id": id, **fields})


def error(id: int | None, refusal: Refusal, /) -> bytes:
    """Return the `error` to the command `id` (None where none could be read)."""
    return encode(
        {"type": "error", "id": id, "code": refusal.code, "message": refusal.message, **refusal.extra}
    )


def pong(id: int, /) -> bytes:
    """Return the answer to a client's `ping`."""
    return b'{"type":"pong","id":%d}' % id
