"""How long a time a summary covers."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tracking.periods import AT_MOST, span


def test_what_is_not_named_of_a_span_is_chosen() -> None:
    today = date(2026, 11, 20)
    assert span(None, None, today) == (date(2025, 11, 21), date(2026, 11, 22))
    assert span(date(2020, 1, 1), None, today)[1] == date(2020, 1, 1) + AT_MOST
    moment = datetime(2026, 1, 2, 3, tzinfo=UTC)
    assert span(None, moment, today) == (date(2025, 1, 1), moment)
    assert span(moment, date(2026, 1, 4), today) == (moment, date(2026, 1, 4))


def test_a_span_has_an_end() -> None:
    start = date(2000, 1, 1)
    assert span(start, start + AT_MOST, start) == (start, start + AT_MOST)
    with pytest.raises(ValueError, match="long"):
        span(start, start + AT_MOST + timedelta(days=1), start)
