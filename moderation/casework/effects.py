"""What an action does in a room, to a member or to a message, and what undoing it does.

All of it behind one table, so that nothing else needs to know which action is which. Each effect runs in the
transaction of the act; what undoing needs, it returns.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from accounts import suspension
from accounts.models import User
from moderation import numbers, ports, wording
from moderation.casework import paging, staff
from moderation.casework.changing import Change, person_of, persons_me, room_of
from moderation.models import Case, CaseFlag, CaseTalk
from moderation.policy.verdict import Level
from moderation.state import DEEDS, Action, Inverse
from protocol.errors import BadField, Conflict, NotFound
from runtime.keyring import keyed_hash
from streams.models import Event
from streams.refs import StreamRef
from streams.transaction import Tx

Former = dict[str, Any]


@dataclass(frozen=True)
class Given:
    """What came with an action."""

    action: Action
    reason: str | None = None
    message: str | None = None
    text: str | None = None
    until: datetime | None = None
    to: str | None = None


@dataclass
class Scene:
    """Where an effect takes place."""

    ch: Change
    given: Given
    messages: tuple[str, ...]

    @property
    def tx(self) -> Tx:
        """The transaction."""
        return self.ch.tx

    @property
    def case(self) -> Case:
        """The case."""
        return self.ch.case

    @property
    def room(self) -> StreamRef:
        """The case's room. Raises NotFound where it is gone."""
        found = room_of(self.case)
        if found is None:
            raise NotFound
        return found


def check(given: Given) -> None:
    """Raise BadField for an action that lacks what it needs."""
    deed = DEEDS[given.action]
    if deed.text and not given.text:
        raise BadField("text", "Say what to write.")
    if deed.grave and not given.reason:
        raise BadField("reason", "What cannot be undone needs a reason.")


def run(ch: Change, given: Given) -> tuple[tuple[str, ...], Former]:
    """Do it; return the messages it was done to, and what undoing needs. Raises a `Refusal`."""
    check(given)
    if given.until is not None and given.until <= ch.now:
        raise BadField("until", "Must be in the future.")
    messages = _messages(ch.case, given) if DEEDS[given.action].messages else ()
    effect = _EFFECTS.get(given.action)
    return messages, effect(Scene(ch, given, messages)) if effect else {}


def undo(ch: Change, action: Action, messages: Sequence[str], former: Former) -> None:
    """Undo what was done. Raises Conflict for what cannot be."""
    inverse = DEEDS[action].inverse
    if inverse is Inverse.NOTHING or former.get("final"):
        raise Conflict("This cannot be undone.")
    _INVERSES[inverse](Scene(ch, Given(action), tuple(messages)), former)


def _messages(case: Case, given: Given) -> tuple[str, ...]:
    """Return the message named, or all flagged ones that the action can still be done to."""
    rows = list(CaseFlag.objects.filter(case=case).order_by("at").values_list("event_id", flat=True))
    known = list(dict.fromkeys(rows))
    reported = list(case.reports.values_list("event_id", flat=True))
    if given.message is not None:
        if given.message not in known and given.message not in reported:
            raise NotFound
        return (given.message,)
    fits = _FITS[given.action]
    events = Event.objects.filter(pk__in=known).order_by("event_id")
    found = tuple(event.event_id for event in events if fits(event))
    if not found:
        raise Conflict("There is no message here to do this to.")
    return found


_FITS: Final[Mapping[Action, Callable[[Event], bool]]] = {
    Action.RELEASE: lambda event: event.seq is None and event.gone is None,
    Action.RETRACT: lambda event: event.gone is None,
    Action.RESTORE: lambda event: event.gone == "retracted" and event.seq is not None,
}


# -- doing -------------------------------------------------------------------------------------


def _card(at: Scene) -> Former:
    ports.room_actions().send_card(at.tx, at.room, at.case.member_id, now=at.ch.now)
    at.case.card_sent_at, at.case.card_level_sent = at.ch.now, at.case.level
    return {}


def _write(at: Scene) -> Former:
    assert at.given.text is not None  # `check` asked for it
    say(at.ch, at.given.text)
    return {}


def say(ch: Change, text: str) -> None:
    """Write to the person of a case, under the actor's pseudonym. Raises NotFound where they were erased."""
    me = persons_me(ch.case)
    if me is None:
        raise NotFound
    # An id that differs per case: nothing tells two people that they spoke with the same moderator.
    face = {"id": f"s_{keyed_hash('staff-in-case', str(ch.by.person), ch.case.pk)[:20]}", "name": ch.by.name}
    ch.tx.append(me, "moderator", {"member": face, "text": text})
    CaseTalk.objects.create(case=ch.case, staff_id=ch.by.person, name=ch.by.name, text=text, at=ch.now)
    if ch.case.first_reply_at is None:
        ch.case.first_reply_at = ch.now


def _hold(at: Scene) -> Former:
    ports.room_actions().hold(at.tx, at.room, at.case.member_id, on=True, now=at.ch.now)
    return {}


def _release(at: Scene) -> Former:
    for event_id in at.messages:
        ports.room_actions().release(at.tx, at.room, event_id, now=at.ch.now)
    return {}


