"""One letter as a mail: plain and HTML, from one layout. Pure but for Django's templates."""

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from accounts.letters.texts import Kind, text_of
from runtime.sanitize import linkify


@dataclass(frozen=True)
class Letter:
    """A mail without an addressee."""

    subject: str
    plain: str
    html: str


def letter(kind: Kind, locale: str, name: str, link: str = "", code: str = "") -> Letter:
    """Return the letter. Raises `ValueError` where it has a link and none is given, or has none."""
    text = text_of(kind, locale)
    if bool(text.action) != bool(link):
        raise ValueError(f"{kind}: the link does not fit")
    paragraphs = [part.format(name=name, code=code) for part in text.paragraphs]
    context = {
        "subject": text.subject,
        "paragraphs": paragraphs,
        "paragraphs_html": [mark_safe(linkify(part)) for part in paragraphs],  # noqa: S308  # the one door
        "action": text.action,
        "link": link,
        "locale": locale,
    }
    return Letter(
        text.subject,
        render_to_string("letters/letter.txt", context).strip() + "\n",
        render_to_string("letters/letter.html", context),
    )
