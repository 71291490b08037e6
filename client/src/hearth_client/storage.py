"""Where positions, the outbox and the bearer token outlive the process: one JSON file, replaced whole."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

from hearth_client.frames import Position
from hearth_client.outbox import Outbox


class Storage(Protocol):
    """What the client keeps between runs."""

    def load(self) -> dict[str, Any]:
        """Return what was kept last; empty at first."""
        ...

    def save(self, state: Mapping[str, Any]) -> None:
        """Keep `state` before returning."""
        ...


class Memory:
    """Keeps nothing beyond the process."""

    def __init__(self) -> None:
        self._state: dict[str, Any] = {}

    def load(self) -> dict[str, Any]:
        """Return what was saved last."""
        return dict(self._state)

    def save(self, state: Mapping[str, Any]) -> None:
        """Keep `state` in this object."""
        self._state = json.loads(json.dumps(state))


class File:
    """Keeps all in one file that only its owner may read: token and unsent texts are in it."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)

    def load(self) -> dict[str, Any]:
        """Return what was saved last; empty without a file. Raises ValueError if it cannot be read."""
        try:
            state = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        if not isinstance(state, dict):
            raise ValueError("the state file holds no object")
        return state

    def save(self, state: Mapping[str, Any]) -> None:
        """Write beside, sync, and rename: a crash leaves the old file or the new one."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_name(self.path.name + ".new")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(state, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.path)


def positions_in(state: Mapping[str, Any]) -> dict[str, Position]:
    """Return the positions kept in `state`. Raises ValueError if they cannot be read."""
    try:
        rows = state.get("positions", {}).items()
        return {
            stream: Position(str(at["epoch"]), int(at["seq"]), str(at["event_id"])) for stream, at in rows
        }
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("the positions kept cannot be read") from error


def outbox_in(state: Mapping[str, Any]) -> Outbox:
    """Return the outbox kept in `state`. Raises ValueError if it cannot be read."""
    try:
        return Outbox.load(state.get("outbox", []))
    except (KeyError, TypeError) as error:
        raise ValueError("the outbox kept cannot be read") from error


def state_of(token: str | None, positions: Mapping[str, Position], outbox: Outbox) -> dict[str, Any]:
    """Return the plain data to keep."""
    kept = {stream: asdict(position) for stream, position in positions.items()}
    return {"token": token, "positions": kept, "outbox": outbox.dump()}
