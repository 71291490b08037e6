"""`from` and `to` of a query: which entries lie between two times, or two local days."""

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from runtime.http.problems import invalid
from tracking.days import boundary, earliest, latest

Bound = datetime | date | None

BOUNDS = [
    OpenApiParameter(
        name, {"type": "string"}, description=f"A time with its offset, or a local day ({edge})."
    )
    for name, edge in (("from", "included"), ("to", "not included"))
]


def bound(request: Request, name: str) -> Bound:
    """Return what the query says of `from` or `to`; None for nothing. Raises a 422 problem."""
    raw = request.query_params.get(name)
    try:
        return boundary(raw) if raw else None
    except ValueError:
        message = "Must be a time with its offset, or a day, as in 2026-11-20."
        raise invalid(name, "invalid", message) from None


def between(rows: QuerySet[Any], when: str, start: Bound, end: Bound) -> QuerySet[Any]:
    """Return the rows whose time `when` is from `start` until before `end`; days are local to each row."""
    if start is not None:
        if not isinstance(start, datetime):
            rows, start = rows.filter(day__gte=start), earliest(start)
        rows = rows.filter(**{f"{when}__gte": start})
    if end is not None:
        if not isinstance(end, datetime):
            rows, end = rows.filter(day__lt=end), latest(end)
        rows = rows.filter(**{f"{when}__lt": end})
    return rows
