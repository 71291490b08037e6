"""Threads that own database connections, so that no socket ever waits for another's query.

Django's own `sync_to_async` runs everything of a process in one thread.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connections

from protocol.errors import Unavailable

P = ParamSpec("P")
T = TypeVar("T")

READERS = 4  # more threads than cores wait on the database, not on the interpreter
RETRY_MS = 1_000  # how long a client is asked to wait after a database fault

_readers = ThreadPoolExecutor(READERS, thread_name_prefix="db-read")
_writer = ThreadPoolExecutor(1, thread_name_prefix="db-write")


def guarded(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a database function; a fault of the database becomes `Unavailable` and drops the connection."""
    try:
        return function(*args, **kwargs)
    except (OperationalError, InterfaceError) as fault:
        connections.close_all()
        raise Unavailable(retry_after_ms=RETRY_MS) from fault


def _read(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a reading function; once more on a new connection, since a restarted server cut this thread's."""
    try:
        return function(*args, **kwargs)
    except (OperationalError, InterfaceError):
        connections.close_all()
    return guarded(function, *args, **kwargs)


async def run(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a synchronous reading function in a reader thread. Raises `Unavailable` on a database fault.

    What it writes besides must go through `streams.commit.write_now`, which is never tried twice.
    """
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_readers, lambda: _read(function, *args, **kwargs))


async def run_writer(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run one transaction in the process's single writer thread."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_writer, lambda: guarded(function, *args, **kwargs))


def close_connections() -> None:
    """Close what the threads hold open: a test database can only be dropped then."""
    for pool, size in ((_readers, READERS), (_writer, 1)):
        barrier = [pool.submit(connections.close_all) for _ in range(size * 4)]
        for done in barrier:
            done.result(timeout=10)
