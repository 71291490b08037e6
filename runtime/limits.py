"""Token buckets. Pure: time is an argument, in seconds of any clock that never goes back."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field

from runtime.rates import Rate

MAX_KEYS = 100_000  # about 20 MB; a flood of new keys cannot take more


class TokenBucket:
    """`rate.burst` tokens at once, refilled at `rate.per_second`."""

    __slots__ = ("_at", "_rate", "_tokens")

    def __init__(self, rate: Rate, now: float) -> None:
        self._rate = rate
        self._tokens = rate.burst
        self._at = now

    def spend(self, now: float, cost: float = 1.0) -> float:
        """Take `cost` tokens and return 0.0; or take nothing and return the seconds to wait."""
        self._refill(now)
        # Refilling adds many small fractions; without the allowance a wait that was kept exactly falls short.
        if self._tokens + 1e-6 >= cost:
            self._tokens = max(0.0, self._tokens - cost)
            return 0.0
        return (cost - self._tokens) / self._rate.per_second

    def full(self, now: float) -> bool:
        """Return whether nothing is owed: such a bucket may be forgotten."""
        self._refill(now)
        return self._tokens >= self._rate.burst

    def _refill(self, now: float) -> None:
        if now > self._at:
            self._tokens = min(self._rate.burst, self._tokens + (now - self._at) * self._rate.per_second)
            self._at = now


@dataclass
class Buckets:
    """One bucket per key, in bounded memory: the longest unused key is forgotten first."""

    rate: Rate
    size: int = MAX_KEYS
    _kept: OrderedDict[Hashable, TokenBucket] = field(default_factory=OrderedDict)

    def __len__(self) -> int:
        return len(self._kept)

    def spend(self, key: Hashable, now: float, cost: float = 1.0) -> float:
        """Take `cost` of the key's tokens; return 0.0, or the seconds to wait."""
        bucket = self._kept.get(key)
        if bucket is None:
            bucket = self._kept[key] = TokenBucket(self.rate, now)
            self._shrink(now)
        else:
            self._kept.move_to_end(key)
        return bucket.spend(now, cost)

    def _shrink(self, now: float) -> None:
        # Two a time: memory falls back after a flood without a pause to sweep.
        for _ in range(2):
            oldest = next(iter(self._kept))
            if len(self._kept) <= self.size and not (len(self._kept) > 1 and self._kept[oldest].full(now)):
                return
            del self._kept[oldest]
