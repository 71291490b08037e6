"""What the house says to a person about whom a moderator decided something, in their language. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from moderation.state import Action

# Said plainly and without blame: what happened, that a person looked, and that one can object.
_STATEMENTS: Final[Mapping[Action, Mapping[str, str]]] = MappingProxyType(
    {
        Action.HOLD: {
            "en": "A moderator reads your next messages before others see them.",
            "es": "Alguien del equipo lee tus próximos mensajes antes de que los vean los demás.",
        },
        Action.RETRACT: {
            "en": "A moderator has taken a message of yours out of the room.",
            "es": "Alguien del equipo ha retirado un mensaje tuyo de la sala.",
        },
        Action.MUTE: {
            "en": "A moderator has paused your writing in this room for a while. You can still read.",
            "es": "Alguien del equipo ha pausado tus mensajes en esta sala por un tiempo; puedes leer.",
        },
        Action.REMOVE: {
            "en": "A moderator has taken you out of this room for a while. It ends by itself.",
            "es": "Alguien del equipo te ha sacado de esta sala por un tiempo. Termina por sí solo.",
        },
        Action.SUSPEND: {
            "en": "A moderator has closed Hearth to you for a while.",
            "es": "Alguien del equipo te ha cerrado Hearth por un tiempo.",
        },
    }
)
_APPEAL: Final = MappingProxyType(
    {
        "en": "A person looked at it. If you see it otherwise, say so: somebody else will look again.",
        "es": "Lo ha mirado una persona. Si lo ves de otro modo, dilo: otra persona lo mirará de nuevo.",
    }
)
_OUTCOME: Final = MappingProxyType(
    {
        "upheld": {
            "en": "Somebody else has looked again. The decision stays as it was.",
            "es": "Otra persona lo ha mirado de nuevo. La decisión sigue igual.",
        },
        "overturned": {
            "en": "Somebody else has looked again. The decision was taken back.",
            "es": "Otra persona lo ha mirado de nuevo. La decisión se ha retirado.",
        },
    }
)
_CONSENT: Final = MappingProxyType(
    {
        "en": "Would you like somebody you trust to be told that you could do with company now? "
        "You choose who, and how much they are told, under Safety in Hearth. "
        "Nothing is sent without your yes.",
        "es": "¿Quieres que alguien de tu confianza sepa que ahora te vendría bien compañía? "
        "Tú eliges quién y cuánto se le dice, en Seguridad, en Hearth. No se envía nada sin tu sí.",
    }
)


def statement(action: Action, locale: str) -> str:
    """Return the statement for a decision, with how to object. Raises `KeyError` for one that is not told."""
    return f"{_in(_STATEMENTS[action], locale)} {_in(_APPEAL, locale)}"


def outcome(word: str, locale: str) -> str:
    """Return what an appeal came to."""
    return _in(_OUTCOME[word], locale)


def ask_consent(locale: str) -> str:
    """Return how a moderator asks whether somebody may be told."""
    return _in(_CONSENT, locale)


def _in(texts: Mapping[str, str], locale: str) -> str:
    return texts.get(locale.partition("-")[0].lower(), texts["en"])
