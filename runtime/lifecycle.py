"""Whether this process still takes new work."""

import threading

_draining = threading.Event()


def begin_drain() -> None:
    """Say that this process is leaving: `/readyz` answers 503 from now on."""
    _draining.set()


def end_drain() -> None:
    """Take it back; for tests."""
    _draining.clear()


def draining() -> bool:
    """Return whether this process is leaving."""
    return _draining.is_set()
