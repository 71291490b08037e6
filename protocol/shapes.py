"""What a frame type says about its own fields, for errors, documents and schemas."""

from typing import Any, NamedTuple, get_args, get_type_hints

import msgspec


class Shape(NamedTuple):
    """One field: its name in Python and on the wire, its type, whether it must come, what it is."""

    name: str
    wire: str
    hint: Any
    required: bool
    description: str


def shapes(struct: type[msgspec.Struct]) -> tuple[Shape, ...]:
    """Return the fields of a frame type in the order of their declaration."""
    hints = get_type_hints(struct, include_extras=True)
    return tuple(
        Shape(info.name, info.encode_name, hints[info.name], info.required, describe(hints[info.name]))
        for info in msgspec.structs.fields(struct)
    )


def describe(hint: Any) -> str:
    """Return what a field's type says it is, the empty string where it says nothing."""
    for part in (hint, *get_args(hint)):
        for meta in getattr(part, "__metadata__", ()):
            if isinstance(meta, msgspec.Meta) and meta.description:
                return meta.description
    return ""
