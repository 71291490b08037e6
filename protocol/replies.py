"""What the `ok` of each command carries beside `type` and `id`. None marks a field that may be absent."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from protocol import commands as c
from protocol import fields as f
from protocol.kinds import CaseView, MemberRef


class Ok(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Nothing more than that it was done."""


class MemberHere(Struct, frozen=True, kw_only=True):
    """A member, and whether with a connection."""

    id: f.MemberId
    name: str
    here: bool


class JoinOk(Ok, frozen=True, kw_only=True, omit_defaults=True):
    """The membership; joining again gives the same member. `head` counts one's own `member.joined`."""

    stream: f.StreamName
    epoch: str
    head: f.Seq
    member: MemberRef
    people: int


class SendOk(Ok, frozen=True, kw_only=True, omit_defaults=True):
    """`delivered` with `seq`, `event_id`, `at`; `held` with `review_by`; resent later also `refused`."""

    status: Literal["delivered", "held", "refused"]
    seq: f.Seq | None = None
    event_id: f.EventId | None = None
    at: f.Time | None = None
    review_by: f.Time | None = None


class RemoveOk(Ok, frozen=True, kw_only=True, omit_defaults=True):
    """The `seq` of the removal; none for a held message."""

    seq: f.Seq | None = None


class ReactOk(Ok, frozen=True, kw_only=True, omit_defaults=True):
    """The `seq` of the reaction; none where it changes nothing."""

    seq: f.Seq | None = None


class HistoryOk(Ok, frozen=True, kw_only=True, omit_defaults=True):
    """A page in rising `seq`; `more` speaks of the direction asked."""

    events: Annotated[list[dict[str, Any]], Meta(description="events as pushed")]
    head: f.Seq
    more: bool


class MembersOk(Ok, frozen=True, kw_only=True, omit_defaults=True):
    """At most 200 members, those here first; `people` counts those with a connection."""

    members: list[MemberHere]
    people: int


class ReportOk(Ok, frozen=True, kw_only=True, omit_defaults=True):
    """The report was stored."""

    status: Literal["received"]


class MatchOk(Ok, frozen=True, kw_only=True, omit_defaults=True):
    """One waits; `matched` follows on `me`."""

    status: Literal["waiting"]


class ClaimOk(Ok, frozen=True, kw_only=True, omit_defaults=True):
    """A case one now holds, as the queue tells of it; null where `next` has nothing to take, and the rest
    absent.
    """

    case: CaseView | None
    fence: f.Fence | None = None
    lease_until: f.Time | None = None
    stream: f.StreamName | None = None
    epoch: str | None = None
    head: f.Seq | None = None


class RenewOk(Ok, frozen=True, kw_only=True, omit_defaults=True):
    """The lease goes on."""

    lease_until: f.Time | None = None


class WaitOk(Ok, frozen=True, kw_only=True, omit_defaults=True):
    """The case waits."""

    until: f.Time


class ActOk(Ok, frozen=True, kw_only=True, omit_defaults=True):
    """It was done, and the lease goes on; after `hand_over` there is none."""

    lease_until: f.Time | None = None


class UndoOk(Ok, frozen=True, kw_only=True, omit_defaults=True):
    """Which action was undone."""

    action: str


class DecideOk(Ok, frozen=True, kw_only=True, omit_defaults=True):
    """It was decided; `confirm_by` says until when a second moderator must confirm it, if one must."""

    confirm_by: f.Time | None = None


class DutyOk(Ok, frozen=True, kw_only=True, omit_defaults=True):
    """Whether one is on duty now."""

    on: bool


class ContextOk(Ok, frozen=True, kw_only=True, omit_defaults=True):
    """A case's messages, why they were flagged, earlier episodes, what was said to its person, reports."""

    messages: list[dict[str, Any]]
    reasons: list[Any]
    episodes: list[Any]
    talk: list[Any]
    reports: list[Any]
    member: f.MemberId
    language: str


OKS: dict[type[c.Command], type[Ok]] = {
    c.Join: JoinOk,
    c.Leave: Ok,
    c.Send: SendOk,
    c.Remove: RemoveOk,
    c.React: ReactOk,
    c.Read: Ok,
    c.Typing: Ok,
    c.History: HistoryOk,
    c.Members: MembersOk,
    c.Report: ReportOk,
    c.Block: Ok,
    c.Unblock: Ok,
    c.Match: MatchOk,
    c.Unmatch: Ok,
    c.Acknowledge: Ok,
    c.Snooze: Ok,
    c.Duty: DutyOk,
    c.Claim: ClaimOk,
    c.Next: ClaimOk,
    c.Renew: RenewOk,
    c.Release: Ok,
    c.Wait: WaitOk,
    c.Act: ActOk,
    c.Undo: UndoOk,
    c.Decide: DecideOk,
    c.Escalate: Ok,
    c.Context: ContextOk,
}
