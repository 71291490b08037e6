"""Writes docs/asyncapi.yaml, an AsyncAPI 3 document of all three sockets, from the frame types.

`python -m protocol.asyncapi` writes it, `--check` fails if the file is not what would be written.
"""

import re
import sys
from pathlib import Path
from typing import Any

import msgspec
import yaml

from protocol import frames, kinds, limits
from protocol.errors import BY_CODE, Close
from protocol.replies import OKS
from protocol.sockets import TAKES, Socket, word_of

PATH = Path(__file__).resolve().parent.parent / "docs" / "asyncapi.yaml"
_REF = "#/components/schemas/{name}"

Json = dict[str, Any]

PLACES: dict[Socket, tuple[kinds.Place, ...]] = {
    Socket.CHAT: (kinds.Place.ROOM, kinds.Place.ME_CHAT),
    Socket.FAMILY: (kinds.Place.ME_FAMILY,),
    Socket.MODERATION: (kinds.Place.QUEUE, kinds.Place.ME_MODERATION, kinds.Place.ROOM),
}


class _Builder:
    """Gathers the messages of all sockets, then their schemas at once."""

    def __init__(self) -> None:
        self.types: dict[type[msgspec.Struct], None] = {}
        self.messages: dict[str, Json] = {}

    def message(self, name: str, struct: type[msgspec.Struct], *, fixed: Json, base: Any = None) -> str:
        """Add one message whose payload is a type, its fixed fields and perhaps a base type."""
        if name not in self.messages:
            parts: list[Json] = []
            for part in (base, struct):
                if part is not None:
                    self.types.setdefault(part)
                    parts.append({"$ref": _REF.format(name=part.__name__)})
            if fixed:
                parts.append(
                    {
                        "type": "object",
                        "required": sorted(fixed),
                        "properties": {
                            key: value if isinstance(value, dict) else {"const": value}
                            for key, value in sorted(fixed.items())
                        },
                    }
                )
            payload = parts[0] if len(parts) == 1 else {"allOf": parts}
            self.messages[name] = {"name": name, "summary": _summary(struct), "payload": payload}
        return name

    def schemas(self) -> Json:
        """Return the schemas of all types added, by name."""
        _, components = msgspec.json.schema_components(
            list(self.types), ref_template="#/components/schemas/{name}"
        )
        by_name: Json = {}
        for name, schema in sorted(components.items()):
            by_name[name] = _open(schema)
        return by_name


def _open(schema: Any) -> Any:
    """Return a schema without its titles: they only repeat its name."""
    if isinstance(schema, dict):
        return {
            key: _open(value) for key, value in schema.items() if key != "title" or not isinstance(value, str)
        }
    if isinstance(schema, list):
        return [_open(value) for value in schema]
    return schema


def _summary(struct: type[msgspec.Struct]) -> str:
    return re.sub(r"\s+", " ", (struct.__doc__ or "").strip())


def _key(word: str) -> str:
    return re.sub(r"[^a-z]+", "_", word)


def _commands(builder: _Builder, socket: Socket) -> list[str]:
    return [builder.message(f"command.{word_of(word)}", word, fixed={}) for word in TAKES[socket]]


def _replies(builder: _Builder, socket: Socket) -> list[str]:
    id_ = {"type": "integer", "minimum": 0, "maximum": limits.ID_MAX}
    names = [
        builder.message(f"ok.{word_of(word)}", OKS[word], fixed={"type": "ok", "id": id_})
        for word in TAKES[socket]
        if word in OKS
    ]
    names.append(builder.message("welcome", frames.Welcome, fixed={}))
    names.append(builder.message("error", frames.Error, fixed={"code": {"enum": list(BY_CODE)}}))
    names.append(builder.message("pong", frames.PongReply, fixed={}))
    return names


def _pushes(builder: _Builder, socket: Socket) -> list[str]:
    names = [
        builder.message(f"event.{place.name.lower()}.{kind}", struct, fixed={"kind": kind}, base=frames.Event)
        for place in PLACES[socket]
        for kind, struct in kinds.EVENTS[place].items()
    ]
    names += [
        builder.message(f"signal.{kind}", struct, fixed={"kind": kind}, base=frames.Signal)
        for kind, struct in kinds.SIGNALS.items()
    ]
    names.append(builder.message("heartbeat", frames.Heartbeat, fixed={}))
    names.append(builder.message("drain", frames.Drain, fixed={}))
    names.append(builder.message("bye", frames.ByePush, fixed={"code": {"enum": [int(c) for c in Close]}}))
    return names


def document() -> Json:
    """Return the whole AsyncAPI document."""
    builder = _Builder()
    channels: Json = {}
    operations: Json = {}
    for socket in Socket:
        said, answered, pushed = (say(builder, socket) for say in (_commands, _replies, _pushes))
        names = said + answered + pushed
        channels[socket.value] = {
            "address": socket.path,
            "description": f"Subprotocol `{limits.SUBPROTOCOL}`, one JSON object per line.",
            "messages": {_key(name): {"$ref": f"#/components/messages/{_key(name)}"} for name in names},
        }
        channel = f"#/channels/{socket.value}"

        def refs(names: list[str], channel: str = channel) -> list[Json]:
            return [{"$ref": f"{channel}/messages/{_key(name)}"} for name in names]

        operations[f"{socket.value}_commands"] = {
            "action": "receive",
            "channel": {"$ref": channel},
            "summary": "A client says a word; those with an `id` get exactly one reply.",
            "messages": refs(said),
            "reply": {"channel": {"$ref": channel}, "messages": refs(answered)},
        }
        operations[f"{socket.value}_pushes"] = {
            "action": "send",
            "channel": {"$ref": channel},
            "summary": "The server says something unasked.",
            "messages": refs(pushed),
        }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Hearth realtime protocol",
            "version": f"{limits.VERSION}.0.0",
            "description": "Written by `python -m protocol.asyncapi` from the frame types. See protocol.md.",
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {
            "messages": {_key(name): message for name, message in builder.messages.items()},
            "schemas": builder.schemas(),
        },
    }


def render() -> str:
    """Return the document as YAML."""
    return yaml.safe_dump(document(), sort_keys=False, allow_unicode=True, width=110)


def main(arguments: list[str]) -> int:
    """Write the file, or with `--check` compare it. Returns the exit status."""
    text = render()
    if "--check" in arguments:
        if PATH.exists() and PATH.read_text(encoding="utf-8") == text:
            return 0
        sys.stderr.write(
            "docs/asyncapi.yaml is not what the frame types say: run python -m protocol.asyncapi\n"
        )
        return 1
    PATH.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
