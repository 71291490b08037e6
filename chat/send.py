"""Saying something in a room."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings

from accounts.principals import Principal
from chat import cards, screened, turns
from chat.fingerprints import says_the_same
from chat.memberships import Membership, Standing
from chat.models import Member
from chat.screened import Screened
from chat.seen import standing_message
from moderation import cases
from moderation.policy.asking import Ask
from moderation.policy.verdict import Level, Reason, Verdict, Visibility
from protocol.commands import Send
from protocol.errors import Conflict, Forbidden, Muted, RateLimited, SlowMode, Unavailable
from runtime import clock
from runtime.limits import Buckets
from runtime.rates import Rate
from streams import presence, publish
from streams.commit import Item, submit
from streams.refs import Stored
from streams.transaction import Tx

Fields = dict[str, Any]

# A member under review whose text worries no rule: somebody must still read it before others do.
UNDER_REVIEW = Reason(rule="member.under_review", version=1, level=Level.C, category="review")
RETRY_MS = 50


class NeedsEscort(Unavailable):
    """The sender is under review, which this process had not heard of: the item must name more streams."""


def send_message(
    command: Send, *, sender: Membership, person: Principal, now: datetime
) -> "asyncio.Future[Fields]":
    """Take one message through every room; the first objection ends it.

    All of it up to the queue of the group commit is done when this returns, unless the rules are unsure: then
    the classifier has its say first, and what the member does next in the room waits its turn (`chat.turns`).
    So messages keep the order of their calls. The future gives the fields of `ok` once the message is
    durable. Raises RateLimited at once; every other refusal comes through the future.
    """
    spend_token(sender, person, now)
    said = screened.by_rules(command, sender)
    storing = Storing(command, sender, person, said, sender.standing.review)
    if said.when is not Ask.INLINE and sender.ahead is None:
        return store(storing)
    return turns.take(sender, said.score if said.when is Ask.INLINE else None, lambda: store(storing))


@lru_cache(maxsize=4)
def _sends(rate: Rate) -> Buckets:
    """Return this process's buckets, one per person and room."""
    return Buckets(rate)


def spend_token(sender: Membership, person: Principal, now: datetime) -> None:
    """Take a token of this person in this room. Raises RateLimited.

    Where they are connected to other processes too, those count it a moment later: nobody waits for it.
    """
    wait_s = _sends(settings.LIMITS.send).spend((person.person_id, sender.stream.id), now.timestamp())
    if wait_s > 0:
        raise RateLimited(int(wait_s * 1_000) + 1)
    if presence.elsewhere(sender.me.name):
        publish.spent(sender.me, sender.stream)


def spent_elsewhere(person_id: UUID, stream_id: int, now: datetime) -> None:
    """Take a token that the person has spent by way of another process, if there is one left here."""
    _sends(settings.LIMITS.send).spend((person_id, stream_id), now.timestamp())


def store(storing: "Storing") -> "asyncio.Future[Fields]":
    """Queue a message for the group commit; once more where its sender turns out to be under review."""
    answer: asyncio.Future[Fields] = asyncio.get_running_loop().create_future()

    def settle(stored: "asyncio.Future[Fields]") -> None:
        fault = stored.exception()
        if isinstance(fault, NeedsEscort) and not storing.review:
            storing.review = True
            submit(storing.item()).add_done_callback(settle)
        elif answer.done():
            return  # the connection went away; the message is stored all the same
        elif fault is not None:
            answer.set_exception(fault)
        else:
            answer.set_result(stored.result())

    submit(storing.item()).add_done_callback(settle)
    return answer


