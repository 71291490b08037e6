"""Finding what was edited, deleted, put in or reordered in the audit."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from accounts.audit.models import Anchor, Entry, Seal
from accounts.audit.record import mac_of
from accounts.audit.seals import anchor_mac, link

CHUNK = 1_000


@dataclass(frozen=True)
class Finding:
    """One thing that is not as this house wrote it: which, and the number of the row or the place."""

    what: str
    number: int


@dataclass
class Verdict:
    """What a check of the whole audit found; `head` may be written down elsewhere, to compare later."""

    sealed: int = 0
    unsealed: int = 0
    head: str = ""
    findings: list[Finding] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        """Whether nothing was tampered with."""
        return not self.findings


_also: dict[str, Callable[[], Iterator[Finding]]] = {}


def register(name: str, check: Callable[[], Iterator[Finding]]) -> None:
    """Have a record that has its hashes in the audit checked along; the port of whoever keeps one."""
    _also[name] = check


def verify() -> Verdict:
    """Check every row and every seal, in the order of the chain. It reads; sealing may go on meanwhile."""
    verdict = Verdict()
    seq, before = _check_chain(verdict)
    verdict.findings += _check_end(seq, before)
    verdict.findings += _check_unsealed(verdict)
    for name in sorted(_also):
        verdict.findings += _also[name]()
    verdict.sealed, verdict.head = seq, before
    return verdict


def _check_chain(verdict: Verdict) -> tuple[int, str]:
    seq, before = 0, ""
    while True:
        seals = list(Seal.objects.filter(seq__gt=seq).order_by("seq")[:CHUNK])
        if not seals:
            return seq, before
        entries = Entry.objects.in_bulk([seal.entry_id for seal in seals])
        for seal in seals:
            if seal.seq != seq + 1:
                verdict.findings.append(Finding("seal deleted", seq + 1))
            entry = entries.get(seal.entry_id)
            if entry is None:
                verdict.findings.append(Finding("row deleted", seal.entry_id))
            elif entry.mac != mac_of(entry):
                verdict.findings.append(Finding("row edited", entry.pk))
            elif seal.hash != link(seal.seq, before, entry.pk, entry.mac):
                verdict.findings.append(Finding("row or seal moved", seal.seq))
            seq, before = seal.seq, seal.hash


def _check_end(seq: int, last: str) -> Iterator[Finding]:
    anchor = Anchor.objects.filter(pk=1).first()
    if anchor is None or anchor.seq == 0:
        if seq:
            yield Finding("end of the chain deleted", seq)
    elif anchor.mac != anchor_mac(anchor.seq, anchor.hash):
        yield Finding("end of the chain edited", anchor.seq)
    elif anchor.seq < seq:
        yield Finding("end of the chain put back", anchor.seq)
    else:
        at_end = Seal.objects.filter(seq=anchor.seq).first()  # sealing may have gone on since
        if at_end is None:
            yield Finding("seals deleted", anchor.seq)
        elif at_end.hash != anchor.hash:
            yield Finding("last seal edited", anchor.seq)


def _check_unsealed(verdict: Verdict) -> Iterator[Finding]:
    for entry in Entry.objects.filter(seal=None).order_by("id").iterator(chunk_size=CHUNK):
        verdict.unsealed += 1
        if entry.mac != mac_of(entry):
            yield Finding("row edited or put in", entry.pk)
