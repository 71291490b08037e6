"""Asking to be matched with one person, and waiting for it."""

import asyncio
import re
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings

from accounts import sealed
from accounts.principals import Principal
from chat import tickets
from chat.departures import depart, streams_for
from chat.join import check_may_act
from chat.memberships import me_of
from chat.models import MatchTicket, Member, Room
from chat.pairs import pair_waiting
from protocol.commands import Match, Unmatch
from protocol.errors import BadField, Conflict
from runtime import clock
from streams import db, presence
from streams.commit import Item, submit, write_now
from streams.refs import StreamRef
from streams.transaction import Tx

log = structlog.get_logger(__name__)

TICK_S = 1.0  # how soon after their 30 s two seekers meet
_LANGUAGE = re.compile(r"[a-z]{2,3}")


async def wait_for_match(command: Match, *, person: Principal) -> dict[str, Any]:
    """Wait for a match in place of any earlier waiting; return `status` `waiting`. The match comes on `me`.

    Raises BadField for a topic that is not in the list of rooms, Conflict in the 20th room, and Unauthorized
    once the sign-in has ended.
    """
    language = _language(command.language or person.locale)
    me = await db.run(_prepare, command.topic, person.person_id)
    await submit(Item((me,), partial(_wait, command, language, person)))
    _waiting.add(person.person_id, me)
    await db.run(pair_waiting, command.topic, language, clock.now())
    return {"status": "waiting"}


async def stop_waiting(command: Unmatch, *, person: Principal) -> dict[str, Any]:
    """Wait no more; returns no fields, also where nobody waited."""
    _waiting.discard(person.person_id)
    await db.run(tickets.drop, person.person_id)
    return {}


def connection_gone(person_id: UUID) -> None:
    """Stop waiting for somebody whose last connection to any process has ended. Synchronous."""
    if presence.connections(me_of(person_id).name) == 0:
        _waiting.discard(person_id)
        tickets.drop(person_id)


def _language(asked: str) -> str:
    """Return the language without its region. Raises BadField where it is none."""
    word = asked.split("-")[0].lower()
    if not _LANGUAGE.fullmatch(word):
        raise BadField("language")
    return word


def _prepare(topic: str, person_id: UUID) -> StreamRef:
    """Refuse what cannot be, leave the pairs that ended, and return the person's `me`."""
    if not Room.objects.filter(kind=Room.Kind.TOPIC, topic=topic, closed=False).exists():
        raise BadField("topic", "`topic` must be one of the list of rooms.")
    _leave_ended_pairs(person_id)
    if len(sealed.active_members(person_id)) >= settings.LIMITS.rooms_per_person:
        raise Conflict("You are in as many rooms as one can be in.")
    return me_of(person_id)


def _leave_ended_pairs(person_id: UUID) -> None:
    """Leave the rooms where one is alone since the other went, so that they take no place for a new one."""
    ended = Member.objects.select_related("room__stream").filter(
        pk__in=sealed.active_members(person_id),
        left_at__isnull=True,
        room__kind=Room.Kind.PAIR,
        room__closed=True,
    )
    for member in ended:
        write_now(Item(streams_for(member.room, member.id), partial(_leave_ended, member.id)))


def _leave_ended(member_id: str, tx: Tx) -> None:
    member = Member.objects.select_related("room__stream").get(pk=member_id)
    if member.left_at is None:
        depart(tx, member.room, member, reason="left")


def _wait(command: Match, language: str, person: Principal, tx: Tx) -> None:
    check_may_act(person, tx)
    tickets.put(person.person_id, topic=command.topic, language=language, role=command.role, now=tx.now)


class _Here:
    """Those who wait and are connected to this process: it vouches for them, and watches their 30 s."""

    def __init__(self) -> None:
        self._people: dict[UUID, StreamRef] = {}
        self._task: asyncio.Task[None] | None = None

    def add(self, person_id: UUID, me: StreamRef) -> None:
        """Watch over somebody; on the event loop."""
        self._people[person_id] = me
        loop = asyncio.get_running_loop()
        if self._task is None or self._task.done() or self._task.get_loop() is not loop:
            self._task = loop.create_task(self._watch())

    def discard(self, person_id: UUID) -> None:
        """Watch no more; from any thread."""
        self._people.pop(person_id, None)

    async def _watch(self) -> None:
        while self._people:
            await asyncio.sleep(TICK_S)
            try:
                for gone in await db.run(tick, dict(self._people)):
                    self.discard(gone)
            except Exception as fault:  # the database is away, or worse: they go on waiting
                log.warning("match_tick_failed", error=type(fault).__name__)  # its words may name somebody


_waiting = _Here()


def tick(people: dict[UUID, StreamRef]) -> list[UUID]:
    """Vouch for those who wait here, pair whom it is time to; return who waits no more. Synchronous."""
    now = clock.now()
    for person_id, me in people.items():
        if presence.connections(me.name) == 0:
            tickets.drop(person_id)
    waiting = tickets.vouch(list(people), now)
    for topic, language in sorted({(ticket.topic, ticket.language) for ticket in waiting}):
        pair_waiting(topic, language, now)
    still = set(MatchTicket.objects.values_list("person_hash", flat=True))
    return [person_id for person_id in people if tickets.person_hash(person_id) not in still]
