"""What the insider of a house can do (see `tests.insider`): it runs within Django, beside the web servers."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from accounts import sessions
from accounts.circles import guards
from accounts.models import GuestToken, User
from accounts.principals import me_stream
from accounts.tokens import guest_hash
from chat import rooms
from chat.models import MatchTicket, Member, Room
from chat.moderating import act_now, actions
from notifications.safety import declining
from notifications.safety.models import Contact
from protocol.errors import Close
from runtime.models import OutboxJob
from streams import log, publish
from streams.commit import Item, write_now
from streams.models import Event, Stream
from streams.refs import StreamRef
from streams.transaction import Tx

CHUNK = 500


def make_rooms(count: int, **fields: Any) -> list[str]:
    """Make topic rooms, each of a topic of its own unless told, and return their slugs."""
    slugs = [f"test-{uuid.uuid4().hex[:10]}" for _ in range(count)]
    for slug in slugs:
        rooms.create(slug=slug, **({"topic": slug, "title": slug, "language": "en"} | fields))
    return slugs


def stuff(stream: str, count: int, text: str = "stuffed", member: str | None = None) -> int:
    """Write many messages into a room at once; return its head."""
    ref = ref_of(stream)
    author = Member.objects.filter(pk=member).first() if member else None
    wire = author.wire if author else {"id": "m_stuffed", "name": "Stuffed Otter"}

    def write(tx: Tx, much: int) -> int:
        for _ in range(much):
            tx.append(ref, "message", {"member": wire, "text": text}, member=wire["id"])
        return tx.head(ref)

    head = 0
    while count > 0:
        much = min(CHUNK, count)
        head = write_now(Item((ref,), lambda tx, much=much: write(tx, much)))
        count -= much
    return head


def tell_family(username: str, circle: str, category: str, count: int = 1) -> int:
    """Put events that a grant guards into a person's family stream, their text telling their number."""
    ref = log.ensure(me_stream(User.objects.get(username=username).pk, "family"))
    guard = guards.guard(UUID(circle), category)
    said = {"circle": circle, "person": {"id": "x", "name": "Ali"}, "category": category}

    def write(tx: Tx, numbers: range) -> int:
        for n in numbers:
            tx.append(ref, "activity.logged", {**said, "note": f"told {n}"}, guard=guard)
        return tx.head(ref)

    head = 0
    for start in range(0, count, CHUNK):
        head = write_now(Item((ref,), partial(write, numbers=range(start, min(start + CHUNK, count)))))
    return head


def told_link(username: str) -> str:
    """Return the path of the link that somebody's only contact outside the house is sent."""
    link = declining.link(Contact.objects.get(person__username=username).naming)
    return urlsplit(link).path


def ref_of(stream: str) -> StreamRef:
    """Return a stream by its name."""
    found = log.get(stream)
    assert found is not None, stream
    return found


def moderate(stream: str, member: str, action: str, **arguments: Any) -> Any:
    """Let a moderator act on somebody; `until_s` from now is made a time."""
    if "until_s" in arguments:
        seconds = arguments.pop("until_s")
        arguments["until"] = None if seconds is None else datetime.now(UTC) + timedelta(seconds=seconds)
    ref = ref_of(stream)
    subject = arguments.pop("event_id", None) or member
    if action in (
        "release",
        "retract",
        "restore",
        "mute",
        "unmute",
        "remove",
        "ban",
        "unban",
        "hold",
        "readmit",
    ):
        return act_now(
            ref, member, lambda tx: getattr(actions, action)(tx, ref, subject, now=tx.now, **arguments)
        )
    return write_now(Item((ref,), lambda tx: getattr(actions, action)(tx, ref, now=tx.now, **arguments)))


def held(stream: str, client_id: str) -> str:
    """Return the id of a held message."""
    return str(Event.objects.values_list("event_id", flat=True).get(stream__name=stream, client_id=client_id))


def change_epoch(stream: str, epoch: str) -> None:
    """Begin a stream's numbering anew, as after a restored backup."""
    Stream.objects.filter(name=stream).update(epoch=epoch)


def person_of(token: str) -> str:
    """Return the user id behind a guest's token."""
    return str(GuestToken.objects.select_related("session").get(token_hash=guest_hash(token)).session.user_id)


def suspend(person: str) -> None:
    """Suspend a person from the house and close their sockets."""
    User.objects.filter(pk=person).update(suspended_at=datetime.now(UTC))
    sessions.end_all(UUID(person), datetime.now(UTC), Close.BANNED)


def sign_out(person: str) -> None:
    """End every session of a person."""
    sessions.end_all(UUID(person), datetime.now(UTC), Close.SIGNED_OUT)


def forget_hint(stream: str) -> None:
    """Tell every process to drop what it has cached of a stream."""
    publish.forget(ref_of(stream))


def age_match(seconds: float) -> int:
    """Let everybody have waited this much longer for a match."""
    count = 0
    for ticket in MatchTicket.objects.all():
        MatchTicket.objects.filter(pk=ticket.pk).update(since=ticket.since - timedelta(seconds=seconds))
        count += 1
    return count


def end_delay(notice: str) -> int:
    """Let the delay of a safety notice be over; return how many jobs wait for it."""
    return OutboxJob.objects.filter(key=f"safety:{notice}").update(due_at=datetime.now(UTC))


def change_room(slug: str, **fields: Any) -> None:
    """Change a room's row behind everyone's back."""
    Room.objects.filter(slug=slug).update(**fields)


DOORS: dict[str, Callable[..., Any]] = {
    door.__name__: door
    for door in (
        make_rooms, stuff, moderate, held, change_epoch, person_of, suspend, sign_out, forget_hint, age_match,
        change_room, tell_family, end_delay, told_link,
    )
}  # fmt: skip
