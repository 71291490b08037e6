"""What a member of a room can see of it: what is not seen cannot be answered, reacted to or reported."""

from chat.memberships import Membership
from chat.models import Block
from protocol.errors import NotFound
from streams.refs import Stored
from streams.transaction import Tx


def seen_message(tx: Tx, viewer: Membership, event_id: str) -> Stored:
    """Return a message this viewer may see, even if it is gone by now.

    Raises NotFound for an unknown or held one, one of another room, and one of a blocked member.
    """
    stored = tx.find(viewer.stream, event_id)
    if stored is None or stored.kind != "message" or stored.seq is None:
        raise NotFound
    if Block.objects.filter(blocker=viewer.member_id, blocked=stored.member).exists():
        raise NotFound
    return stored


def standing_message(tx: Tx, viewer: Membership, event_id: str) -> Stored:
    """Return a message this viewer may see and that is still there. Raises NotFound."""
    stored = seen_message(tx, viewer, event_id)
    if stored.gone is not None:
        raise NotFound
    return stored
