"""A light guess at the language, from its commonest words. The gate before a model is `LanguageGate`."""

from collections.abc import Iterable
from typing import Final

UNKNOWN: Final = "und"
_ENOUGH: Final = 2  # common words a guess needs, unless the text is that short

_COMMON: Final[dict[str, frozenset[str]]] = {
    "en": frozenset(
        """
        the be to of and a in that have it for not on with as you do at this but his by from they we say
        her she or an will my one all would there their what so up out if about who get which go me when
        im dont is are was were been i your cant its
        """.split()  # noqa: SIM905 - a list of words is read more easily as words
    ),
    "es": frozenset(
        """
        de la que el en y los se del las un por con no una su para es al lo como mas o pero sus le ha me
        si sin sobre este ya entre cuando todo esta ser son dos tambien fue habia era muy hasta desde mi
        yo tu te nos porque estoy quiero hoy eso hola todos tal noche gracias bien ahora nada
        """.split()  # noqa: SIM905 - a list of words is read more easily as words
    ),
    "fr": frozenset(
        """
        le la les de des un une et est en que qui dans pour pas sur au avec ce il elle je ne se plus tu
        nous vous mon ma mes cest jai suis mais ou etre fait tout moi
        """.split()  # noqa: SIM905 - a list of words is read more easily as words
    ),
    "de": frozenset(
        """
        der die das und ist in zu den nicht von sie mit dem sich auf fur ich es ein eine auch an er so
        wie aber wir mir mich hat war bin du was noch nur kann wenn
        """.split()  # noqa: SIM905 - a list of words is read more easily as words
    ),
    "pt": frozenset(
        """
        de a o que e do da em um para com nao uma os no se na por mais as dos como mas ao ele das tem
        seu sua ou quando muito eu voce isso ja meu minha estou pra
        """.split()  # noqa: SIM905 - a list of words is read more easily as words
    ),
    "it": frozenset(
        """
        di che e la il un a per in una mi sono ho non lo ma ti si con come da se ci questo qui hai del
        bene tu io anche perche della gli piu
        """.split()  # noqa: SIM905 - a list of words is read more easily as words
    ),
}  # fmt: skip


def guess(words: Iterable[str]) -> str:
    """Return an ISO 639-1 code, or `und` where the words do not say. `words` are normalised."""
    seen = set(words)
    scores = sorted(((len(seen & common), code) for code, common in _COMMON.items()), reverse=True)
    (best, code), (second, _) = scores[0], scores[1]
    if best == 0 or best == second or (best < _ENOUGH and len(seen) > 3):
        return UNKNOWN
    return code
