"""One letter as a mail: plain and HTML, from one layout. Pure but for Django's templates."""

from dataclasses import dataclass

from django.template.loader import render_to_string

from accounts.letters.texts import Kind, text_of


@dataclass(frozen=True)
class Letter:
    """A mail without an addressee."""

    subject: str
    plain: str
    html: str


def letter(kind: Kind, locale: str, name: str, link: str = "") -> Letter:
    """Return the letter. Raises `ValueError` where it has a link and none is given, or has none."""
    text = text_of(kind, locale)
    if bool(text.action) != bool(link):
        raise ValueError(f"{kind}: the link does not fit")
    context = {
        "subject": text.subject,
        "paragraphs": [part.format(name=name) for part in text.paragraphs],
        "action": text.action,
        "link": link,
        "locale": locale,
    }
    return Letter(
        text.subject,
        render_to_string("letters/letter.txt", context).strip() + "\n",
        render_to_string("letters/letter.html", context),
    )
