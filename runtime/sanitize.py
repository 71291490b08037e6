"""The one door for text that we render as HTML.

The HTML of letters passes here. Messages, notices and what moderators write are stored plain and shown as
text by the client, and Django's templates escape what they are given: whoever shows somebody's words as HTML
uses `linkify` (plain text) or `sanitize` (HTML), never `mark_safe` alone.
"""

from collections.abc import MutableMapping

import bleach
from bleach.linkifier import Linker, build_url_re

TAGS = frozenset({"a", "b", "br", "code", "em", "i", "li", "ol", "p", "strong", "ul"})
ATTRIBUTES = {"a": ["href", "title", "rel"]}
PROTOCOLS = frozenset({"http", "https", "mailto", "tel"})
REL = "nofollow noopener noreferrer"
WEB = build_url_re(protocols=["http", "https"])

Attributes = MutableMapping[tuple[str | None, str], str]


def sanitize(html: str) -> str:
    """Return `html` with every tag, attribute and scheme taken out that is not plainly harmless."""
    return bleach.clean(html, tags=TAGS, attributes=ATTRIBUTES, protocols=PROTOCOLS, strip=True)


def linkify(text: str) -> str:
    """Return plain text as safe HTML with its web addresses made into links."""
    escaped = bleach.clean(text, tags=frozenset(), attributes={}, strip=False)
    return Linker(callbacks=[_outward], url_re=WEB).linkify(escaped)


def _outward(attrs: Attributes, new: bool = False, /) -> Attributes:
    attrs[(None, "rel")] = REL
    return attrs
