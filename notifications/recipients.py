"""Who is told of a happening, by which channel and when. Pure: rows come in as values, `now` too."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from accounts.circles.state import Grant, QuietHours


class Channel(StrEnum):
    """How somebody is told."""

    IN_APP = "in_app"
    EMAIL = "email"
    WEB_PUSH = "web_push"
    SMS = "sms"


_QUIETLY = (Channel.IN_APP,)
_PUSHED = (Channel.IN_APP, Channel.WEB_PUSH)
_LOUDLY = (Channel.IN_APP, Channel.EMAIL, Channel.WEB_PUSH)

# What a person is told by who never said otherwise; its keys are all kinds one can choose channels for.
DEFAULTS: Final[Mapping[str, tuple[Channel, ...]]] = MappingProxyType(
    {
        "activity.logged": _QUIETLY,
        "activity.missed": _PUSHED,
        "alarm": _LOUDLY,
        "safety.notice": _LOUDLY,
        "safety.warning": _LOUDLY,  # to the person themselves, before a moderator has their contacts told
        "reminder": _PUSHED,
    }
)
_BY_DUTY: Final = MappingProxyType({"page": _LOUDLY})  # staff who are paged are at work: no choice of theirs
# One can be told of these besides, and not instead: they are acknowledged in the stream.
ALWAYS_IN_APP: Final = frozenset({"alarm", "safety.notice", "safety.warning"})


@dataclass(frozen=True)
class Event:
    """As much of a happening as decides who is told.

    `only` names the users it is for, if not all; `loud` those it may ring at: others see it in the stream.
    """

    kind: str
    category: str
    author: UUID | None = None
    urgent: bool = False
    only: frozenset[UUID] | None = None
    loud: frozenset[UUID] | None = None


@dataclass(frozen=True)
class Candidate:
    """Somebody in a circle of the person it is about, with what they were granted and can be reached by.

    `grant` is None for the person themselves, whose own days need none.
    """

    member: UUID
    circle: UUID
    user: UUID
    grant: Grant | None
    chosen: Mapping[str, tuple[Channel, ...]] = field(default_factory=dict)
    reach: frozenset[Channel] = frozenset({Channel.IN_APP})


@dataclass(frozen=True)
class Recipient:
    """One telling: to which member, by which channel, not before when."""

    member: UUID
    circle: UUID
    user: UUID
    channel: Channel
    due: datetime


def recipients(event: Event, candidates: Iterable[Candidate], zone: tzinfo, now: datetime) -> list[Recipient]:
    """Return every telling of an event, each person once per channel, in the order of the candidates.

    A grant must be in force at `now`; its quiet hours, in the owner's `zone`, hold back what rings or
    lights up a phone until they end. The stream is silent and never waits; an urgent event waits for nothing.
    """
    told: list[Recipient] = []
    seen: set[UUID] = set()
    for one in candidates:
        if one.user in seen or not concerns(event, one, now):
            continue
        seen.add(one.user)
        for channel in channels(event.kind, one.chosen):
            if channel in one.reach and rings(event, one, channel):
                told.append(
                    Recipient(one.member, one.circle, one.user, channel, due(event, one, channel, zone, now))
                )
    return told


def concerns(event: Event, one: Candidate, now: datetime) -> bool:
    """Return whether the candidate may be told of the event at `now`, and need be."""
    if one.user == event.author or (event.only is not None and one.user not in event.only):
        return False
    return one.grant is None or (one.grant.category == event.category and one.grant.in_force(now))


def rings(event: Event, one: Candidate, channel: Channel) -> bool:
    """Return whether the event may go out by a channel to the candidate: the stream rings nowhere."""
    return channel is Channel.IN_APP or event.loud is None or one.user in event.loud


def channels(kind: str, chosen: Mapping[str, tuple[Channel, ...]]) -> tuple[Channel, ...]:
    """Return the channels of a kind after somebody's choice; a kind nobody can choose is told quietly."""
    if kind in _BY_DUTY:
        return _BY_DUTY[kind]
    wanted = chosen.get(kind, DEFAULTS.get(kind, _QUIETLY))
    if kind in ALWAYS_IN_APP and Channel.IN_APP not in wanted:
        return (Channel.IN_APP, *wanted)
    return wanted


def due(event: Event, one: Candidate, channel: Channel, zone: tzinfo, now: datetime) -> datetime:
    """Return when a telling may go out: `now`, or the end of the quiet hours."""
    quiet = one.grant.quiet_hours if one.grant else None
    if quiet is None or event.urgent or channel is Channel.IN_APP:
        return now
    return quiet_until(quiet, zone, now)


def quiet_until(quiet: QuietHours, zone: tzinfo, now: datetime) -> datetime:
    """Return the end of quiet hours that hold at `now`, in UTC; `now` itself where none do.

    An end that the clocks skip comes when they have jumped; of one that comes twice, the next is meant.
    """
    local = now.astimezone(zone)
    if not quiet.hold(local.time()):
        return now
    day = local.date() if local.time() < quiet.end else local.date() + timedelta(days=1)
    return next((end for end in moments(day, quiet.end, zone) if end > now), now)


def moments(day: date, at: time, zone: tzinfo) -> list[datetime]:
    """Return when a local time comes on a day, in UTC: once, twice where the clocks go back.

    One that the clocks skip comes once, as long after the jump as it is after the jump's beginning.
    """
    told = [datetime.combine(day, at).replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
    there = [one.astimezone(UTC) for one in told if _is_there(one, zone)]
    return sorted(set(there)) or [told[0].astimezone(UTC)]


def _is_there(one: datetime, zone: tzinfo) -> bool:
    return one.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == one.replace(tzinfo=None)
