"""What each member said last, which screening takes into account: in this process's memory alone."""

import threading
from collections import OrderedDict, deque

from moderation.numbers import CONTEXT_MESSAGES

MEMBERS = 10_000  # remembered at once; beyond that, those who have said nothing for longest are forgotten


class Context:
    """The last texts per member, whichever connection they came by. Any thread may ask."""

    def __init__(self, members: int = MEMBERS) -> None:
        self._most = members
        self._said: OrderedDict[str, deque[tuple[str, str]]] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, member_id: str, client_id: str, text: str) -> tuple[str, ...]:
        """Remember what a member says now; return what they had said before it, the oldest first.

        A message that is sent again, or that repeats the last one, is remembered once.
        """
        with self._lock:
            said = self._said.setdefault(member_id, deque(maxlen=CONTEXT_MESSAGES))
            self._said.move_to_end(member_id)
            before = tuple(earlier for key, earlier in said if key != client_id)
            known = len(before) < len(said)
            if not known and (not said or said[-1][1] != text):
                said.append((client_id, text))
            while len(self._said) > self._most:
                self._said.popitem(last=False)
        return before

    def forget(self, member_id: str) -> None:
        """Remember nothing of a member any more."""
        with self._lock:
            self._said.pop(member_id, None)


recent = Context()
