"""One change of a circle: one transaction under its lock, with its log, its rows and its events."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from accounts.circles.models import Circle, CircleEvent, Granted, Member
from accounts.circles.state import Grant, Kind
from accounts.principals import me_stream
from protocol.errors import NotFound, Unavailable
from streams import log
from streams.commit import Item, write_now
from streams.refs import StreamRef
from streams.transaction import Tx

T = TypeVar("T")

TRIES = 5  # somebody joins meanwhile, and their stream must be named too
RETRY_MS = 500


class _MovedOn(Exception):
    """Somebody must be told whose stream was not named beforehand."""


@dataclass
class Scene:
    """An open circle within a transaction: who is in it, and what can be done to it."""

    tx: Tx
    circle: Circle
    members: dict[UUID, Member]
    streams: Mapping[UUID, StreamRef]

    @property
    def owner(self) -> Member:
        """The owner's member."""
        return next(one for one in self.members.values() if one.user_id == self.circle.owner_id)

    def member_of(self, user_id: UUID) -> Member:
        """Return the person's member. Raises NotFound."""
        found = [one for one in self.members.values() if one.user_id == user_id]
        if not found:
            raise NotFound
        return found[0]

    def write(
        self,
        kind: Kind,
        actor: Member,
        *,
        member: Member | None = None,
        category: str = "",
        grant: Grant | None = None,
    ) -> None:
        """Add a line to the log, and have the rows follow it."""
        self.circle.head += 1
        quiet = grant.quiet_hours if grant else None
        CircleEvent.objects.create(
            circle=self.circle,
            seq=self.circle.head,
            at=self.tx.now,
            kind=kind,
            actor=actor.pk,
            member=member.pk if member else None,
            category=category,
            access=grant.access if grant else "",
            expires_at=grant.expires_at if grant else None,
            quiet_start=quiet.start if quiet else None,
            quiet_end=quiet.end if quiet else None,
        )
        Circle.objects.filter(pk=self.circle.pk).update(head=self.circle.head)
        self._follow(kind, member, category, grant)

    def _follow(self, kind: Kind, member: Member | None, category: str, grant: Grant | None) -> None:
        if kind is Kind.CLOSED:
            Circle.objects.filter(pk=self.circle.pk).update(closed_at=self.tx.now)
            Member.objects.filter(circle=self.circle, left_at=None).update(left_at=self.tx.now)
            Granted.objects.filter(circle=self.circle).delete()
        elif kind is Kind.LEFT and member is not None:
            Member.objects.filter(pk=member.pk).update(left_at=self.tx.now)
            Granted.objects.filter(member=member).delete()
        elif kind is Kind.REVOKED:
            Granted.objects.filter(member=member, category=category).delete()
        elif kind is Kind.GRANTED and grant is not None:
            quiet = grant.quiet_hours
            Granted.objects.update_or_create(
                member=member,
                category=category,
                defaults={
                    "circle": self.circle,
                    "access": grant.access,
                    "expires_at": grant.expires_at,
                    "quiet_start": quiet.start if quiet else None,
                    "quiet_end": quiet.end if quiet else None,
                },
            )

    def tell(self, to: Member, kind: str, about: Member, fields: Mapping[str, Any]) -> None:
        """Put an event into somebody's family stream; `about` is whose name it carries, to erase it by."""
        if to.user_id is None:
            return
        stream = self.streams.get(to.user_id)
        if stream is None:
            raise _MovedOn
        told = {"circle": str(self.circle.pk), **fields}
        self.tx.append(stream, kind, told, member=about.pk.hex)


def face(member: Member) -> dict[str, str]:
    """Return a member as circles know them."""
    return {"id": str(member.pk), "name": member.name}


def change(circle_id: UUID, act: Callable[[Scene], T], *, also: UUID | None = None) -> T:
    """Do `act` to an open circle and tell who is concerned; `also` names a person who is about to join.

    What `act` raises undoes all of it. Raises NotFound where there is no such open circle.
    """
    for _ in range(TRIES):
        streams = _streams(circle_id, also)
        try:
            return write_now(Item(tuple(streams.values()), partial(_do, circle_id, streams, act)))
        except _MovedOn:
            continue
    raise Unavailable(retry_after_ms=RETRY_MS)


def _streams(circle_id: UUID, also: UUID | None) -> dict[UUID, StreamRef]:
    people = Member.objects.filter(circle_id=circle_id, left_at=None).exclude(user=None)
    ids = {*people.values_list("user_id", flat=True), *([also] if also else [])}
    return {user_id: log.ensure(me_stream(user_id, "family")) for user_id in ids if user_id}


def _do(circle_id: UUID, streams: Mapping[UUID, StreamRef], act: Callable[[Scene], T], tx: Tx) -> T:
    circle = Circle.objects.select_for_update().filter(pk=circle_id, closed_at=None).first()
    if circle is None:
        raise NotFound
    members = {one.pk: one for one in Member.objects.filter(circle=circle, left_at=None)}
    return act(Scene(tx, circle, members, streams))
