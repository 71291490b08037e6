"""The one door for text that we render as HTML. Messages are stored plain and never pass here."""

import bleach
from bleach.linkifier import Linker

TAGS = frozenset({"a", "b", "br", "code", "em", "i", "li", "ol", "p", "strong", "ul"})
ATTRIBUTES = {"a": ["href", "title", "rel"]}
PROTOCOLS = frozenset({"http", "https", "mailto", "tel"})
REL = "nofollow noopener noreferrer"


def sanitize(html: str) -> str:
    """Return `html` with every tag, attribute and scheme taken out that is not plainly harmless."""
    return bleach.clean(html, tags=TAGS, attributes=ATTRIBUTES, protocols=PROTOCOLS, strip=True)


def linkify(text: str) -> str:
    """Return plain text as safe HTML with its web addresses made into links."""
    escaped = bleach.clean(text, tags=frozenset(), attributes={}, strip=False)
    return Linker(callbacks=[_outward]).linkify(escaped)


def _outward(attrs: dict[object, str], new: bool = False) -> dict[object, str] | None:
    href = attrs.get((None, "href"), "")
    if href.partition(":")[0].lower() not in PROTOCOLS:
        return None
    attrs[(None, "rel")] = REL
    return attrs
