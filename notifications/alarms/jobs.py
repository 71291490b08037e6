"""What is done about alarms and what is awaited in the background."""

from notifications.alarms import expecting, walking
from notifications.alarms.models import Alarm, Awaited
from notifications.alarms.numbers import AWAITED_KEPT, CLEARED_KEPT, LOOK_S, WALK_S
from runtime import clock
from runtime.jobs import every


@every(seconds=WALK_S, name="alarms.walk")
def walk() -> int:
    """Sound, escalate, wake and clear alarms by the clock; return how many changed."""
    return walking.walk(clock.now())


@every(seconds=LOOK_S, name="alarms.look")
def look() -> int:
    """Tell of what was awaited and did not come; return how many misses there were."""
    return expecting.look(clock.now())


@every(seconds=3_600, name="alarms.purge")
def purge() -> int:
    """Forget alarms that were over long ago, and misses that count no more; return how many rows went."""
    now = clock.now()
    return (
        Alarm.objects.filter(cleared_at__lt=now - CLEARED_KEPT).delete()[0]
        + Awaited.objects.filter(due_at__lt=now - AWAITED_KEPT).delete()[0]
    )
