"""What somebody's days come to, of those categories that the viewer may see."""

from datetime import datetime
from uuid import UUID

import msgspec
from django.db import transaction

from accounts.principals import Principal
from runtime.shelves import Shelf
from tracking import editions
from tracking.bounds import Bound
from tracking.numbers import SUMS_KEPT_S
from tracking.summing import SOURCES, lines
from tracking.viewing import look

SUMS = Shelf("aggregates", SUMS_KEPT_S)


@transaction.atomic
def summary(viewer: Principal, owner: UUID, start: Bound, end: Bound, period: str, now: datetime) -> str:
    """Return a line for each day or week with entries, newest first, as JSON.

    Columns of categories that the viewer may not see are null, as if nothing had been logged. Raises NotFound
    for whoever may see none of them.
    """
    known = look("summary", viewer, owner, (source.resource.category for source in SOURCES), now)
    shown = [source for source in SOURCES if source.resource.category in known]

    def summed() -> str:
        return msgspec.json.encode(lines(shown, owner, start, end, period)).decode()

    # Kept by what is summed, and not by who looks: who may see which of it is asked each time.
    key = f"{'+'.join(source.resource.path for source in shown)}:{start}:{end}:{period}"
    kept: str = SUMS.get(editions.of(owner), key, summed)
    return kept
