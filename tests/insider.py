"""Somebody inside a running house: a process of its own that does what no socket can ask for.

`python -m tests.insider` reads one JSON object per line, `{"do": name, …arguments}`, and answers with one. It
makes many rooms in the time that one `manage.py` call takes to start, and acts as a moderator would.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from tests.servers import ROOT, house_environment

Json = dict[str, Any]
ROOMS_AT_ONCE = 40  # made when the last are gone: cheap in one process, dear in one call of manage.py each


class Insider:
    """The caller's end. Safe to call from several threads, one at a time."""

    def __init__(self, variables: dict[str, str]) -> None:
        self.lock = threading.Lock()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.insider"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=house_environment(variables),
            text=True,
        )

    def do(self, name: str, **arguments: Any) -> Any:
        """Have something done and return its result. Raises RuntimeError with what went wrong."""
        with self.lock:
            assert self.process.stdin is not None
            assert self.process.stdout is not None
            self.process.stdin.write(json.dumps({"do": name, **arguments}) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        answer = json.loads(line or '{"fault": "the insider has ended"}')
        if "fault" in answer:
            raise RuntimeError(answer["fault"])
        return answer["result"]

    def close(self) -> None:
        """End the process."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(10)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass
class Inside:
    """A house's insider and the rooms it has made in store."""

    insider: Insider
    rooms: list[str] = field(default_factory=list)

    async def do(self, name: str, **arguments: Any) -> Any:
        """Have something done inside."""
        return await asyncio.to_thread(self.insider.do, name, **arguments)

    async def room(self, **fields: Any) -> str:
        """Return the slug of a room that nobody has been in, made as `fields` say."""
        if fields:
            [made] = await self.do("make_rooms", count=1, **fields)
            return str(made)
        if not self.rooms:
            self.rooms += await self.do("make_rooms", count=ROOMS_AT_ONCE)
        return self.rooms.pop()


# Inside the process -------------------------------------------------------------------------------


def serve() -> None:
    """Answer until the caller hangs up."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatserver.settings")
    import django

    django.setup()
    from tests import inside

    doors: dict[str, Callable[..., Any]] = inside.DOORS
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer = {"result": doors[asked.pop("do")](**asked)}
        except Exception as fault:
            answer = {"fault": f"{type(fault).__name__}: {fault}"}
        sys.stdout.write(json.dumps(answer, default=str) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
