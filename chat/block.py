"""Blocking a member of a room, one way, and taking it back."""

from functools import partial
from typing import Any

from django.db.models import F

from accounts import sealed
from chat.memberships import Membership
from chat.models import Block as BlockRow
from chat.models import Member, PairBlock
from protocol.commands import Block, Unblock
from protocol.errors import BadField, NotFound
from streams.commit import Item, submit
from streams.transaction import Tx


async def block_member(command: Block, *, member: Membership) -> dict[str, Any]:
    """Hide a member of this room from the one who asks; returns no fields.

    Raises BadField for oneself and NotFound for an unknown member.
    """
    await submit(Item((member.stream,), partial(_block, command.member, member)))
    return {}


async def unblock_member(command: Unblock, *, member: Membership) -> dict[str, Any]:
    """Show a member again; returns no fields, also where nothing was hidden. Raises as `block_member`."""
    await submit(Item((member.stream,), partial(_unblock, command.member, member)))
    return {}


def _block(other: str, member: Membership, tx: Tx) -> None:
    _check(tx, other, member)
    _, made = BlockRow.objects.get_or_create(
        blocker_id=member.member_id, blocked_id=other, defaults={"room_id": member.stream.id}
    )
    if made:
        tx.bump(member.stream)
        _keep_apart(member.member_id, other)


def _unblock(other: str, member: Membership, tx: Tx) -> None:
    _check(tx, other, member)
    rows = BlockRow.objects.filter(blocker_id=member.member_id, blocked_id=other)
    if rows.delete()[0]:
        tx.bump(member.stream)
        bring_together(member.member_id, other)


def _check(tx: Tx, other: str, member: Membership) -> None:
    member.admitted(tx)
    if other == member.member_id:
        raise BadField("member", "One cannot block oneself.")
    if not Member.objects.filter(pk=other, room_id=member.stream.id).exists():
        raise NotFound


def pair_hash_of(member_id: str, other: str) -> str | None:
    """Return what matching knows two members' people by; None where one of them was erased."""
    try:
        return sealed.pair_hash(sealed.person_of(member_id), sealed.person_of(other))
    except sealed.UnknownMember:
        return None


def _keep_apart(member_id: str, other: str) -> None:
    """Let matching never bring the two people together: they may meet under other names."""
    pair_hash = pair_hash_of(member_id, other)
    if pair_hash is not None:
        PairBlock.objects.get_or_create(pair_hash=pair_hash)
        PairBlock.objects.filter(pk=pair_hash).update(rooms=F("rooms") + 1)


def bring_together(member_id: str, other: str) -> None:
    """Take one block off what matching knows; the last one frees the pair. In a transaction."""
    pair_hash = pair_hash_of(member_id, other)
    if pair_hash is not None:
        PairBlock.objects.filter(pk=pair_hash, rooms__gt=0).update(rooms=F("rooms") - 1)
        PairBlock.objects.filter(pk=pair_hash, rooms=0).delete()
