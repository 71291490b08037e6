"""Which words each socket takes. A word of another socket is `unknown_type`."""

from enum import StrEnum

from protocol import commands as c


class Socket(StrEnum):
    """The three sockets, by the word in their path."""

    CHAT = "chat"
    FAMILY = "family"
    MODERATION = "moderation"

    @property
    def path(self) -> str:
        """The path a client opens."""
        return f"/ws/{self.value}/"


Vocabulary = tuple[type[c.Command], ...]

SESSION: Vocabulary = (c.Hello, c.Ack, c.Ping, c.Pong)

CHAT: Vocabulary = (
    c.Join, c.Leave, c.Send, c.Remove, c.React, c.Read, c.Typing, c.History, c.Members, c.Report,
    c.Block, c.Unblock, c.Match, c.Unmatch,
)  # fmt: skip

FAMILY: Vocabulary = (c.History, c.Read, c.Acknowledge, c.Snooze)

# `read` moves the mark on a moderator's own `me`, which every socket has.
MODERATION: Vocabulary = (
    c.History, c.Read, c.Duty, c.Claim, c.Next, c.Renew, c.Release, c.Wait, c.Act, c.Undo, c.Decide,
    c.Escalate, c.Context,
)  # fmt: skip

TAKES: dict[Socket, Vocabulary] = {
    Socket.CHAT: SESSION + CHAT,
    Socket.FAMILY: SESSION + FAMILY,
    Socket.MODERATION: SESSION + MODERATION,
}

EVERY_WORD: Vocabulary = tuple(dict.fromkeys(word for words in TAKES.values() for word in words))


def word_of(command: type[c.Command]) -> str:
    """Return the wire word of a command type."""
    return str(command.__struct_config__.tag)
