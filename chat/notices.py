"""What the house says to everyone in a room, in the room's language."""

from chat.models import Room
from streams.refs import Stored
from streams.transaction import Tx

_TEXTS: dict[str, dict[str, str]] = {
    "slow_mode": {
        "en": "The room is slower now: one message every {seconds} seconds.",
        "es": "La sala va ahora más despacio: un mensaje cada {seconds} segundos.",
    },
    "slow_mode_off": {
        "en": "The room is back at its usual pace.",
        "es": "La sala vuelve a su ritmo habitual.",
    },
    "closing": {
        "en": "This room is closing. You can still read here, and other rooms are open.",
        "es": "Esta sala se cierra. Aún puedes leer aquí, y hay otras salas abiertas.",
    },
    "opening": {
        "en": "This room is open again.",
        "es": "Esta sala vuelve a estar abierta.",
    },
}


def say(tx: Tx, room: Room, code: str, **numbers: int) -> Stored:
    """Write a notice into the room's log. In a transaction."""
    text = _TEXTS[code].get(room.language, _TEXTS[code]["en"]).format(**numbers)
    word = "slow_mode" if code == "slow_mode_off" else code
    return tx.append(room.ref, "room.notice", {"text": text, "code": word})
