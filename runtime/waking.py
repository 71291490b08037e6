"""The bell between whoever enqueues and the workers: of the same process, and Celery's if there are any."""

import os
import threading
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)

PAUSE_S = 1.0  # between two tries to reach a broker that is away; the outbox waits meanwhile

wake = threading.Event()

_afar: Callable[[], None] | None = None
_rung = threading.Event()
_ringing: set[int] = set()  # the processes that have a thread for it: none survives a fork
_beginning = threading.Lock()


def register_bell(far_bell: Callable[[], None] | None) -> None:
    """Have a bell elsewhere rung too, in a thread of its own: nobody who enqueues waits for a broker."""
    global _afar
    _afar = far_bell


def ring() -> None:
    """Say that there is work. Returns at once and never fails."""
    wake.set()
    if _afar is None:
        return
    _rung.set()
    with _beginning:
        if os.getpid() not in _ringing:
            _ringing.add(os.getpid())
            threading.Thread(target=_ring_afar, name="far-bell", daemon=True).start()


def _ring_afar() -> None:
    while True:
        _rung.wait()
        _rung.clear()
        far_bell = _afar
        try:
            if far_bell is not None:
                far_bell()
        except Exception as fault:
            log.warning("far_bell_not_rung", error=type(fault).__name__)
            threading.Event().wait(PAUSE_S)
