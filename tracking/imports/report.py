"""What became of a file so far. Pure."""

from dataclasses import dataclass, field
from typing import Any

from tracking.imports.items import Refused
from tracking.numbers import IMPORT_ERRORS


@dataclass
class Report:
    """Counts, and the first errors. `seen` says how much of the file's finds they are of."""

    seen: int = 0
    added: int = 0
    skipped: int = 0
    refused: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)

    def refuse(self, *wrong: Refused) -> None:
        """Count one thing that is refused, with everything that is wrong with it."""
        self.refused += 1
        self.tell(*wrong)

    def tell(self, *wrong: Refused) -> None:
        """Keep what is wrong, while there is room."""
        for one in wrong[: max(0, IMPORT_ERRORS - len(self.errors))]:
            self.errors.append({"line": one.line or None, "field": one.field, "code": one.code})

    def break_off(self, wrong: Refused) -> None:
        """Say why the rest could not be read; that has room in any case."""
        del self.errors[IMPORT_ERRORS - 1 :]
        self.tell(wrong)

    def copy(self) -> "Report":
        """Return the same again, to be changed on its own."""
        return Report(self.seen, self.added, self.skipped, self.refused, list(self.errors))
