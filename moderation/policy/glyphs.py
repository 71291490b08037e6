"""Characters that stand for others: what readers see as a Latin letter is read as one."""

from typing import Final

# 1:1, so that offsets stay: accents of Western languages, and typographic quotes and dashes.
PLAIN: Final = str.maketrans(
    "áàâäãåéèêëíìîïóòôöõúùûüñçýÿÁÀÂÄÃÅÉÈÊËÍÌÎÏÓÒÔÖÕÚÙÛÜÑÇÝ’‘ʼ´`“”„«»–—¿¡",
    "aaaaaaeeeeiiiiooooouuuuncyyAAAAAAEEEEIIIIOOOOOUUUUNCY'''''\"\"\"\"\"--  ",
)

_CYRILLIC = ("аеосухіїјѕԁһкмтвнгпишѵԛԝрӏзяль", "aeocyxiijsdhkmtbhrnuwvqwplzrnb")
_GREEK = ("αβεηικνορτυχωγμςσδλπ", "abenikvoptuxwymssdln")
_OTHER = ("ıȷɑɡɩʟʀɴʜᴀᴄᴅᴇɪᴊᴋᴍᴏᴘꜱᴛᴜᴠᴡᴢøđłæ", "ijagilrnhacdeijkmopstuvwzodla")

HOMOGLYPHS: Final[dict[str, str]] = {
    typed: read for pair in (_CYRILLIC, _GREEK, _OTHER) for typed, read in zip(*pair, strict=True)
}

LIGATURES: Final = str.maketrans({"ß": "ss", "œ": "oe"})  # one letter typed, two read

LEET: Final[dict[str, str]] = {
    "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "i", "|": "l", "+": "t", "€": "e", "£": "l",
}  # fmt: skip
