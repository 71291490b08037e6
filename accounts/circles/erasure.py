"""What circles erase and export for one person: their circles, their faces, and their name at others'."""

from functools import partial
from typing import Any
from uuid import UUID

from accounts.circles import changes, reading
from accounts.circles.models import Circle, Invite, Member
from accounts.circles.serializers import shown_change, shown_grant
from accounts.principals import me_stream
from accounts.registries import eraser, exporter
from runtime import clock
from streams import log, publish
from streams.commit import Item, write_now
from streams.models import Event, Stream
from streams.refs import StreamRef
from streams.transaction import Tx, from_row

NOBODY = "Somebody"  # in the place of an erased name


@eraser("circles")
def erase(person_id: UUID) -> None:
    """Leave every circle (one's own close), take the name off them, and delete one's own family stream.

    The log of grants stays: it knows the person by an id that names nobody any more.
    """
    for member in Member.objects.filter(user_id=person_id).select_related("circle"):
        if member.left_at is None:
            changes.leave(member.circle_id, person_id)
        for ref in _streams_of(member.circle_id, person_id):
            write_now(Item((ref,), partial(_unname, ref, member.pk)))
            publish.forget(ref)
        Member.objects.filter(pk=member.pk).update(user=None)
        _rename(member)
    for circle in Circle.objects.filter(owner_id=person_id):
        Invite.objects.filter(circle=circle).delete()
        circle.name, circle.owner = NOBODY, None
        circle.save(update_fields=["name", "owner"])
    Stream.objects.filter(name=me_stream(person_id, "family")).delete()


@exporter("circles")
def export(person_id: UUID) -> dict[str, Any]:
    """Return the circles a person is or was in, with their own circles' grants and logs."""
    mine = Member.objects.filter(user_id=person_id).select_related("circle").order_by("joined_at")
    return {
        "circles": [
            {
                "name": member.circle.name,
                "my_name": member.name,
                "joined_at": clock.rfc3339(member.joined_at),
                "left_at": clock.rfc3339(member.left_at) if member.left_at else None,
                **(_own(member.circle) if member.circle.owner_id == person_id else {}),
            }
            for member in mine
        ]
    }


def _own(circle: Circle) -> dict[str, Any]:
    return {
        "members": [one.name for one in Member.objects.filter(circle=circle).order_by("joined_at")],
        "grants": [shown_grant(grant) for grant in reading.current(circle).grants.values()],
        "log": [shown_change(line, line.seq) for line in reading.changes_of(circle.pk)],
    }


def _streams_of(circle_id: UUID, person_id: UUID) -> list[StreamRef]:
    """Return the family streams of everyone else who ever was in the circle."""
    others = Member.objects.filter(circle_id=circle_id).exclude(user_id=person_id).exclude(user=None)
    found = [
        log.get(me_stream(other, "family")) for other in others.values_list("user_id", flat=True) if other
    ]
    return [ref for ref in found if ref is not None]


def _unname(ref: StreamRef, member_id: UUID, tx: Tx) -> None:
    """Take a name off all it stands on in a stream; what its bearer did stands under the name of another."""
    nobody = {"id": str(member_id), "name": NOBODY}
    circle = Member.objects.values_list("circle_id", flat=True).get(pk=member_id)
    faces = [pk.hex for pk in Member.objects.filter(circle_id=circle).values_list("pk", flat=True)]
    for row in Event.objects.filter(stream_id=ref.id, member__in=faces):
        stored = from_row(row, ref)
        named = {
            name: nobody for name in ("person", "member", "by") if _is(stored.fields.get(name), member_id)
        }
        if named:
            tx.set_fields(stored, {**stored.fields, **named})


def _is(shown: Any, member_id: UUID) -> bool:
    return isinstance(shown, dict) and shown.get("id") == str(member_id)


def _rename(member: Member) -> None:
    member.refresh_from_db()
    member.name = NOBODY
    member.save(update_fields=["name"])
