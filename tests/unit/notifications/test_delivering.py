"""States, pauses, texts and addresses of what leaves the house."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications import retry
from notifications.states import TABLE, State, Step, after, before
from notifications.transports import texts
from notifications.transports.port import by_status, seconds
from notifications.transports.web_push import endpoints

CHANNELS = ("email", "sms", "web_push")
CLINICAL = (
    "seizure",
    "sleep",
    "mood",
    "medic",
    "meal",
    "exercise",
    "crisis",
    "convulsi",
    "sueño",
    "ánimo",
    "{",
)


@given(st.lists(st.sampled_from(Step)))
def test_what_ended_never_moves_again_and_only_the_table_moves_anything(steps: list[Step]) -> None:
    state = State.QUEUED
    for step in steps:
        to = after(state, step)
        assert (to is not None) == (state in before(step))
        assert not (to and state in (State.DELIVERED, State.FAILED))
        assert not (state is State.SENT and to in (State.QUEUED, State.SENDING))
        state = to or state


def test_every_state_is_in_the_table() -> None:
    assert set(TABLE) == set(State)


@given(st.integers(1, 20), st.floats(0, 1), st.none() | st.floats(0, 1e9))
def test_a_pause_grows_has_an_end_and_is_never_shorter_than_asked(
    attempts: int, chance: float, asked: float | None
) -> None:
    told = retry.pause(attempts, chance, asked)
    if attempts >= retry.MAX_ATTEMPTS:
        assert told is None
        return
    assert told is not None
    whole = min(retry.LONGEST_S, retry.FIRST_S * 2 ** (attempts - 1))
    least = max(whole / 2, min(asked or 0, retry.LONGEST_ASKED_S))
    assert least - 0.001 <= told.total_seconds() <= max(whole, least) + 0.001
    assert told <= timedelta(hours=6)


def test_what_failed_together_does_not_come_back_together() -> None:
    assert retry.pause(3, 0.0) == timedelta(seconds=120)
    assert retry.pause(3, 1.0) == timedelta(seconds=60)


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("locale", texts.LOCALES)
def test_every_text_names_exactly_its_variables(channel: str, locale: str) -> None:
    for kind, text in texts.texts(channel, locale).items():
        assert texts.named(text.subject) == frozenset(), kind
        assert texts.named(text.body) == texts.VARIABLES.get(kind, frozenset()), kind
        assert text.body
        assert text.subject or channel == "sms"


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_locale_says_the_same_kinds(channel: str) -> None:
    assert len({frozenset(texts.texts(channel, locale)) for locale in texts.LOCALES}) == 1


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("locale", texts.LOCALES)
def test_nothing_clinical_is_said_but_by_a_person_to_their_own_contact(channel: str, locale: str) -> None:
    for kind, text in texts.texts(channel, locale).items():
        shown = text.subject if kind in texts.VARIABLES else text.subject + text.body
        assert not [word for word in CLINICAL if word in shown.lower()], kind


@pytest.mark.parametrize("given", [{}, {"name": "Ali"}, {"name": "Ali", "words": "x", "more": "y"}])
def test_a_missing_variable_is_a_bug(given: dict[str, Any]) -> None:
    with pytest.raises(texts.TextMissing):
        texts.render("sms", "safety.notice.own_words", "en", given)


def test_a_persons_own_words_are_no_template() -> None:
    given = {"name": "{words}", "words": "{name} {0}", "link": "{name}"}
    told = texts.render("sms", "safety.notice.own_words", "xx", given)
    assert "{words} wrote this for you beforehand: {name} {0}" in told.body


def test_a_status_is_for_good_or_for_now() -> None:
    assert [by_status(code, None).permanent for code in (400, 404, 413)] == [True] * 3
    assert [by_status(code, None).permanent for code in (401, 403, 408, 429, 500, 503)] == [False] * 6
    assert seconds("12") == 12.0
    assert [seconds(text) for text in ("", "soon", "-1", "99999999", None)] == [None] * 5


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.org/x",
        "https://10.0.0.1/x",
        "https://[fd00::1]/x",
        "https://169.254.169.254/latest",
        "https://[::ffff:10.0.0.1]/x",
        "https://localhost/x",
        "https://db.internal/x",
        "https://user:word@push.example.org/x",
        "https://push.example.org:0/x",
        "https://push.example.org:port/x",
        "ftp://push.example.org/",
        "https:///x",
        "https://push.example.org/" + "x" * 2_048,
    ],
)
def test_an_endpoint_into_ones_own_network_is_refused(endpoint: str) -> None:
    assert endpoints.fault_of(endpoint)


def test_a_push_service_is_admitted() -> None:
    assert endpoints.fault_of("https://updates.push.services.mozilla.com/wpush/v2/abc") is None
    assert endpoints.admitted("93.184.215.14")
    assert not endpoints.admitted("224.0.0.1")


@pytest.mark.parametrize("keys", [{}, {"p256dh": "AAAA", "auth": "AAAA"}, {"p256dh": 3, "auth": None}])
def test_keys_that_no_browser_makes_are_refused(keys: dict[str, Any]) -> None:
    assert not endpoints.keys_are_good(keys)
