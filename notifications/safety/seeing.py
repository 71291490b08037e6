"""Telling a person that a member who was told of their notice has seen it: somebody knows."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from accounts.circles.scene import face
from accounts.principals import me_stream
from notifications.safety import contacts, telling
from notifications.safety.deciding import Way
from notifications.safety.models import Contact, Notice
from runtime import clock
from runtime.jobs import enqueue
from streams import log
from streams.commit import Item, write_now
from streams.refs import StreamRef
from streams.transaction import Tx


def seen(told: Mapping[str, Any], reader: UUID) -> None:
    """Have the person told, soon after the caller's commit, that `reader` saw what stands in `told`.

    What a person reads of their own notice, and a check-in that no notice asked for, tells nobody.
    """
    if "notice" in told and "person" in told:
        notice = told["notice"]
        key = f"seen:{notice}:{reader}"
        enqueue("notifications.notice_seen", key=key, notice=notice, reader=str(reader))


def tell_person(notice_id: UUID, reader: UUID) -> bool:
    """Say on the person's own stream who has seen their notice, once each; return whether it was said."""
    row = Notice.objects.filter(pk=notice_id).first()
    if row is None:
        return False
    stream = log.ensure(me_stream(row.person_id, "family"))
    return write_now(Item((stream,), partial(_tell, notice_id, reader, stream)))


def _tell(notice_id: UUID, reader: UUID, stream: StreamRef, tx: Tx) -> bool:
    row = Notice.objects.select_for_update().filter(pk=notice_id).first()
    if row is None:
        return False
    told = [dict(one) for one in row.told]
    for line in told:
        if line["channel"] != Way.MEMBER or "seen_at" in line:
            continue
        contact = Contact.objects.filter(pk=line["contact"], person_id=row.person_id).first()
        reached = contacts.member_of(contact, tx.now) if contact else None
        if reached is None or reached.user.pk != reader:
            continue
        line["seen_at"] = clock.rfc3339(tx.now)
        row.told = told
        row.save(update_fields=["told"])
        about = reached.member
        fields = {**telling.standing(row, len(told)), "state": "seen", "member": face(about)}
        tx.append(stream, telling.KIND, fields, member=about.pk.hex)
        return True
    return False
