"""What every way out of the house takes and answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID


@dataclass(frozen=True)
class Text:
    """What is said; a subject holds nothing of a person."""

    subject: str
    body: str


@dataclass(frozen=True)
class Parcel:
    """One message to one address. The same `key` twice is the same message."""

    key: UUID
    address: str
    text: Text
    kind: str
    urgent: bool = False
    push: Mapping[str, Any] | None = None  # a browser's subscription, whose endpoint is the address


@dataclass(frozen=True)
class Receipt:
    """What the provider calls it, if anything; `arrived` where it needs no report."""

    provider_id: str = ""
    arrived: bool = False


class SendFailed(Exception):
    """The provider did not take it. `word` is one of ours, never a provider's text."""

    def __init__(
        self, word: str, *, permanent: bool, retry_after_s: float | None = None, gone: bool = False
    ) -> None:
        super().__init__(word)
        self.word = word
        self.permanent = permanent
        self.retry_after_s = retry_after_s
        self.gone = gone  # nobody will ever be reached at this address again


class Transport(Protocol):
    """One way out of the house."""

    def send(self, parcel: Parcel) -> Receipt:
        """Hand a message to the provider. Raises `SendFailed`."""
        ...


def by_status(status: int, retry_after: str | None, *, permanent: frozenset[int] = frozenset()) -> SendFailed:
    """Return what an HTTP status that is no success means: 4xx never goes, unless time or we can mend it."""
    ours = status in (401, 403, 407, 408, 425, 429)  # credentials, time or pace
    lasting = status in permanent or (400 <= status < 500 and not ours)
    return SendFailed(f"http_{status}", permanent=lasting, retry_after_s=seconds(retry_after))


def seconds(retry_after: str | None) -> float | None:
    """Return the seconds of a `Retry-After` header; a date, or anything else, is None."""
    text = (retry_after or "").strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) < 7 else None
