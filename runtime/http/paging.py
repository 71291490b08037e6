"""Lists: `results`, `next`, `previous`, newest first, by cursor."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from runtime.http.problems import invalid

DEFAULT_LIMIT = 50
MAX_LIMIT = 100


class NewestFirst(CursorPagination):
    """Pages by cursor. A view's own `ordering` must end in a unique field."""

    page_size = DEFAULT_LIMIT
    page_size_query_param = "limit"
    max_page_size = MAX_LIMIT
    ordering = ("-created_at", "-id")

    def get_ordering(self, request: Any, queryset: Any, view: Any) -> Any:
        """Return the view's own `ordering`, or the default one."""
        named = getattr(view, "ordering", None) or self.ordering
        return (named,) if isinstance(named, str) else tuple(named)

    def get_page_size(self, request: Any) -> int:
        """Return `limit`: 1 to 100, 50 unless told; more is 100. Raises a 422 problem otherwise."""
        return limit_of(request.query_params.get("limit"))

    def decode_cursor(self, request: Any) -> Any:
        """Return the cursor asked for. Raises a 422 problem for one that was not ours."""
        try:
            return super().decode_cursor(request)
        except Exception:
            raise invalid("cursor", "invalid", "This cursor is not one of ours.") from None

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any] | None:
        """Return one page of rows. Raises a 422 problem for a cursor that points nowhere."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValidationError, ValueError, OverflowError, DataError):
            # The cursor's position is text that the caller can change.
            raise invalid("cursor", "invalid", "This cursor is not one of ours.") from None

    def get_paginated_response(self, data: Any) -> Response:
        """Return one page."""
        return Response({"results": data, "next": self.get_next_link(), "previous": self.get_previous_link()})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the OpenAPI shape of a page."""
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {"results": schema, "next": link, "previous": link},
        }


def limit_of(raw: str | None) -> int:
    """Return a page's length from the query's `limit`. Raises a 422 problem unless it is 1 or more."""
    if raw is None:
        return DEFAULT_LIMIT
    if not raw.isascii() or not raw.isdigit() or len(raw) > 9 or int(raw) < 1:
        raise invalid("limit", "out_of_range", "Must be from 1 to 100.", min=1, max=MAX_LIMIT)
    return min(int(raw), MAX_LIMIT)


def page(url: str, items: list[Any], *, limit: int, start: int) -> dict[str, Any]:
    """Return one page of a list that is computed and not queried; `start` is its cursor."""
    following = replace_query_param(url, "cursor", str(start + limit))
    before = max(0, start - limit)
    return {
        "results": items[start : start + limit],
        "next": following if start + limit < len(items) else None,
        "previous": None
        if start == 0
        else replace_query_param(url, "cursor", str(before))
        if before
        else remove_query_param(url, "cursor"),
    }