def _retract(at: Scene) -> Former:
    """Retract what stands, refuse what is held: a refusal cannot be undone, so it needs a reason."""
    held = Event.objects.filter(pk__in=at.messages, seq__isnull=True).exists()
    if held and not at.given.reason:
        raise BadField("reason", "Refusing a held message cannot be undone: say why.")
    for event_id in at.messages:
        ports.room_actions().retract(at.tx, at.room, event_id, now=at.ch.now)
    return {"final": True} if held else {}


def _restore(at: Scene) -> Former:
    for event_id in at.messages:
        ports.room_actions().restore(at.tx, at.room, event_id, now=at.ch.now)
    return {}


def _slow_mode(at: Scene) -> Former:
    asked = at.given.to
    seconds = numbers.SLOW_MODE_S
    if asked is not None:
        if not asked.isdecimal() or int(asked) > numbers.SLOW_MODE_MOST_S:
            raise BadField("to", "Must be a number of seconds, at most an hour's.")
        seconds = int(asked)
    return {"seconds": ports.room_actions().slow_mode(at.tx, at.room, seconds=seconds, now=at.ch.now)}


def _mute(at: Scene) -> Former:
    until = at.given.until or at.ch.now + numbers.MUTE_LASTS
    ports.room_actions().mute(at.tx, at.room, at.case.member_id, until=until, on=True, now=at.ch.now)
    return {}


def _remove(at: Scene) -> Former:
    until = at.given.until or at.ch.now + numbers.REMOVAL_LASTS
    ports.room_actions().remove(at.tx, at.room, at.case.member_id, until=until, now=at.ch.now)
    return {}


def _suspend(at: Scene) -> Former:
    person = person_of(at.case)
    if person is None:
        raise NotFound
    suspension.suspend(person, at.ch.now, at.given.until)
    return {}


def _ask_consent(at: Scene) -> Former:
    say(at.ch, at.given.text or wording.ask_consent(locale_of(at.case)))
    return {}


def _second_opinion(at: Scene) -> Former:
    if at.given.to is not None:
        others = [staff.named(at.given.to).pk]
    else:
        others = [row.pk for row in staff.there(at.ch.now).exclude(pk=at.ch.by.person)]
    if not others or others == [at.ch.by.person]:
        raise Conflict("Nobody else is on duty.")
    for one in others:
        paging.page_one(at.case, one, "second_opinion")
    return {}


def _label(at: Scene) -> Former:
    former = {"label": at.case.label, "level": at.case.level}
    at.case.label = at.given.action.value
    if at.given.action is Action.WRONG_LEVEL:
        named = at.given.to or ""
        if named not in Level.__members__:
            raise BadField("to", "Name the level it should have had.")
        level = Level(named)
        at.case.level, at.case.rank = level.value, level.rank
    return former


def locale_of(case: Case) -> str:
    """Return the language and country of the person of a case; English where they were erased."""
    person = person_of(case)
    found = User.objects.filter(pk=person).values_list("locale", flat=True).first() if person else None
    return found or "en"


_EFFECTS: Final[Mapping[Action, Callable[[Scene], Former]]] = {
    Action.CARD: _card,
    Action.WRITE: _write,
    Action.HOLD: _hold,
    Action.RELEASE: _release,
    Action.RETRACT: _retract,
    Action.RESTORE: _restore,
    Action.SLOW_MODE: _slow_mode,
    Action.MUTE: _mute,
    Action.REMOVE: _remove,
    Action.SUSPEND: _suspend,
    Action.ASK_CONSENT: _ask_consent,
    Action.SECOND_OPINION: _second_opinion,
    Action.FALSE_POSITIVE: _label,
    Action.WRONG_LEVEL: _label,
    Action.MISSED_EARLIER: _label,
}


# -- undoing -----------------------------------------------------------------------------------


def _unhold(at: Scene, former: Former) -> None:
    ports.room_actions().hold(at.tx, at.room, at.case.member_id, on=False, now=at.ch.now)


def _take_back(at: Scene, former: Former) -> None:
    for event_id in at.messages:
        ports.room_actions().retract(at.tx, at.room, event_id, now=at.ch.now)


def _put_again(at: Scene, former: Former) -> None:
    for event_id in at.messages:
        ports.room_actions().restore(at.tx, at.room, event_id, now=at.ch.now)


def _former_pace(at: Scene, former: Former) -> None:
    ports.room_actions().slow_mode(at.tx, at.room, seconds=int(former["seconds"]), now=at.ch.now)


def _unmute(at: Scene, former: Former) -> None:
    ports.room_actions().mute(at.tx, at.room, at.case.member_id, until=None, on=False, now=at.ch.now)


def _readmit(at: Scene, former: Former) -> None:
    ports.room_actions().readmit(at.tx, at.room, at.case.member_id, now=at.ch.now)


def _unsuspend(at: Scene, former: Former) -> None:
    person = person_of(at.case)
    if person is None:
        raise NotFound
    suspension.lift(person)


def _former_label(at: Scene, former: Former) -> None:
    level = Level(former["level"])
    at.case.label, at.case.level, at.case.rank = former["label"], level.value, level.rank


_INVERSES: Final[Mapping[Inverse, Callable[[Scene, Former], None]]] = {
    Inverse.UNHOLD: _unhold,
    Inverse.RETRACT: _take_back,
    Inverse.RESTORE: _put_again,
    Inverse.FORMER_PACE: _former_pace,
    Inverse.UNMUTE: _unmute,
    Inverse.READMIT: _readmit,
    Inverse.UNSUSPEND: _unsuspend,
    Inverse.FORMER_LABEL: _former_label,
}
