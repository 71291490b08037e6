"""What others wrote, made safe for a terminal."""

import unicodedata

# A terminal would obey controls (Cc), and overrides would turn the line's own words around.
OVERRIDES = frozenset(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C]))
SEPARATORS = frozenset("\u2028\u2029")
INDENT = "\n    "


def plain(text: str) -> str:
    """Return one line's worth of a name or a label: no control, no override, no line break."""
    return "".join(kept(char) for char in text).strip()


def paragraphs(text: str) -> str:
    """Return a text of several lines, those after the first indented, so that none can pass for another's."""
    lines = [plain(line) for line in text.replace("\r\n", "\n").split("\n")]
    return INDENT.join(lines)


def kept(char: str) -> str:
    """Return the character, a space for a break or tab, or nothing."""
    if char in "\n\r\t" or char in SEPARATORS:
        return " "
    return "" if char in OVERRIDES or unicodedata.category(char) in ("Cc", "Cs") else char