@dataclass(slots=True)
class Storing:
    """One message on its way into the log. `review`: the sender was known to be under review."""

    command: Send
    sender: Membership
    person: Principal
    screened: Screened
    review: bool

    @property
    def verdict(self) -> Verdict:
        """What rules and score say of it so far."""
        return self.screened.verdict

    @property
    def escorted(self) -> bool:
        """Tell whether the message takes the queue and the sender's `me` along."""
        return self.verdict.recorded or self.review

    def item(self) -> Item[Fields]:
        """Return the change for the group commit."""
        sender = self.sender
        streams = (sender.stream, sender.me, sender.queue) if self.escorted else (sender.stream,)
        return Item(streams, self.write, dedup=(sender.stream.id, sender.member_id, self.command.client_id))

    def write(self, tx: Tx) -> Fields:
        """Store the message, or answer as before where its client id is known. In the transaction."""
        standing = self.sender.admitted(tx)
        earlier = tx.existing(self.sender.stream, self.sender.member_id, self.command.client_id)
        if earlier is not None:
            return answer_again(earlier, self.command)
        may_write(tx, self.sender, standing)
        if self.command.reply_to is not None:
            standing_message(tx, self.sender, self.command.reply_to)
        if standing.review or self.verdict.visibility is Visibility.HOLD:
            return held(self._hold(tx))
        stored = self._append(tx)
        if self.verdict.recorded:
            self._flag(tx, stored, self.verdict)
        return delivered(stored)

    def _append(self, tx: Tx, *, pending: bool = False) -> Stored:
        command, sender = self.command, self.sender
        content: Fields = {"member": sender.wire, "text": command.text}
        if command.reply_to is not None:
            content["reply_to"] = command.reply_to
        stored = tx.append(
            sender.stream, "message", content,
            member=sender.member_id, client_id=command.client_id, pending=pending,
        )  # fmt: skip
        self.screened.owe(tx, stored, sender)
        return stored

    def _hold(self, tx: Tx) -> Stored:
        """Store what nobody but moderators sees, with its case, and say so on the sender's `me`."""
        if not self.escorted:
            raise NeedsEscort(RETRY_MS)
        verdict = self.verdict
        if verdict.level is None:
            reasons = (UNDER_REVIEW, *verdict.reasons)
            verdict = replace(verdict, level=Level.C, visibility=Visibility.HOLD, reasons=reasons)
        stored = self._append(tx, pending=True)
        flagged = self._flag(tx, stored, verdict)
        review_by = clock.rfc3339(flagged.due_at or tx.now)
        tx.set_fields(stored, {**stored.fields, "review_by": review_by})
        notice: Fields = {"room": self.sender.slug, "client_id": self.command.client_id}
        if not cases.on_duty(tx.now):
            notice["on_duty"] = False  # so that nobody waits for somebody who is not there
            if flagged.created and not flagged.card:
                self._card(tx)
        tx.append(self.sender.me, "message.held", notice)
        return stored

    def _card(self, tx: Tx) -> None:
        cards.give(tx, self.sender.me, room=self.sender.slug, locale=self.person.locale)

    def _flag(self, tx: Tx, stored: Stored, verdict: Verdict) -> cases.Flagged:
        """Open or join the case, and give the sender the card where it is due."""
        sender = self.sender
        flagged = cases.flag(
            tx,
            room=sender.stream,
            room_slug=sender.slug,
            member_id=sender.member_id,
            event_id=stored.event_id,
            verdict=verdict,
            now=tx.now,
        )
        if flagged.card:
            self._card(tx)
        return flagged


def may_write(tx: Tx, sender: Membership, standing: Standing) -> None:
    """Raise Forbidden, Muted or SlowMode where the sender may not write now."""
    if standing.closed:
        raise Forbidden("This room is closed.")
    if standing.muted_until is not None and standing.muted_until > tx.now:
        raise Muted(standing.muted_until)
    if standing.slow_mode_s:
        _spend_pause(tx, sender, timedelta(seconds=standing.slow_mode_s))


def _spend_pause(tx: Tx, sender: Membership, pause: timedelta) -> None:
    """Hold the sender to one message per pause over all processes: the last one's time is in the row."""
    row = Member.objects.filter(pk=sender.member_id)
    last = row.values_list("last_sent_at", flat=True).get()
    if last is not None and tx.now < last + pause:
        raise SlowMode(int((last + pause - tx.now) / timedelta(milliseconds=1)) + 1)
    row.update(last_sent_at=tx.now)


def answer_again(earlier: Stored, command: Send) -> Fields:
    """Return how a message that is stored already stands now. Raises Conflict for another text."""
    if earlier.fields.get("reply_to") != command.reply_to or not says_the_same(earlier, command.text):
        raise Conflict("Another message was sent under this client_id.")
    if earlier.seq is not None:
        return delivered(earlier)
    return {"status": "refused"} if earlier.gone == "retracted" else held(earlier)


def delivered(stored: Stored) -> Fields:
    """Return the fields of `ok` for a message in the log."""
    return {"status": "delivered", "seq": stored.seq, "event_id": stored.event_id, "at": stored.at}


def held(stored: Stored) -> Fields:
    """Return the fields of `ok` for a message that waits for a moderator."""
    return {"status": "held", "review_by": stored.fields.get("review_by")}
