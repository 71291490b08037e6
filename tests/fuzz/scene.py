"""The demo house as a walk finds it: who calls, and what is there to be asked for."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from typing import Any

from django.core.management import call_command

from accounts import sealed, sessions
from accounts.models import User
from moderation import cases
from moderation.policy.verdict import Level, Reason, Verdict, Visibility
from runtime import clock
from streams import commit, log
from streams.transaction import Tx

# By name in the demo house.
CALLERS = {
    "nobody": None, "guest": None, "person": "alice", "follower": "bob", "moderator": "mira",
    "supervisor": "sam", "clinician": "clara", "admin": "ada",
}  # fmt: skip
# People come more often than others: most doors are theirs.
TURNS = (
    "person", "nobody", "person", "follower", "moderator", "person", "guest", "supervisor", "person",
    "clinician", "follower", "admin",
)  # fmt: skip
REAL = 0.85  # how often a path is filled with what is there, and mostly with the caller's own
PARAMETER = re.compile(r"\{(\w+)\}")
KEPT = 40  # of what was seen under one path
MEMBER = "m_0123456789"
LISTED = re.compile(r"(.*/)grants/$")  # whose first part is a member, listed elsewhere
CATEGORY = re.compile(r".*/grants/[^/]+/$")


class Silence:
    """Where a command may write."""

    def write(self, _: str) -> None:
        """Write nothing."""


@dataclass
class Callers:
    """Who sends cases; whoever has signed out or erased themselves meanwhile signs in anew."""

    tokens: dict[str, str] = field(default_factory=dict)

    def headers(self, caller: str) -> dict[str, str]:
        """Return what a caller sends."""
        if caller == "nobody":
            return {}
        if caller not in self.tokens:
            self.tokens[caller] = self._sign_in(caller)
        return {"Authorization": f"Bearer {self.tokens[caller]}"}

    def _sign_in(self, caller: str) -> str:
        name = CALLERS[caller]
        if name is None:
            return sessions.open_guest()
        user = User.objects.filter(username=name, deleted_at=None, is_active=True).first()
        if user is None:
            call_command("bootstrap", stdout=Silence())
            user = User.objects.get(username=name)
        return sessions.open_password(user, clock.now()).access

    def gone(self, caller: str) -> None:
        """Note that a caller's credential is dead."""
        self.tokens.pop(caller, None)


@dataclass
class Known:
    """Ids of what is there, by the path under which it was seen, and by whom; and words for bodies."""

    ids: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    def learn(self, path: str, caller: str, answer: Any) -> None:
        """Take note of what a list or a creation told its caller of."""
        rows = answer.get("results", [answer]) if isinstance(answer, dict) else []
        for row in rows if isinstance(rows, list) else []:
            for name in ("id", "slug", "username"):
                if isinstance(row, dict) and isinstance(row.get(name), str):
                    kept = self.ids.setdefault(path, [])
                    kept.append((caller, row[name]))
                    del kept[:-KEPT]

    def fill(self, template: str, caller: str, chance: random.Random) -> dict[str, str]:
        """Return values for the parameters of a path, from the left, of things there: mostly the caller's."""
        filled: dict[str, str] = {}
        for match in PARAMETER.finditer(template):
            before = PARAMETER.sub(lambda found: filled.get(found[1], ""), template[: match.start()])
            if seen := self._under(before):
                own = [value for who, value in seen if who in (caller, "")]
                others = [value for _, value in seen]
                filled[match[1]] = chance.choice(own if own and chance.random() < REAL else others)
        return filled

    def _under(self, path: str) -> list[tuple[str, str]]:
        if listed := LISTED.fullmatch(path):
            return self.ids.get(f"{listed[1]}members/", [])
        if CATEGORY.fullmatch(path):
            return [("", word) for word in ("sleep", "mood", "safety")]
        return self.ids.get(path, [])


def opened() -> Known:
    """Put what a walk needs into a fresh house, and return what is known of it."""
    call_command("bootstrap", stdout=Silence())
    alice, clara = (User.objects.get(username=name) for name in ("alice", "clara"))
    known = Known(words={"case": _case(alice), "member": MEMBER, "clinician": str(clara.pk)})
    known.ids["/api/v1/users/"] = [*((caller, "me") for caller in CALLERS), ("admin", str(alice.pk))]
    known.ids["/api/v1/users/username/"] = [("person", "alice"), ("follower", "bob"), ("admin", "alice")]
    return known


def _case(alice: User) -> str:
    """Return a case about a member that is Alice."""
    cases.forget_queue_stream()
    room = log.ensure(log.new_room_name())
    sealed.seal(alice.pk, room.id, MEMBER)
    verdict = Verdict(Level.L4, Visibility.DELIVER, False, (Reason("t", 1, Level.L4, "self_risk"),), "en")

    def flag(tx: Tx) -> cases.Flagged:
        return cases.flag(
            tx, room=room, room_slug="sleep", member_id=MEMBER, event_id="01E1", verdict=verdict, now=tx.now
        )

    return commit.write_now(commit.Item((room, cases.queue_stream()), flag)).case_id
