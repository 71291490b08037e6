"""A person's answer to a moderator who wrote to them: to whoever holds the case, and it ends its waiting."""

from functools import partial
from typing import Any
from uuid import UUID

from accounts import sealed
from accounts.principals import me_stream
from moderation.casework import paging, staff
from moderation.casework.changing import Change, change
from moderation.casework.waiting import go_on
from moderation.models import Case, CaseTalk
from moderation.state import State
from protocol.errors import Conflict, Forbidden
from runtime import clock
from streams import log
from streams.refs import StreamRef

Fields = dict[str, Any]


def answer(person_id: UUID, client_id: str, text: str) -> Fields:
    """Bring a person's words to the moderator who wrote to them last; return the fields of `ok`.

    Raises Forbidden where nobody of the staff has written, Conflict for another text under the client id.
    """
    talk = _last_said_to(person_id)
    if talk is None:
        raise Forbidden("Nobody of the team has written to you here.")
    me = log.ensure(me_stream(person_id, "chat"))
    to = _addressee(talk)
    step = partial(_answer, client_id=client_id, text=text, me=me, to=to)
    return change(talk.case_id, None, step, streams=(me, to))


def _last_said_to(person_id: UUID) -> CaseTalk | None:
    """Return what the staff wrote to this person last, in whichever room that was about."""
    members = [member for _, member in sealed.all_members(person_id)]
    rows = CaseTalk.objects.filter(case__member_id__in=members, staff__isnull=False)
    return rows.select_related("case").order_by("-at").first()


def _addressee(talk: CaseTalk) -> StreamRef:
    case: Case = talk.case
    person = case.holder_id or talk.staff_id
    assert person is not None  # a member of staff wrote it
    return staff.me_of(person)


def _answer(ch: Change, *, client_id: str, text: str, me: StreamRef, to: StreamRef) -> Fields:
    known = CaseTalk.objects.filter(case=ch.case, staff=None, client_id=client_id).first()
    if known is not None:
        if known.text != text:
            raise Conflict("Another message was sent under this client_id.")
        return {"status": "delivered", "at": clock.rfc3339(known.at)}
    CaseTalk.objects.create(case=ch.case, client_id=client_id, text=text, at=ch.now)
    stored = ch.tx.append(me, "answer", {"text": text})
    ch.tx.append(to, "answer", {"case": ch.case.pk, "text": text})
    ch.note("case.answered", by="member", from_state=str(ch.case.state))
    if ch.standing.state is State.WAITING and ch.case.waiting_for == Case.WaitingFor.REPLY:
        go_on(ch, "reply")
    told: Fields = {
        "status": "delivered",
        "seq": stored.seq,
        "event_id": stored.event_id,
        "at": clock.rfc3339(stored.at),
    }
    if not staff.there(ch.now).exists():  # so that nobody waits for somebody who is not there
        paging.page_on_call(ch.case)
        told["on_duty"] = False
    return told
