"""Pseudonyms: how they are drawn, compared and refused. Pure."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable

from moderation.policy.normalise import words_of

MIN_NAME = 2
MAX_NAME = 32
DRAWS_PER_SHAPE = 12  # with half the plain names taken, 12 draws miss all free ones once in 4,000


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ADJECTIVES = _words(
    "Amber Autumn Bright Brisk Calm Candle Clear Clever Copper Coral Cosy Crystal Curious Dappled Dawn Dusk "
    "Early Easy Evening Fair Fern Gentle Glad Golden Green Hazel Hidden Honest Humble Indigo Ivory Jade Kind "
    "Lantern Late Lavender Light Lilac Linen Little Lively Lucky Marble Meadow Mellow Merry Mild Misty "
    "Morning Mossy Noble Northern Olive Open Opal Patient Pearl Plain Plum Polar Proud Quick Quiet Rainy "
    "Rare Rose Rowan Russet Saffron Sage Salt Sandy Sea Silent Silver Simple Sky Slow Smooth Snowy Soft "
    "Southern Spring Steady Still Summer Sunny Swift Tall Tender Thyme True Umber Velvet Warm Western Wild "
    "Willow Winter Wise Woollen Young"
)
NOUNS = _words(
    "Acorn Anchor Aspen Badger Bay Beacon Beech Birch Blackbird Bramble Bridge Brook Canyon Cedar Chestnut "
    "Cliff Clover Comet Cove Crane Creek Cricket Curlew Cypress Daisy Delta Dolphin Dove Dune Ember Falcon "
    "Fern Field Finch Fjord Forest Fox Garden Glade Grove Gull Harbour Hare Harp Hawthorn Heath Hedgehog "
    "Heron Hill Island Ivy Juniper Kestrel Kite Lagoon Lake Lantern Lark Laurel Leaf Lighthouse Linden Lynx "
    "Magpie Maple Marsh Martin Meadow Mill Moon Moor Moss Moth Mountain Nightingale Oak Orchard Otter Owl "
    "Pebble Pine Plover Pond Poplar Prairie Puffin Quail Quarry Rain Reed Reef Ridge River Robin Rowan "
    "Sail Seal Shore Sparrow Spruce Star Starling Stone Stream Swallow Swan Tern Thicket Thistle Thrush Tide "
    "Trail Tulip Valley Wagtail Walnut Warbler Wave Willow Wind Wren Yarrow"
)

# Whoever reads one of these believes that staff speaks.
_STAFF_WORDS = (
    "moderator", "moderador", "moderation", "moderacion", "admin", "supervisor", "clinician", "therapist",
    "terapeuta", "psicologo", "psychologist", "official", "oficial", "staff", "hearthteam", "hearthsupport",
    "soporte", "helpline", "counsellor", "counselor", "sysop", "system",
)  # fmt: skip
_STAFF_WHOLE = frozenset({"mod", "mods", "hearth", "support", "doctor", "dr", "nurse", "server"})
_LEXICON = _STAFF_WHOLE.union(_STAFF_WORDS)
_LOOKALIKES = str.maketrans("0134578@$!|", "oieastbasil")


def name_key(name: str) -> str:
    """Return what two names are compared by: NFKC, case-folded, inner white space as one space."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(folded.split())


def poses_as_staff(name: str) -> bool:
    """Tell whether a chosen name would be taken for one of the house's staff."""
    for words in (_letters(name), words_of(name, _LEXICON)):
        joined = "".join(words)
        if joined in _STAFF_WHOLE or not _STAFF_WHOLE.isdisjoint(words):
            return True
        if any(word in joined for word in _STAFF_WORDS):
            return True
    return False


def _letters(name: str) -> list[str]:
    """Return a name's words with marks taken off and digits read as the letters they look like."""
    marked = unicodedata.normalize("NFKD", name_key(name)).translate(_LOOKALIKES)
    plain = "".join(sign for sign in marked if not unicodedata.combining(sign))
    return "".join(sign if sign.isalnum() else " " for sign in plain).split()


def draw(taken: Callable[[str], bool], rng: random.Random) -> str:
    """Return a free pseudonym such as "Quiet Heron".

    `taken` is asked with a name's key. When the plain names have become rare the name gains a second
    adjective, and at last a number.
    """
    for _ in range(DRAWS_PER_SHAPE):
        name = f"{rng.choice(ADJECTIVES)} {rng.choice(NOUNS)}"
        if not _doubled(name) and not taken(name_key(name)):
            return name
    for _ in range(DRAWS_PER_SHAPE):
        name = f"{rng.choice(ADJECTIVES)} {rng.choice(ADJECTIVES)} {rng.choice(NOUNS)}"
        if len(name) <= MAX_NAME and not _doubled(name) and not taken(name_key(name)):
            return name
    while True:
        name = f"{rng.choice(ADJECTIVES)} {rng.choice(NOUNS)} {rng.randint(2, 999_999)}"
        if not taken(name_key(name)):
            return name


def _doubled(name: str) -> bool:
    words = name.split()
    return len(set(words)) < len(words)
