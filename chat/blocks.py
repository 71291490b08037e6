"""Who has blocked whom in a room: what the hub and history hide."""

from collections import defaultdict

from chat.models import Block


def blocked_by(stream_id: int) -> dict[str, frozenset[str]]:
    """Return, by blocker, the members they blocked in a room. Synchronous."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for blocker, blocked in Block.objects.filter(room_id=stream_id).values_list("blocker_id", "blocked_id"):
        found[blocker].add(blocked)
    return {blocker: frozenset(members) for blocker, members in found.items()}


def blocked_by_member(member_id: str) -> frozenset[str]:
    """Return the members of their room whom one member blocked. Synchronous."""
    return frozenset(Block.objects.filter(blocker=member_id).values_list("blocked_id", flat=True))
