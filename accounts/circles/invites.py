"""Invitations: a token that works once within seven days. It is shown once and kept as a keyed hash."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from accounts.audit.record import record
from accounts.circles.changes import admit, owner_only
from accounts.circles.models import Circle, Invite, Member
from accounts.circles.scene import Scene, change
from protocol.errors import Conflict, NotFound
from runtime import keyring
from runtime.http.problems import Problem
from runtime.jobs import enqueue

GOOD_FOR = timedelta(days=7)
OPEN_INVITES = 20
MEMBERS = 50
LETTERS_A_DAY = 20  # of one person to whatever addresses: the house is nobody's way of filling mailboxes
DAY = timedelta(days=1)


def invite(circle_id: UUID, by: UUID, email: str | None) -> tuple[Invite, str]:
    """Return a new invitation and its token; with an address, a letter goes there after the commit.

    Raises NotFound, Forbidden, Conflict for one too many, and a 429 problem for one letter too many.
    """
    token = secrets.token_urlsafe(32)

    def act(scene: Scene) -> Invite:
        owner_only(scene, by)
        now = scene.tx.now
        waiting = Invite.objects.filter(circle=scene.circle, ended_at=None, expires_at__gt=now).count()
        if waiting >= OPEN_INVITES:
            raise Conflict(f"At most {OPEN_INVITES} invitations may wait at once.")
        if email is not None:
            _spend_letter(by, now)
        made = Invite(circle=scene.circle, token_hash=_hash(token), email=email, expires_at=now + GOOD_FOR)
        made.token = token if email is not None else None
        made.save(force_insert=True)
        if email is not None:
            enqueue("circles.mail_invite", key=f"invite:{made.pk}", invite_id=str(made.pk))
        record("invite.made", actor=by, subject=by, detail={"circle": circle_id, "invite": made.pk})
        return made

    return change(circle_id, act), token


def link(token: str) -> str:
    """Return the address that an invitation leads to.

    The token stands behind the `#`: what follows it reaches no server and no log.
    """
    return f"{settings.PUBLIC_URL}/circle/accept/#invite={token}"


def waiting(now: datetime) -> QuerySet[Invite]:
    """Return the invitations that still work."""
    return Invite.objects.filter(ended_at=None, expires_at__gt=now, circle__closed_at=None)


def take_back(circle_id: UUID, by: UUID, invite_id: UUID) -> None:
    """End an invitation that waits. Raises NotFound, Forbidden."""

    def act(scene: Scene) -> None:
        owner_only(scene, by)
        waiting = Invite.objects.filter(pk=invite_id, circle=scene.circle, ended_at=None)
        if not waiting.update(ended_at=scene.tx.now, token=None):
            raise NotFound
        record("invite.removed", actor=by, subject=by, detail={"circle": circle_id, "invite": invite_id})

    change(circle_id, act)


def accept(token: str, by: UUID, name: str | None) -> Circle:
    """Join the circle that a token invites to, and return it.

    Raises a 410 problem for a dead invitation, Conflict for who is in already, for a name that is borne
    there, and for a full circle.
    """
    known = Invite.objects.filter(token_hash=_hash(token)).first()
    if known is None:
        raise _dead()

    def act(scene: Scene) -> Circle:
        if any(one.user_id == by for one in scene.members.values()):
            raise Conflict("You are in this circle already.")
        if len(scene.members) >= MEMBERS:
            raise Conflict("This circle is full.")
        _spend(known.pk, scene.tx.now)
        member = admit(scene, by, _name(scene, name))
        detail = {"circle": scene.circle.pk, "member": member.pk}
        record("member.joined", actor=by, subject=scene.circle.owner_id, detail=detail)
        return scene.circle

    try:
        return change(known.circle_id, act, also=by)
    except NotFound:
        raise _dead() from None  # closed meanwhile


def _spend(invite_id: UUID, now: datetime) -> None:
    if not Invite.objects.filter(pk=invite_id, ended_at=None, expires_at__gt=now).update(
        ended_at=now, token=None
    ):
        raise _dead()


def _spend_letter(by: UUID, now: datetime) -> None:
    sent = Invite.objects.filter(circle__owner_id=by, created_at__gt=now - DAY).filter(email__isnull=False)
    times = sorted(sent.values_list("created_at", flat=True))
    if len(times) >= LETTERS_A_DAY:
        wait = times[-LETTERS_A_DAY] + DAY - now
        detail = (
            f"At most {LETTERS_A_DAY} invitations a day are mailed; a link can be made without an address."
        )
        raise Problem(429, "rate_limited", detail, retry_after_s=wait.total_seconds())


def _name(scene: Scene, wanted: str | None) -> str:
    """Return the name a new member bears: the one wanted, or a number. Raises Conflict if it is borne."""
    borne = {one.name.casefold() for one in scene.members.values()}
    if wanted is not None:
        if wanted.casefold() in borne:
            raise Conflict("Somebody in this circle bears this name.")
        return wanted
    number = Member.objects.filter(circle=scene.circle).count() + 1
    while f"member {number}" in borne:
        number += 1
    return f"Member {number}"


def _dead() -> Problem:
    return Problem(410, "gone", "This invitation is not good any more.")


def _hash(token: str) -> str:
    return keyring.keyed_hash("circle-invite", token)
