"""The crisis card on its way to a person."""

from moderation import cases, contacts
from streams.refs import StreamRef
from streams.transaction import Tx

# Said honestly: nobody should wait for somebody who is not there.
NOBODY_HERE = {
    "en": "No moderator is here at this moment. Please do not wait for one: the help below is there now.",
    "es": "Ahora mismo no hay nadie del equipo. Por favor, no esperes: la ayuda de abajo está ahí ya.",
}


def give(tx: Tx, me: StreamRef, *, room: str, locale: str) -> None:
    """Write the card to a person's `me`; it says so when no moderator is on duty. In a transaction."""
    fields = dict(contacts.card(locale, room))
    if not cases.on_duty(tx.now):
        fields["text"] = f"{fields['text']} {nobody_here(locale)}"
    tx.append(me, "card", fields)


def nobody_here(locale: str) -> str:
    """Return the honest sentence in the language of the locale, else in English."""
    return NOBODY_HERE.get(locale.split("-")[0].lower(), NOBODY_HERE["en"])
