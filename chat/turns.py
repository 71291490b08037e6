"""Whose message waits for a score, and that nothing of the same member in the room overtakes it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from chat.memberships import Membership

logger = structlog.get_logger(__name__)

Fields = dict[str, Any]

_waiting: set["asyncio.Task[None]"] = set()


def take(
    sender: Membership,
    score: Callable[[], Awaitable[None]] | None,
    store: Callable[[], "asyncio.Future[Fields]"],
) -> "asyncio.Future[Fields]":
    """Have a message stored once it is scored and those before it are on their way; return its answer to be.

    It is stored even if nobody waits for the answer any more.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Fields] = loop.create_future()
    before, turn = sender.ahead, loop.create_future()
    sender.ahead = turn

    async def go() -> None:
        try:
            if score is not None:
                await _guarded(score)
            if before is not None:
                await asyncio.wait([before])
        finally:
            storing = store()
            storing.add_done_callback(lambda stored: _hand_on(stored, answer))
            turn.set_result(None)
            if sender.ahead is turn:
                sender.ahead = None

    task = loop.create_task(go())
    _waiting.add(task)
    task.add_done_callback(_waiting.discard)
    return answer


async def _guarded(score: Callable[[], Awaitable[None]]) -> None:
    try:
        await score()
    except Exception as fault:  # the rules have spoken; what else there is comes from the backlog
        logger.error("score_not_taken", fault=type(fault).__name__)


def _hand_on(stored: "asyncio.Future[Fields]", answer: "asyncio.Future[Fields]") -> None:
    fault = stored.exception()
    if answer.done():
        return  # the connection went away; the message is stored all the same
    if fault is not None:
        answer.set_exception(fault)
    else:
        answer.set_result(stored.result())


async def over(sender: Membership) -> None:
    """Return once all the member has sent here is on its way to the log."""
    while sender.ahead is not None:
        await asyncio.wait([sender.ahead])


async def settled() -> None:
    """Return when no message of this loop waits for a score any more (draining)."""
    loop = asyncio.get_running_loop()
    while mine := [task for task in _waiting if task.get_loop() is loop]:
        await asyncio.wait(mine)
