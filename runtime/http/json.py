"""JSON in and out, and nothing else: no `?format=`, no browsable pages."""

import json
from datetime import UTC
from typing import Any

from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.parsers import JSONParser as _JSONParser
from rest_framework.renderers import JSONRenderer as _JSONRenderer
from rest_framework.serializers import CharField, DateTimeField

from runtime import clock


class JSONRenderer(_JSONRenderer):
    """UTF-8 JSON; times as RFC 3339 in UTC."""

    charset = None
    ensure_ascii = False


class JSONParser(_JSONParser):
    """One JSON object. An empty body is an empty object; what cannot be read is 400 `malformed`."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        """Return the object. Raises `ParseError`."""
        raw = stream.read()
        if not raw.strip():
            return {}
        try:
            data = json.loads(raw.decode("utf-8"), parse_constant=_refuse)
        except (ValueError, RecursionError):
            raise ParseError("The body is not JSON.") from None
        if not isinstance(data, dict):
            raise ParseError("The body must be one JSON object.")
        _refuse_surrogates(data)
        return data


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _refuse_surrogates(data: dict[str, Any]) -> None:
    # `"\\ud800"` is readable JSON, but no text: no database would take it.
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        raise ParseError("The body holds half a character.") from None


class AlwaysJSON(BaseContentNegotiation):
    """Answers JSON whatever was asked for."""

    def select_parser(self, request: Any, parsers: Any) -> BaseParser | None:
        """Return the view's parser for the content type, else its first."""
        content_type = (request.content_type or "").partition(";")[0].strip().lower()
        for parser in parsers:
            if parser.media_type == content_type:
                return parser  # type: ignore[no-any-return]
        return parsers[0] if parsers else None

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> Any:
        """Return the view's first renderer."""
        return renderers[0], renderers[0].media_type


class Text(CharField):
    """A text: a number is none, though DRF would write one out."""

    def to_internal_value(self, data: Any) -> str:
        """Return the text. Raises `ValidationError`."""
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class Moment(DateTimeField):
    """A time with an offset: a naive one is refused, since nobody knows when it was."""

    default_error_messages = {
        "naive": "A time needs its offset from UTC, as in 2026-11-20T10:00:00+01:00.",
        "out_of_range": "This time is out of range.",
    }

    def to_internal_value(self, value: Any) -> Any:
        """Return an aware datetime. Raises `ValidationError`."""
        if not isinstance(value, str):
            self.fail("invalid", format="RFC 3339")
        try:
            moment = parse_datetime(value.strip())
        except ValueError:
            moment = None
        if moment is None:
            self.fail("invalid", format="RFC 3339")
        if moment.tzinfo is None:
            self.fail("naive")
        try:
            return moment.astimezone(UTC)
        except OverflowError:
            self.fail("out_of_range")

    def to_representation(self, value: Any) -> Any:
        """Return RFC 3339 in UTC with `Z`."""
        return None if value is None else clock.rfc3339(value)
