"""The sealer: it chains rows soon after they were written, so that writing them waits for nothing."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.audit.models import Anchor, Entry, Seal
from runtime import keyring

BATCH = 500  # rows in one transaction
LATE = timedelta(hours=1)  # no transaction lasts longer; the daily pass finds what did


def link(seq: int, before: str, entry_id: int, mac: str) -> str:
    """Return the hash of the seal at place `seq`, after the seal with hash `before`."""
    return keyring.keyed_hash("audit-seal", str(seq), before, str(entry_id), mac)


def anchor_mac(seq: int, last: str) -> str:
    """Return what proves that this house wrote where the chain ends."""
    return keyring.keyed_hash("audit-anchor", str(seq), last)


def seal(now: datetime, *, everything: bool = False) -> int:
    """Chain every committed row that has no seal yet, in the order of their numbers; return how many.

    A row that commits later than one of a higher number is chained by a later call. Rows much older than
    the last seals are looked for only with `everything`.
    """
    count = 0
    while True:
        done = _seal_batch(now, everything=everything)
        count += done
        if done < BATCH:
            return count


class BrokenChain(Exception):
    """Where the chain ends is not where this house left it: only a person can mend that."""


@transaction.atomic
def _seal_batch(now: datetime, *, everything: bool) -> int:
    anchor = _locked_anchor()
    seq, before = anchor.seq, anchor.hash
    rows = Entry.objects.filter(seal=None).order_by("id")
    if not everything:
        rows = rows.filter(id__gt=_floor(now))
    links = []
    for entry_id, mac in rows.values_list("id", "mac")[:BATCH]:
        seq += 1
        before = link(seq, before, entry_id, mac)
        links.append(Seal(seq=seq, entry_id=entry_id, hash=before, at=now))
    if links:
        Seal.objects.bulk_create(links)
        Anchor.objects.filter(pk=1).update(seq=seq, hash=before, mac=anchor_mac(seq, before))
    return len(links)


def _locked_anchor() -> Anchor:
    """Return the end of the chain. The lock comes before looking: a second sealer sees the first one's seals.

    Raises `BrokenChain`; a chain that was cut is never quietly continued from its new end.
    """
    if not Seal.objects.exists():
        Anchor.objects.get_or_create(pk=1)
    anchor = Anchor.objects.select_for_update().filter(pk=1).first()
    if anchor is None or (anchor.seq and anchor.mac != anchor_mac(anchor.seq, anchor.hash)):
        raise BrokenChain
    return anchor


def _floor(now: datetime) -> int:
    """Return the number below which every row that is there has been sealed."""
    old = Seal.objects.filter(at__lt=now - LATE).order_by("-seq").values_list("entry_id", flat=True).first()
    return old or 0
