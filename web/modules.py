"""The script modules a page will ask for, named in its head: they come at once, not one after another."""

from __future__ import annotations

from pathlib import Path

STATIC = Path(__file__).parent / "static"
_OTHER_PAGES = frozenset({"js/landing.js"})


def of_chat(language: str) -> list[str]:
    """Return the static paths of the chat page's modules: our own, one language, and the vendored ones."""
    return [name for name in _ALL if "/i18n/" not in name or name.endswith(f"/{language}.js")]


_ALL = sorted(
    name
    for folder in ("js", "vendor")
    for name in (path.relative_to(STATIC).as_posix() for path in (STATIC / folder).rglob("*.js"))
    if name not in _OTHER_PAGES
)
