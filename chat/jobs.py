"""What chat does by the clock."""

from chat import retention, tickets
from runtime import clock
from runtime.jobs import every

EXPIRE_EVERY_S = 300.0
DAY_S = 86_400.0


@every(seconds=EXPIRE_EVERY_S, name="chat.expire")
def expire() -> None:
    """Expire texts whose time is over, and tickets of people whose process died."""
    now = clock.now()
    retention.expire_all(now)
    tickets.sweep(now)


@every(seconds=DAY_S, name="chat.expire_me")
def expire_me() -> None:
    """Empty what people's own streams said long ago; once a day, for it looks through the whole log."""
    retention.expire_me(clock.now())
