"""Addresses that call and write."""

from web.templatetags.house import sms, tel


def test_a_published_number_is_dialled_as_it_stands() -> None:
    assert tel("116 123") == "tel:116123"


def test_a_text_line_gets_its_first_word() -> None:
    assert sms("988") == "sms:988"
    assert sms("HOME → 741741") == "sms:741741?&body=HOME"
