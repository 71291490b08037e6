"""What is done about notifications in the background."""

from datetime import timedelta
from uuid import UUID

from notifications import delivery as deliveries
from notifications import fanout, reminding
from notifications.models import Announced, Delivery, PushSubscription
from runtime import clock
from runtime.jobs import every, job

KEYS_KEPT = timedelta(days=7)  # so that the same happening is not announced twice
DELIVERIES_KEPT = timedelta(days=30)  # long enough to ask a provider what became of one


@job("notifications.fan_out")
def fan_out(announced: str) -> None:
    """Tell of one happening everyone who may know of it."""
    fanout.fan_out(UUID(announced))


@every(seconds=3_600, name="notifications.purge_announced")
def purge_announced() -> int:
    """Forget the keys of what was told long ago; return how many rows went."""
    return Announced.objects.filter(told_at__lt=clock.now() - KEYS_KEPT).delete()[0]


@every(seconds=3_600, name="notifications.purge_deliveries")
def purge_deliveries() -> int:
    """Forget deliveries that ended long ago, and browsers that lapsed; return how many rows went."""
    now = clock.now()
    lapsed = PushSubscription.objects.filter(expires_at__lt=now).delete()[0]
    return lapsed + Delivery.objects.filter(ended_at__lt=now - DELIVERIES_KEPT).delete()[0]


@job("notifications.deliver")
def deliver(delivery: str, turn: int) -> None:
    """Send one message out of the house."""
    deliveries.deliver(UUID(delivery), turn)


@every(seconds=300, name="notifications.sweep")
def sweep() -> int:
    """Give deliveries whose job is gone another one; return how many there were."""
    return deliveries.sweep(clock.now())


@every(seconds=30, name="notifications.remind")
def remind() -> int:
    """Tell people of what they wished to be reminded of; return how many reminders were told."""
    return reminding.remind(clock.now())
