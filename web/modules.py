"""The script modules a page will ask for, named in its head: they come at once, not one after another."""

from __future__ import annotations

import posixpath
import re
from functools import cache
from pathlib import Path

from web.texts import catalogue

STATIC = Path(__file__).parent / "static"
# `import … from './x.js'`, `import './x.js'`, `export … from './x.js'`, `import('./x.js')`; also minified.
_IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*['"](\.[^'"]+\.js)['"]""")


@cache
def of(entry: str, language: str) -> tuple[str, ...]:
    """Return the static paths of all modules that `entry` leads to, itself first; of words one language's."""
    found = [entry]
    for name in found:
        here = posixpath.dirname(name)
        for step in _IMPORT.findall((STATIC / name).read_text()):
            path = posixpath.normpath(posixpath.join(here, step))
            if path not in found and _spoken(path, language):
                found.append(path)
    return tuple(found)


def _spoken(path: str, language: str) -> bool:
    stem = posixpath.splitext(posixpath.basename(path))[0]
    return stem == language or stem not in catalogue.TEXTS
