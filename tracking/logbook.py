"""Every change of what is logged: one function each, in one transaction, with its audit row and its news."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.audit.record import Scalar, Standing, record
from accounts.circles.state import Access
from accounts.models import User
from accounts.principals import Principal
from accounts.sight import Sight, sight
from notifications.alarms import expecting
from protocol.errors import Forbidden, NotFound
from runtime.http.checking import checked
from runtime.http.problems import Problem
from tracking import editions
from tracking.entries import Entry
from tracking.resource import Resource
from tracking.storing import insert
from tracking.telling import tell

Refusals = dict[int, Sequence[Mapping[str, Any]]]


@transaction.atomic
def add(resource: Resource, viewer: Principal, owner: UUID, data: Any, now: datetime) -> Entry:
    """Store one entry. Raises NotFound, Forbidden, and the 422 that names what is wrong with it."""
    seen = sight(viewer, owner, resource.category, Access.CONTRIBUTE, now)
    given = checked(resource.fields(), data)
    entry = resource.made(given, owner=owner, author=viewer.person_id, zone=zone_of(owner), now=now)
    entry.save(force_insert=True)
    audit(resource, "created", viewer, owner, seen, entry=entry.pk)
    follow(resource, owner, viewer.person_id, [entry], now)
    return entry


@transaction.atomic
def add_many(
    resource: Resource, viewer: Principal, owner: UUID, many: Sequence[Any], now: datetime
) -> tuple[dict[int, Entry], Refusals]:
    """Store each entry that is right; return what was stored and what was refused, by place.

    Raises NotFound and Forbidden.
    """
    seen = sight(viewer, owner, resource.category, Access.CONTRIBUTE, now)
    fields, zone = resource.fields(), zone_of(owner)
    stored: dict[int, Entry] = {}
    refused: Refusals = {}
    for place, data in enumerate(many):
        try:
            given = checked(fields, data)
        except Problem as problem:
            refused[place] = problem.errors
        else:
            stored[place] = resource.made(given, owner=owner, author=viewer.person_id, zone=zone, now=now)
    insert(resource.model, list(stored.values()))
    audit(resource, "added", viewer, owner, seen, count=len(stored))
    if stored:
        follow(resource, owner, viewer.person_id, list(stored.values()), now)
    return stored, refused


def read(resource: Resource, viewer: Principal, entry_id: UUID, now: datetime) -> Entry:
    """Return an entry to who may see it, in the caller's transaction. Raises NotFound."""
    entry = _found(resource, entry_id)
    seen = sight(viewer, entry.user_id, resource.category, Access.VIEW, now)
    _not_hidden(resource, viewer, entry, now)
    audit(resource, "read", viewer, entry.user_id, seen, entry=entry.pk)
    return entry


@transaction.atomic
def change(
    resource: Resource,
    viewer: Principal,
    entry_id: UUID,
    given: Callable[[Entry], dict[str, Any]],
    now: datetime,
) -> Entry:
    """Store what `given` makes of the entry as it stands under a lock. Raises NotFound, Forbidden."""
    entry, seen = _held(resource, viewer, entry_id, now)
    resource.fill(entry, given(entry))
    entry.save()
    audit(resource, "changed", viewer, entry.user_id, seen, entry=entry.pk)
    if resource.after:
        resource.after(entry.user_id, [entry], now)
    editions.renew(entry.user_id, now)
    return entry


@transaction.atomic
def remove(
    resource: Resource, viewer: Principal, entry_id: UUID, check: Callable[[Entry], None], now: datetime
) -> None:
    """Delete an entry; `check` may object to it as it stands. Raises NotFound, Forbidden."""
    entry, seen = _held(resource, viewer, entry_id, now)
    check(entry)
    audit(resource, "deleted", viewer, entry.user_id, seen, entry=entry.pk)
    owner = entry.user_id
    entry.delete()
    if resource.after:
        resource.after(owner, [], now)
    editions.renew(owner, now)


def audit(
    resource: Resource, verb: str, viewer: Principal, owner: UUID, seen: Sight, **detail: Scalar
) -> None:
    """Write that the viewer did this with a category of the owner's days."""
    record(
        f"{resource.thing}.{verb}",
        actor=viewer.person_id,
        subject=owner,
        detail={"as": seen.standing, **seen.detail(), **detail},
        shown=True,
    )


def follow(resource: Resource, owner: UUID, author: UUID, entries: list[Entry], now: datetime) -> None:
    """Do what follows from new entries, in the transaction that stored them."""
    tell(resource, owner, author, entries)
    expecting.logged(owner, resource.category, now)
    if resource.after:
        resource.after(owner, entries, now)
    editions.renew(owner, now)


def owner_of(resource: Resource, entry_id: UUID) -> UUID | None:
    """Return whose entry it is, for the row about a refusal."""
    return resource.model._default_manager.filter(pk=entry_id).values_list("user_id", flat=True).first()


def zone_of(owner: UUID) -> str:
    """Return the time zone of a person's profile. Raises NotFound for nobody."""
    zone = User.objects.filter(pk=owner).values_list("time_zone", flat=True).first()
    if zone is None:
        raise NotFound
    return zone


def _found(resource: Resource, entry_id: UUID) -> Entry:
    entry = resource.model._default_manager.filter(pk=entry_id).first()
    if entry is None:
        raise NotFound
    return entry


def _held(resource: Resource, viewer: Principal, entry_id: UUID, now: datetime) -> tuple[Entry, Sight]:
    """Return the entry, locked, if the viewer may edit it: its owner may, and who added it."""
    rows = resource.model._default_manager.select_for_update(of=("self",))
    entry = rows.filter(pk=entry_id).first()
    if entry is None:
        raise NotFound
    _not_hidden(resource, viewer, entry, now)
    seen = sight(viewer, entry.user_id, resource.category, Access.CONTRIBUTE, now)
    if seen.standing is not Standing.SELF and entry.author_id != viewer.person_id:
        raise Forbidden("Only the person whose days these are, and who added this, may change it.")
    return entry, seen


def _not_hidden(resource: Resource, viewer: Principal, entry: Entry, now: datetime) -> None:
    if resource.hidden and not resource.visible(viewer, entry.user_id, now).filter(pk=entry.pk).exists():
        raise NotFound
