"""Going on and off duty, and being seen: duty lapses by itself, since a closed laptop is not on duty."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from accounts.audit.record import record
from accounts.principals import Principal
from moderation.casework import staff
from moderation.casework.changing import Change, change
from moderation.casework.claiming import held_by, put_back
from moderation.models import Duty
from moderation.state import Move, is_on_duty
from protocol.errors import Forbidden, NotFound
from runtime import clock
from streams.commit import Item, write_now
from streams.transaction import Tx

Way = Literal["socket", "http"]


def set_duty(by: Principal, on: bool, way: Way) -> dict[str, Any]:
    """Go on or off duty; what one holds goes back to the queue when one goes. Raises Forbidden."""

    def write(tx: Tx) -> bool:
        actor = staff.actor(by, tx.now)
        if not actor.moderator:
            raise Forbidden
        row = Duty.objects.select_for_update().get(pk=by.person_id)
        was = is_on_duty(staff.presence_of(row), tx.now)
        row.role = actor.role
        row.on = on
        row.since = (row.since if was else tx.now) if on else None
        row.socket_seen_at = tx.now if on and way == "socket" else None
        row.http_seen_at = tx.now if on and way == "http" else None
        row.save()
        if was != on:
            record("duty.on" if on else "duty.off", actor=by.person_id)
        return was and not on

    if write_now(Item((), write)):
        put_all_back(by.person_id, "off_duty")
    return {"on": on}


def status(by: Principal, now: datetime) -> dict[str, Any]:
    """Return whether the caller is on duty, since when, and under which name."""
    row = staff.duty_of(by.person_id)
    on = is_on_duty(staff.presence_of(row), now)
    return {"on": on, "since": row.since if on else None, "name": row.name}


def seen(person_id: UUID, way: Way, now: datetime) -> None:
    """Say that somebody on duty is there; it brings nobody back whose duty has lapsed."""
    staff.there(now).filter(pk=person_id).update(**{f"{way}_seen_at": now})


def lapse(now: datetime) -> int:
    """End the duty of who has not been seen for long, and put back what they held; return how many."""
    there = set(staff.there(now).values_list("pk", flat=True))
    gone = [row.pk for row in Duty.objects.filter(on=True) if row.pk not in there]
    for person in gone:
        if Duty.objects.filter(pk=person, on=True).exclude(pk__in=staff.there(now)).update(on=False):
            put_all_back(person, "duty_lapsed")
    return len(gone)


def put_all_back(person_id: UUID, reason: str) -> None:
    """Return all that a member of staff holds to the queue, each case in a transaction of its own."""

    def step(ch: Change) -> None:
        if ch.standing.held(ch.now) and ch.case.holder_id == person_id:
            put_back(ch, Move.EXPIRE, reason)

    for case in held_by(person_id, clock.now()):
        try:
            change(case.pk, None, step)
        except NotFound:
            continue
