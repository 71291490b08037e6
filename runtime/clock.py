"""The one place that asks what time it is."""

from datetime import UTC, datetime
from time import monotonic as _monotonic


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Return seconds of a clock that never goes back."""
    return _monotonic()


def rfc3339(moment: datetime) -> str:
    """Return `moment` in UTC with milliseconds and `Z`, as the wire wants it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
