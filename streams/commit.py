"""Group commit: what waits is stored in one transaction, so durability costs a batch and not a message."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from protocol.errors import Refusal, Unavailable
from runtime import clock, metrics
from streams import db, publish
from streams.refs import StreamRef
from streams.transaction import Batch, Key, Tx

logger = structlog.get_logger(__name__)
T = TypeVar("T")

MAX_BATCH = 512  # items in one transaction: bounds how long the first waits for the last
MAX_WAITING = 8_192  # beyond it a send is refused honestly instead of waiting without bound
CROWDED = MAX_WAITING // 2  # from here on nobody new is let in, so that those inside are still served
RETRY_MS = 1_000


@dataclass(slots=True)
class Item(Generic[T]):
    """One change: all streams it may append to, and the function that makes it in the transaction.

    `write` raises a `Refusal` to change nothing. `dedup` names a (stream, member, client id) it asks about.
    """

    streams: tuple[StreamRef, ...]
    write: Callable[[Tx], T]
    dedup: Key | None = None


@dataclass(slots=True)
class _Outcome:
    value: Any = None
    error: BaseException | None = None


class _FlushError(Exception):
    """The database refused the batch as a whole; its cause says why."""


def write_now(item: Item[T]) -> T:
    """Store one item in this thread's own transaction and tell its followers (jobs, HTTP, commands)."""
    outcomes, batches = db.guarded(_store, [item])
    publish.events(batches)
    value: T = _result(outcomes[0])
    return value


def submit(item: Item[T]) -> "asyncio.Future[T]":
    """Queue one item for the next batch; items of one caller keep their order.

    The future gives what `write` returned, once it is durable and published. It raises the item's
    `Refusal`, or `Unavailable` when the database fails.
    """
    return _committer().submit(item)


def _result(outcome: _Outcome) -> Any:
    if outcome.error is not None:
        raise outcome.error
    return outcome.value


def _store(items: Sequence[Item[Any]]) -> tuple[list[_Outcome], list[Batch]]:
    """Store all items in one transaction; one that fails is left out and the others are tried again."""
    outcomes = [_Outcome() for _ in items]
    left = list(range(len(items)))
    while left:
        try:
            return outcomes, _attempt(items, left, outcomes)
        except _ItemError as failed:
            outcomes[failed.index].error = failed.__cause__
            left.remove(failed.index)
        except _FlushError as failed:
            if len(left) == 1:
                outcomes[left[0]].error = failed.__cause__
                return outcomes, []
            return _one_by_one(items, left, outcomes)
    return outcomes, []


class _ItemError(Exception):
    def __init__(self, index: int) -> None:
        self.index = index


def _one_by_one(
    items: Sequence[Item[Any]], left: Sequence[int], outcomes: list[_Outcome]
) -> tuple[list[_Outcome], list[Batch]]:
    batches: list[Batch] = []
    for index in left:
        (outcomes[index],), done = _store([items[index]])
        batches += done
    return outcomes, batches


def _attempt(items: Sequence[Item[Any]], left: list[int], outcomes: list[_Outcome]) -> list[Batch]:
    refs = [ref for index in left for ref in items[index].streams]
    keys = [key for index in left if (key := items[index].dedup) is not None]
    with transaction.atomic():
        tx = Tx(refs, keys, clock.now())
        for index in list(left):
            mark = tx.mark()
            writes = _Writes()
            try:
                tx.require(items[index].streams)
                with connection.execute_wrapper(writes):
                    outcomes[index].value = items[index].write(tx)
            except Refusal as refusal:
                if writes.any or tx.mark() != mark:
                    raise _ItemError(index) from refusal
                outcomes[index].error = refusal  # it changed nothing: the batch goes on
                left.remove(index)
            except (OperationalError, InterfaceError):
                raise
            except Exception as error:
                raise _ItemError(index) from error
        try:
            return tx.flush()
        except (OperationalError, InterfaceError):
            raise
        except DatabaseError as error:
            raise _FlushError from error


class _Writes:
    """Notes whether an item's function has changed anything through the ORM."""

    def __init__(self) -> None:
        self.any = False

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.lstrip().upper().startswith("SELECT"):
            self.any = True
        return execute(sql, params, many, context)


class Committer:
    """The queue of one process (one event loop); its batches run in the writer thread, one at a time."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Item[Any], asyncio.Future[Any]]] = []
        self._task: asyncio.Task[None] | None = None

    def submit(self, item: Item[T]) -> "asyncio.Future[T]":
        """See the module's `submit`."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        if len(self._waiting) >= MAX_WAITING:
            future.set_exception(Unavailable(retry_after_ms=RETRY_MS))
            return future
        self._waiting.append((item, future))
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())
        return future

    @property
    def crowded(self) -> bool:
        """Tell whether more waits than this process stores in good time."""
        return len(self._waiting) >= CROWDED

    async def settled(self) -> None:
        """Return when nothing waits any more (draining)."""
        while self._task is not None:
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:MAX_BATCH], self._waiting[MAX_BATCH:]
                await self._store(batch)
        finally:
            self._task = None

    async def _store(self, batch: list[tuple[Item[Any], asyncio.Future[Any]]]) -> None:
        began = monotonic()
        try:
            outcomes, batches = await db.run_writer(_store, [item for item, _ in batch])
        except Exception as error:
            fault = error if isinstance(error, Refusal) else Unavailable(retry_after_ms=RETRY_MS)
            for _, future in batch:
                if not future.done():
                    future.set_exception(fault)
            return
        metrics.batch_size.observe(len(batch))
        metrics.commit_seconds.observe(monotonic() - began)
        try:
            publish.events(batches)
        except Exception as fault:  # stored all the same: the sweep of every hub finds it
            logger.error("publishing_failed", fault=type(fault).__name__)
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            if future.done():
                continue  # its connection went away; it is stored all the same
            if outcome.error is not None:
                future.set_exception(outcome.error)
            else:
                future.set_result(outcome.value)


_committers: "WeakKeyDictionary[asyncio.AbstractEventLoop, Committer]" = WeakKeyDictionary()


def _committer() -> Committer:
    loop = asyncio.get_running_loop()
    committer = _committers.get(loop)
    if committer is None:
        committer = _committers[loop] = Committer()
    return committer


def crowded() -> bool:
    """Tell whether this loop's queue is so long that newcomers are sent away."""
    return _committer().crowded


async def settled() -> None:
    """Return when everything submitted on this loop is stored or refused."""
    await _committer().settled()
