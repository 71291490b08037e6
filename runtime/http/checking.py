"""Checking what a caller gave, with the bounds of each field at fault."""

from typing import Any

from drf_standardized_errors.formatter import flatten_errors
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from runtime.http.handling import field_error
from runtime.http.problems import Problem

OUT_OF_RANGE = "out_of_range"


def checked(fields: serializers.Serializer[Any], data: Any) -> dict[str, Any]:
    """Return the validated input. Raises the 422 that names each field at fault, with its bounds."""
    try:
        given: dict[str, Any] = fields.run_validation(data)
    except ValidationError as wrong:
        raise Problem(
            422, "invalid", errors=[_named(item, fields) for item in flatten_errors(wrong.detail)]
        ) from None
    return given


def _named(item: Any, fields: serializers.Serializer[Any]) -> dict[str, Any]:
    error = field_error(item)
    return {**error, **_bounds(_field_at(fields, error["field"] or ""), error["code"])}


def _field_at(fields: Any, path: str) -> Any:
    """Return the field that a path like `profile.gender` or `entries.3.value` names, or None."""
    at = fields
    for name in path.split("."):
        inside = getattr(at, "fields", None)  # of a serializer; a list and a dict have a child
        at = inside.get(name) if inside is not None else getattr(at, "child", None)
    return at


def _bounds(field: Any, code: str) -> dict[str, Any]:
    low, high = ("min_value", "max_value") if code == OUT_OF_RANGE else ("min_length", "max_length")
    if field is None or code not in (OUT_OF_RANGE, "too_long", "too_short", "max_string_length"):
        return {}
    found = {"min": getattr(field, low, None), "max": getattr(field, high, None)}
    return {name: bound for name, bound in found.items() if bound is not None}
