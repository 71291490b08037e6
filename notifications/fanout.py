"""Telling of one happening: one transaction that reads the grants, decides, and writes every telling."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.circles import reading
from accounts.circles.guards import guard
from accounts.circles.models import Circle, Granted, Member
from accounts.circles.scene import face
from accounts.circles.state import ALIASES
from accounts.models import User
from accounts.principals import me_stream
from notifications import preferences, reach
from notifications.models import Announced
from notifications.outgoing import Basis, Outgoing, send_later
from notifications.recipients import Candidate, Channel, Event, Recipient, recipients
from protocol.errors import Unavailable
from streams import log
from streams.commit import Item, write_now
from streams.refs import StreamRef
from streams.transaction import Tx

TRIES = 5  # somebody joins meanwhile, and their stream must be named too
RETRY_MS = 500


class _MovedOn(Exception):
    """Somebody must be told whose stream was not named beforehand."""


@dataclass(frozen=True)
class _Told:
    """An announced happening, opened."""

    event: Event
    fields: Mapping[str, Any]
    tell_person: bool
    by: UUID | None


def fan_out(announced: UUID) -> int:
    """Tell everyone who may know of an announced happening, once; return how many tellings that came to.

    What happened to the same alarm before is told before. Raises `Unavailable` where circles kept changing
    meanwhile.
    """
    return sum(_fan_out(one) for one in (*_earlier(announced), announced))


def _earlier(announced: UUID) -> list[UUID]:
    """Return what was announced of the same alarm before and is not told: two workers may be at it."""
    row = Announced.objects.filter(pk=announced, told_at=None).first()
    if row is None or row.body["kind"] != "alarm":
        return []
    rows = Announced.objects.filter(person_id=row.person_id, told_at=None, created_at__lt=row.created_at)
    return [one.pk for one in rows.order_by("created_at", "pk") if _alarm(one.body) == _alarm(row.body)]


def _alarm(body: Mapping[str, Any] | None) -> object:
    return body["fields"].get("alarm") if body else None


def _fan_out(announced: UUID) -> int:
    for _ in range(TRIES):
        row = Announced.objects.filter(pk=announced, told_at=None).first()
        if row is None:
            return 0
        streams = _streams(row.person_id)
        try:
            return write_now(Item(tuple(streams.values()), partial(_tell, announced, streams)))
        except _MovedOn:
            continue
    raise Unavailable(retry_after_ms=RETRY_MS)


def _streams(person_id: UUID) -> dict[UUID, StreamRef]:
    people = Member.objects.filter(circle__owner_id=person_id, circle__closed_at=None, left_at=None)
    ids = {person_id, *people.exclude(user=None).values_list("user_id", flat=True)}
    return {user_id: log.ensure(me_stream(user_id, "family")) for user_id in ids if user_id}


def _tell(announced: UUID, streams: Mapping[UUID, StreamRef], tx: Tx) -> int:
    """The claim: the locks on the circles order it against every change of what is granted in them.

    A revocation holds its circle's lock until it commits, so the rows read here know of it; one that comes
    later waits for this commit, and what it ends stands before it in the log.
    """
    row = Announced.objects.select_for_update().filter(pk=announced, told_at=None).first()
    if row is None:
        return 0
    told, owner = _opened(row), User.objects.get(pk=row.person_id)
    circles = list(
        Circle.objects.select_for_update().filter(owner_id=owner.pk, closed_at=None).order_by("pk")
    )
    members = _members(circles)
    found: list[Recipient] = []
    if owner.admitted(tx.now):
        candidates = _candidates(told, owner, members, tx.now)
        found = recipients(told.event, candidates, ZoneInfo(owner.time_zone), tx.now)
    for one in found:
        about, by = _member(one.circle, owner.pk, members), _member(one.circle, told.by, members)
        if about is not None:
            _deliver(tx, row, told, one, about, by, streams)
    row.body, row.told_at = None, tx.now
    row.save(update_fields=["body", "told_at"])
    return len(found)


def _opened(row: Announced) -> _Told:
    body = row.body
    event = Event(
        kind=body["kind"],
        category=ALIASES.get(body["category"], body["category"]),
        author=UUID(body["author"]) if body["author"] else None,
        urgent=body["urgent"],
        only=_ids(body["only"]),
        loud=_ids(body.get("loud")),
    )
    by = body.get("by")
    return _Told(event, body["fields"], body["tell_person"], UUID(by) if by else None)


def _ids(kept: Sequence[str] | None) -> frozenset[UUID] | None:
    return frozenset(UUID(one) for one in kept) if kept is not None else None


def _members(circles: Sequence[Circle]) -> list[Member]:
    found = Member.objects.filter(circle__in=circles, left_at=None).exclude(user=None)
    return list(found.select_related("user").order_by("joined_at", "pk"))


def _candidates(told: _Told, owner: User, members: Sequence[Member], now: datetime) -> list[Candidate]:
    granted = {
        row.member_id: reading.grant_of(row, row.member_id)
        for row in Granted.objects.filter(member__in=members, category=told.event.category)
    }
    found = [one for one in members if one.user and one.user.admitted(now)]
    known = {one.circle_id for one in members if told.by and one.user_id == told.by}
    found.sort(key=lambda one: one.circle_id not in known)  # told where who did it has a name, if in two
    chosen = preferences.chosen_by({one.user_id for one in found if one.user_id})
    made = []
    for one in found:
        is_owner = one.user_id == owner.pk
        if (
            one.user is None
            or (is_owner and not told.tell_person)
            or (not is_owner and one.pk not in granted)
        ):
            continue
        made.append(
            Candidate(
                member=one.pk,
                circle=one.circle_id,
                user=one.user.pk,
                grant=None if is_owner else granted[one.pk],
                chosen=chosen.get(one.user.pk, {}),
                reach=reach.of(one.user, now),
            )
        )
    return made


def _member(circle: UUID, user: UUID | None, members: Sequence[Member]) -> Member | None:
    return next((one for one in members if user and one.circle_id == circle and one.user_id == user), None)


def _deliver(
    tx: Tx,
    row: Announced,
    told: _Told,
    one: Recipient,
    about: Member,
    by: Member | None,
    streams: Mapping[UUID, StreamRef],
) -> None:
    own = one.user == row.person_id
    if one.channel is Channel.IN_APP:
        stream = streams.get(one.user)
        if stream is None:
            raise _MovedOn
        seen = {
            **told.fields,
            "circle": str(one.circle),
            "person": face(about),
            "category": told.event.category,
            **({"by": face(by)} if by else {}),
        }
        tx.append(
            stream,
            told.event.kind,
            seen,
            member=about.pk.hex,  # whose name it carries, to erase it by
            guard=None if own else guard(one.circle, told.event.category),
        )
        return
    send_later(
        Outgoing(
            key=f"{row.pk}:{one.member}",
            kind=told.event.kind,
            person=row.person_id,
            channel=one.channel,
            basis=Basis.OWN if own else Basis.GRANT,
            basis_id=None if own else one.member,
            category=told.event.category,
            recipient=one.user,
            due=one.due,
            urgent=told.event.urgent,
            alarm=told.fields.get("alarm"),
        ),
        tx.now,
    )
