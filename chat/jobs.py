"""What chat does by the clock."""

from chat import retention, tickets
from runtime import clock
from runtime.jobs import every

EXPIRE_EVERY_S = 300.0


@every(seconds=EXPIRE_EVERY_S, name="chat.expire")
def expire() -> None:
    """Expire texts whose time is over, and tickets of people whose process died."""
    now = clock.now()
    retention.expire_all(now)
    tickets.sweep(now)
