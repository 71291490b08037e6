"""Whatever disguise a text wears, its words are read, and each is found again where it was typed."""

from time import thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.policy.normalise import normalise, words_of

LEXICON = frozenset(
    [
        "i",
        "want",
        "to",
        "kill",
        "myself",
        "die",
        "suicide",
        "suicidal",
        "wanna",
        "my",
        "life",
        "end",
        "so",
        "cut",
        "again",
        "am",
        "im",
        "feel",
        "live",
    ]
)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("I WANT to Die", "i want to die"),
        ("i want to k i l l myself", "i want to kill myself"),
        ("i am s.u.i.c.i.d.a.l", "i am suicidal"),
        ("k1ll mys3lf", "kill myself"),
        ("3nd my l1fe", "end my life"),
        ("$uicidal", "suicidal"),
        ("k!ll myself", "kill myself"),
        ("d*e", "die"),
        ("kill_my_self", "kill my self"),
        ("i wanna dieeeee", "i wanna die"),
        ("iwanttokillmyself", "i want to kill myself"),
        ("k\u200bi\u200bll my\u00adself", "kill myself"),
        ("k\u0456ll mys\u0435lf", "kill myself"),
        ("\uff4b\uff49\uff4c\uff4c", "kill"),
        ("\U0001d41d\U0001d422\U0001d41e", "die"),
        ("I d\u00f6n\u2019t w\u00e4nt", "i dont want"),
        ("\u202ei want\u202c to die", "i want to die"),
        ("k ill myself", "kill myself"),
    ],
)
def test_a_disguised_text_is_read(typed: str, read: str) -> None:
    assert normalise(typed, LEXICON).text == read


@pytest.mark.parametrize("typed", ["the 1st at 5pm", "room 101", "vitamin c", "plan b works", "i am 30"])
def test_ordinary_numbers_and_letters_stay(typed: str) -> None:
    assert normalise(typed, LEXICON).text == typed


@given(st.text(max_size=200))
def test_every_word_has_its_place_in_the_text(text: str) -> None:
    found = normalise(text, LEXICON)
    assert len(found.words) == len(found.starts) == len(found.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(found.starts, found.ends, strict=True))
    assert list(found.starts) == sorted(found.starts)


@given(st.text(alphabet="abdeiklmnostuvwy 013$!*.'-_\u200b\u0435\u2019\u00e9\U0001f52a", max_size=120))
def test_the_short_way_reads_what_the_long_way_reads(text: str) -> None:
    assert words_of(text, LEXICON) == list(normalise(text, LEXICON).words)


@given(st.lists(st.sampled_from(sorted(LEXICON)), min_size=1, max_size=12))
def test_plain_words_are_read_as_typed_and_found_where_they_stand(words: list[str]) -> None:
    text = "  ".join(words)
    found = normalise(text, LEXICON)
    if not any(len(word) == 1 for word in words):
        assert list(found.words) == words
        assert [text[a:b] for a, b in zip(found.starts, found.ends, strict=True)] == words


def test_a_span_covers_the_disguise() -> None:
    typed = "so: k\u200bi\u200bl\u200bl myself now"
    found = normalise(typed, LEXICON)
    first = found.words.index("kill")
    start, end = found.span(first, first + 1)
    assert typed[start:end] == "k\u200bi\u200bl\u200bl myself"


@pytest.mark.parametrize("piece", ["4", "$1", "ﷺ", "a", "a*", "a ", "😀", "k1ll"])
def test_work_grows_with_the_text_and_not_with_its_square(piece: str) -> None:
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        began = thread_time()
        words_of(text)
        return thread_time() - began

    seconds(16_000)
    short = min(seconds(2_000) for _ in range(5))
    assert min(seconds(16_000) for _ in range(3)) < 30 * short  # 8 when linear, 64 when squared


@pytest.mark.parametrize(("typed", "words"), [("Scheiße", ["scheisse"]), ("ma sœur", ["ma", "soeur"])])
def test_a_letter_that_stands_for_two_is_read_as_two(typed: str, words: list[str]) -> None:
    assert list(normalise(typed).words) == words
    assert normalise(f"{typed} x").span(0, len(words) - 1) == (0, len(typed))


@pytest.mark.parametrize("mark", [".", "~", "£", "="])
def test_words_joined_by_a_sign_are_read_apart(mark: str) -> None:
    typed = mark.join(["i", "want", "to", "stop", "living"])
    assert normalise(typed).words == ("i", "want", "to", "stop", "living")
    assert normalise(typed).span(1, 1) == (2, 6)


def test_a_sentence_without_a_space_after_it_still_ends() -> None:
    assert "." in words_of("I am done.Now I go home")
