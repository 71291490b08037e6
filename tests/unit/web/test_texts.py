"""The words of the server-rendered pages."""

from web.texts import en, es


def test_both_languages_say_the_same_things() -> None:
    assert en.TEXTS.keys() == es.TEXTS.keys()
    assert en.TOPIC_LINES.keys() == es.TOPIC_LINES.keys()


def test_no_text_raises_its_voice() -> None:
    for words in (en, es):
        assert not any("!" in text or "¡" in text for text in words.TEXTS.values())
