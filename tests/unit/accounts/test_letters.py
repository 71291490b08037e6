"""The house's letters: each in every language, with its link or without, and with nothing left open."""

from string import Formatter

import pytest

from accounts.letters.render import letter
from accounts.letters.texts import LOCALES, Kind, text_of

CODE = "12345678"
LINK = "https://hearth.example/x"


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", Kind)
def test_every_letter_is_whole_in_every_language(kind: Kind, locale: str) -> None:
    text = text_of(kind, locale)
    named = {name for part in text.paragraphs for _, name, *_ in Formatter().parse(part) if name is not None}
    assert named <= ({"name", "code"} if kind is Kind.AGAIN else {"name"})
    assert (named == set()) == (kind is Kind.INVITED)  # who is invited has no name here, and is told none
    made = letter(kind, locale, "dana", LINK if text.action else "", CODE)
    assert made.subject
    assert (CODE in made.plain) == (CODE in made.html) == (kind is Kind.AGAIN)
    assert CODE not in made.subject
    assert "{" not in made.plain + made.subject
    assert (LINK in made.plain) == (LINK in made.html) == bool(text.action)
    with pytest.raises(ValueError, match="link"):
        letter(kind, locale, "dana", "" if text.action else LINK)


def test_a_name_is_no_markup() -> None:
    made = letter(Kind.VERIFY, "en", '<a href="https://evil.example">Dana</a>', LINK)
    assert "&lt;a href=" in made.html
    assert 'href="https://evil.example">Dana</a>' not in made.html
    assert '<a href="https://evil.example">Dana</a>' in made.plain
