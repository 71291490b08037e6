"""By which channels people want to be told of what."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from notifications.models import Preferences
from notifications.recipients import Channel

Chosen = Mapping[str, tuple[Channel, ...]]


def chosen_by(user_ids: Iterable[UUID]) -> dict[UUID, Chosen]:
    """Return what each of these people chose; who never chose anything is left out."""
    return {row.pk: parsed(row.channels) for row in Preferences.objects.filter(pk__in=list(user_ids))}


def parsed(channels: Mapping[str, Iterable[str]]) -> Chosen:
    """Return kept choices as values."""
    return {kind: tuple(Channel(one) for one in chosen) for kind, chosen in channels.items()}
