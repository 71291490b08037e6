"""Telling whether a text is the one that was sent before, even after its author took it back."""

from chat.models import Fingerprint
from runtime import keyring
from streams.refs import Stored


def keep(stored: Stored) -> None:
    """Remember what a message says before its text is erased, as a keyed hash. In its transaction."""
    text = stored.fields.get("text")
    if text is not None:
        digest = _digest(stored.event_id, text)
        Fingerprint.objects.get_or_create(event_id=stored.event_id, defaults={"digest": digest})


def says_the_same(stored: Stored, text: str) -> bool:
    """Tell whether a message says (or said) `text`. One that expired cannot tell and is believed."""
    if "text" in stored.fields:
        return bool(stored.fields["text"] == text)
    kept = Fingerprint.objects.filter(event_id=stored.event_id).first()
    return kept is None or kept.digest == _digest(stored.event_id, text)


def _digest(event_id: str, text: str) -> str:
    return keyring.keyed_hash("sent-text", event_id, text)
