"""What a text's words weigh, in English and Spanish, and what they are about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.figures.sentences import LANGUAGES, coping, language, sentiment, terms, words

# Each pair: the first is lighter than the second.
LIGHTER = {
    "en": [
        ("I felt happy.", "I felt sad."),
        ("I was very happy.", "I was happy."),
        ("I was happy.", "I was slightly happy."),
        ("I was not sad.", "I was sad."),
        ("It was good.", "It was not good."),
        ("It wasn’t a terrible day.", "It was a terrible day."),
        ("A wonderful day!", "A nice day."),
    ],
    "es": [
        ("Estoy feliz.", "Estoy triste."),
        ("Estoy muy contenta.", "Estoy contenta."),
        ("No estoy triste.", "Estoy triste."),
        ("Fue un buen día.", "No fue un buen día."),
        ("Un día maravilloso.", "Un día bueno."),
    ],
}


@pytest.mark.parametrize(
    ("spoken", "pair"), [(name, pair) for name, pairs in LIGHTER.items() for pair in pairs]
)
def test_one_is_lighter_than_the_other(spoken: str, pair: tuple[str, str]) -> None:
    light, heavy = (sentiment(text, spoken) for text in pair)
    assert light is not None
    assert heavy is not None
    assert light > heavy


def test_words_nobody_weighed_say_nothing() -> None:
    assert sentiment("The train left at nine.", "en") is None
    assert sentiment("", "en") is None
    assert sentiment("El tren salió a las nueve.", "es") is None


def test_the_arithmetic_is_vaders() -> None:
    """x / √(x² + 15) of the sum; × −0.74 behind a negation; ± 0.293 behind a word that bends."""
    assert sentiment("sad", "en") == pytest.approx(-2 / (4 + 15) ** 0.5)
    assert sentiment("not sad", "en") == pytest.approx(1.48 / (1.48**2 + 15) ** 0.5)
    assert sentiment("very sad", "en") == pytest.approx(-2.293 / (2.293**2 + 15) ** 0.5)
    assert sentiment("sad. happy.", "en") == pytest.approx(0)


@given(st.text(max_size=300), st.sampled_from(sorted(LANGUAGES)))
def test_any_text_has_a_weight_between_both_ends_or_none(text: str, spoken: str) -> None:
    weight = sentiment(text, spoken)
    assert weight is None or -1 < weight < 1
    assert terms(text, spoken).isdisjoint(LANGUAGES[spoken].empty)
    coping(text, spoken)


def test_the_language_is_heard_and_not_taken_from_the_settings() -> None:
    assert language("Hoy no me siento muy bien, pero mañana será otro día.", "en") == "es"
    assert language("I do not feel well today, but there is another day.", "es") == "en"
    assert language("Ok", "es") == "es"
    assert language("", "en") == "en"


def test_terms_leave_out_small_words_and_weights() -> None:
    assert terms("I was so sad about the exam, and the exam was on Monday.", "en") == {"exam", "monday"}
    assert terms("Estaba muy triste por el examen de matemáticas.", "es") == {"examen", "matemáticas"}


def test_coping_is_told_by_kind() -> None:
    assert coping("I went for a walk, called Mum and meditated.", "en") == {
        "movement",
        "talking",
        "mindfulness",
    }
    assert coping("Salí a caminar y respiré hondo.", "es") == {"movement", "breathing"}


def test_a_word_is_whole() -> None:
    assert words("Don’t — it's sad,sadness 7 km") == ["don't", "it's", "sad", "sadness", "km"]
    assert coping("walkman, parking", "en") == set()


def test_both_languages_know_the_same_kinds_of_coping() -> None:
    assert set(LANGUAGES["en"].coping) == set(LANGUAGES["es"].coping)


@pytest.mark.parametrize("spoken", sorted(LANGUAGES))
def test_a_list_is_whole(spoken: str) -> None:
    known = LANGUAGES[spoken]
    assert len(known.weights) > 150
    assert set(known.weights.values()) == {-3, -2, -1, 1, 2, 3}
    assert known.stronger.isdisjoint(known.weaker)
