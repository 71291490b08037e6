"""Who is told in a safety notice and how much, and how it is said."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.safety import wording
from notifications.safety.deciding import Asker, Detail, Level, Named, Way, number, tellings
from notifications.transports import texts

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def named(**given: object) -> Named:
    usual = {
        "contact": uuid4(),
        "naming": uuid4(),
        "way": Way.EMAIL,
        "detail": Detail.CHECK_IN,
        "by_moderator": False,
        "named_at": NOW,
    }
    return Named(**{**usual, **given})  # type: ignore[arg-type]


contacts = st.lists(
    st.builds(
        named,
        way=st.sampled_from(Way),
        detail=st.sampled_from(Detail),
        by_moderator=st.booleans(),
        named_at=st.integers(-2, 2).map(lambda hours: NOW + timedelta(hours=hours)),
        reached=st.booleans(),
    ),
    max_size=6,
)


@given(contacts, st.sampled_from(Asker), st.sampled_from(Level), st.sampled_from(["", "Please call me."]))
def test_nobody_is_told_but_who_was_named_beforehand_and_for_whoever_asks(
    stand: list[Named], by: Asker, level: Level, words: str
) -> None:
    told = tellings(by, level, NOW, stand, words)
    by_id: dict[UUID, Named] = {one.contact: one for one in stand}
    assert [one.contact for one in told] == [
        one.contact
        for one in stand
        if one.reached and one.named_at <= NOW and (by is Asker.SELF or one.by_moderator)
    ]
    for one in told:
        chosen = by_id[one.contact]
        assert (one.naming, one.way) == (chosen.naming, chosen.way)
        # Never more than was chosen for this contact, and never less than a call for help.
        assert one.level is None or (chosen.detail is Detail.LEVEL and one.level is level)
        assert one.words is None or (chosen.detail is Detail.OWN_WORDS and one.words == words)
        assert one.detail is chosen.detail or (chosen.detail is Detail.OWN_WORDS and words == "")


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("+34 600 00 00 00", "+34600000000"),
        ("0034 (600) 000-000", "+34600000000"),
        ("+15550100123", "+15550100123"),
        ("600000000", None),
        ("+0155501001", None),
        ("+1555", None),
        ("+1234567890123456", None),
        ("+1555010012x", None),
        ("", None),
        ("+٣٤٦٠٠٠٠٠٠٠٠", None),
    ],
)
def test_a_number_is_kept_as_it_is_dialled_from_everywhere(raw: str, kept: str | None) -> None:
    assert number(raw) == kept


LINK = "https://hearth.example/told/x/"


@pytest.mark.parametrize("locale", texts.LOCALES)
@pytest.mark.parametrize("channel", ["email", "sms"])
def test_every_detail_is_said_in_every_locale(channel: str, locale: str) -> None:
    said = {level: wording.said(level, locale) for level in Level}
    assert len(set(said.values())) == len(Level)
    for level, words in said.items():
        given = {"name": "Ali", "level": wording.said(level, locale), "link": LINK}
        told = texts.render(channel, "safety.notice.level", locale, given)
        assert words in told.body
        assert "Ali" not in told.subject
    own = texts.render(
        channel, "safety.notice.own_words", locale, {"name": "Ali", "words": "Call me.", "link": LINK}
    )
    assert "Call me." in own.body
    check_in = texts.render(channel, "safety.notice.check_in", locale, {"name": "Ali", "link": LINK})
    assert "Ali" in check_in.body
    # Last of all, with nothing behind it that a telephone would take for a part of it.
    assert all(text.body.endswith(f" {LINK}") for text in (told, own, check_in))
    for kind in Detail:
        with pytest.raises(texts.TextMissing):
            texts.render(channel, f"safety.notice.{kind}", locale, {})


def test_a_locale_nobody_speaks_here_is_said_in_english() -> None:
    assert wording.said(Level.LOW, "xx") == wording.said(Level.LOW, "en")
