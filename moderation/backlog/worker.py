"""The thread that scores what is owed. Any number may run, in any number of processes."""

import secrets
import threading
from collections import deque
from collections.abc import Callable, Sequence
from time import monotonic

import structlog
from django.db import Error as DatabaseFault
from django.db import connection

from moderation import screening
from moderation.backlog import late, rows
from moderation.backlog.rows import Hands, Owed
from moderation.classifiers.asker import PATIENT_AT_ONCE, Asker
from moderation.classifiers.port import ClassifierDown, Scored
from moderation.policy.verdict import Said, Verdict
from protocol.errors import Unavailable
from runtime import clock

log = structlog.get_logger(__name__)

LEASE_S = 15.0  # a dead process's rows wait this long at most
LOOK_S = 2.0  # rows of other processes are seen this late; one's own ring the bell
STRIKE_S = 0.5  # rows whose score led to nothing are struck off together this often: each time is a commit
STRIKE_AT = 256  # … or as soon as there are so many
PAUSE_S = 2.0  # between two questions to a model that does not answer
MOST_AT_HAND = (
    512  # beyond it rows wait in the database: by then they are seconds behind, and others may help
)


class BacklogWorker:
    """Scores what this process owes right after the commit, and whatever else is left lying."""

    def __init__(self, asker: Asker, *, lease_s: float = LEASE_S, look_s: float = LOOK_S) -> None:
        self.holder = secrets.token_hex(16)
        self.lease_s = lease_s
        self.look_s = look_s
        self._asker = asker
        self._fresh: deque[Owed] = deque()
        self._scored: list[str] = []  # scored, and nothing comes of it: to be struck off
        self._strike_at = 0.0
        self._look_at = 0.0
        self._bell = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, *, in_process: bool = True) -> None:
        """Begin in the background; `in_process`: beside a house whose messages are handed over in memory."""
        if in_process:
            rows.attach(Hands(self.holder, self.lease_s, self.take, self._has_room))
        self._thread = threading.Thread(target=self.run, name="backlog", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float = 10.0) -> None:
        """Finish what is in hand, at most `timeout_s` long, give back the rest, and end."""
        rows.attach(None)
        self._stopping.set()
        self._bell.set()
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _has_room(self) -> bool:
        """Tell whether what is owed now would be scored soon here."""
        return not self._asker.failing and len(self._fresh) < MOST_AT_HAND

    def take(self, owed: Sequence[Owed]) -> None:
        """Take what has just been committed. Called by the writer: returns at once."""
        self._fresh.extend(owed)
        self._bell.set()

    def run(self) -> None:
        """Work until stopped; a database or a model that is away is waited for."""
        while not self._stopping.is_set():
            self._bell.clear()
            try:
                busy = self.run_once()
            except ClassifierDown:
                busy = self._guarded(self._strike_off) or self._guarded(self._give_back)
                self._stopping.wait(PAUSE_S)
            except (DatabaseFault, Unavailable):
                log.warning("backlog_database_away")
                busy = False
                self._stopping.wait(PAUSE_S)
            except Exception as fault:  # a bug must not end the only worker there is
                log.error("backlog_stumbled", fault=type(fault).__name__, exc_info=fault)
                busy = False
                self._stopping.wait(PAUSE_S)
            if not busy and not self._stopping.is_set():
                connection.close()  # back to the pool: an idle worker holds nothing
                self._bell.wait(self._idle_s())
        self._guarded(self._strike_off)
        self._guarded(self._give_back)
        connection.close()

    def _guarded(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except (DatabaseFault, Unavailable):
            log.warning("backlog_database_away")  # a lease ends by itself
        return False

    def _idle_s(self) -> float:
        return min(STRIKE_S, self.look_s) if self._scored else self.look_s

    def run_once(self) -> bool:
        """Score some of what is owed; return whether there was any. Raises `ClassifierDown`."""
        batch = self._next()
        if batch:
            self._score(batch)
        if self._scored and (len(self._scored) >= STRIKE_AT or monotonic() >= self._strike_at):
            self._strike_off()
        return bool(batch)

    def _next(self) -> list[Owed]:
        batch: list[Owed] = []
        while self._fresh and len(batch) < PATIENT_AT_ONCE:
            batch.append(self._fresh.popleft())
        if batch or monotonic() < self._look_at:
            return batch
        ids = rows.claim(clock.now(), self.holder, self.lease_s, PATIENT_AT_ONCE)
        # While there is something lying it is not waited for the next look.
        self._look_at = 0.0 if ids else monotonic() + self.look_s
        return rows.read(ids) if ids else []

    def _score(self, batch: Sequence[Owed]) -> None:
        """Score a batch and do what comes of each. Raises `ClassifierDown` where none of it had an answer."""
        asked = self._asker.ask_patiently([owed.sample for owed in batch])
        answers = [None if answer.exception() is not None else answer.result() for answer in asked]
        if not any(answers):
            raise ClassifierDown
        for owed, answer in zip(batch, answers, strict=True):
            if answer is None:
                self._stumbled(owed, ClassifierDown())
                continue
            try:
                self._settle(owed, answer)
            except (DatabaseFault, Unavailable):
                raise
            except Exception as fault:  # one message must not keep the others waiting
                self._stumbled(owed, fault)

    def _settle(self, owed: Owed, answer: Scored) -> None:
        verdict = judged(owed, answer)
        if verdict is not None and verdict.recorded:
            late.settle(owed, verdict)
            return
        if not self._scored:
            self._strike_at = monotonic() + STRIKE_S
        self._scored.append(owed.event_id)

    def _stumbled(self, owed: Owed, fault: Exception) -> None:
        """Put a message aside for a while that could not be scored or recorded."""
        log.warning("late_score_failed", fault=type(fault).__name__)
        rows.put_aside(owed.event_id, self.holder, clock.now())

    def _strike_off(self) -> None:
        done, self._scored = self._scored, []
        if done:
            rows.strike_off(done)

    def _give_back(self) -> None:
        """Hand back what is in hand and not scored: for later, or for others."""
        self._fresh.clear()
        rows.let_go(self.holder, clock.now())


def judged(owed: Owed, answer: Scored) -> Verdict | None:
    """Return the verdict of rules and score together; None where the model cannot read the text."""
    if answer.scores is None:
        return None
    return screening.screen(
        owed.sample.text,
        context=[Said(turn.text, own=turn.own) for turn in owed.sample.context],
        language=owed.sample.language,
        scores=answer.scores,
        model_version=answer.model_version,
        unmatched=owed.unmatched,
    )
