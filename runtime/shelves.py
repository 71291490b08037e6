"""Answers kept for a while, under the edition of what they were made of.

An edition is a random id. It stands in the database beside what has editions, and whoever changes that puts a
new one there in the same transaction. So an answer is never dropped: nobody asks for an old edition again.
Whoever reads asks the edition before the data; what a change made newer meanwhile is then kept under the old
one, which is over. An answer may be lost at any time, and is then made again.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.core.cache import caches
from tink import TinkError

from runtime import keyring, metrics

ALIAS = "shelves"


class Shelf:
    """Answers of one kind, kept for `seconds`: JSON, encrypted as texts are and bound to its key."""

    def __init__(self, name: str, seconds: int) -> None:
        self.name = name
        self.seconds = seconds

    def get(self, edition: UUID | None, key: str, make: Callable[[], Any]) -> Any:
        """Return what is kept under `key`, or what `make` returns, which is kept from then on."""
        return self.get_many(edition, (key,), lambda _: {key: make()})[key]

    def get_many(
        self,
        edition: UUID | None,
        keys: Iterable[str],
        make: Callable[[list[str]], Mapping[str, Any]],
    ) -> dict[str, Any]:
        """Return what is kept under each key; `make` is given those that are not, and its answers are kept.

        What has no edition yet is made each time.
        """
        wanted = list(keys)
        if edition is None:
            return dict(make(wanted)) if wanted else {}
        places = {key: f"{self.name}:{edition}:{key}" for key in wanted}
        found = self._read(places)
        missing = [key for key in wanted if key not in found]
        metrics.cache_requests.labels(self.name, "hit").inc(len(found))
        metrics.cache_requests.labels(self.name, "miss").inc(len(missing))
        if missing:
            made = make(missing)
            self._write({places[key]: made[key] for key in missing})
            found |= made
        return found

    def _read(self, places: Mapping[str, str]) -> dict[str, Any]:
        stored = caches[ALIAS].get_many(list(places.values()))
        found: dict[str, Any] = {}
        for key, place in places.items():
            if place in stored:
                try:
                    plain = keyring.content().decrypt(bytes(stored[place]), _bound_to(place))
                except TinkError:  # under a key that is gone, or not ours
                    continue
                found[key] = json.loads(plain)
        return found

    def _write(self, made: Mapping[str, Any]) -> None:
        sealed = {
            place: keyring.content().encrypt(
                json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode(), _bound_to(place)
            )
            for place, value in made.items()
        }
        caches[ALIAS].set_many(sealed, self.seconds)


def _bound_to(place: str) -> bytes:
    return f"shelf:{place}".encode()
