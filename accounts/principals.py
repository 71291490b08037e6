"""Who is acting: a person or guest, by way of one session."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models import Q

from accounts import tokens
from accounts.models import AuthSession, GuestToken, RoleAssignment, User
from accounts.roles import STAFF, Role, implied
from runtime import clock
from runtime.keyring import keyed_hash
from runtime.prepared import Prepared

SocketName = Literal["chat", "family", "moderation"]

# What `_who` asks of a session and its person, with a row for each role.
_OF_SESSION = ("id", "ended_at", "expires_at", "second_factor")
_OF_USER = ("id", "is_active", "deleted_at", "suspended_at", "suspended_until", "is_guest", "locale")
_session_rows = Prepared(
    lambda key: AuthSession.objects.filter(pk=key).values_list(
        *_OF_SESSION, *(f"user__{name}" for name in _OF_USER), "user__roles__role"
    )
)


@dataclass(frozen=True)
class Principal:
    """A live person or guest, as they were when the credential was read."""

    person_id: UUID
    session_id: UUID | None
    roles: frozenset[Role]
    is_guest: bool
    locale: str
    scopes: frozenset[str] | None = None  # what an app was let do for the person; None: a full credential

    # What Django and DRF ask of a request's user.
    is_authenticated = True
    is_anonymous = False

    @property
    def pk(self) -> UUID:
        """The person's key."""
        return self.person_id

    @property
    def is_staff(self) -> bool:
        """Whether the person holds any role of the house."""
        return bool(self.roles & STAFF)

    def has(self, *roles: Role) -> bool:
        """Return whether the person holds at least one of `roles`."""
        return bool(self.roles.intersection(roles))


def of_session(session: AuthSession, now: datetime) -> Principal | None:
    """Return whom a session lets act at `now`; None if it ended, or if the house is closed to them."""
    return _who(session, session.user, session.user.role_set, now)


def by_session_id(session_id: UUID, now: datetime) -> Principal | None:
    """Return whom the session of that key lets act at `now`, or None. One query."""
    rows = _session_rows(session_id)
    if not rows:
        return None
    first = rows[0]
    session = AuthSession(**dict(zip(_OF_SESSION, first, strict=False)))
    user = User(**dict(zip(_OF_USER, first[len(_OF_SESSION) :], strict=False)))
    held = frozenset(Role(row[-1]) for row in rows if row[-1] is not None)
    return _who(session, user, lambda: implied(held), now)


def _who(
    session: AuthSession, user: User, roles_of: Callable[[], frozenset[Role]], now: datetime
) -> Principal | None:
    if not session.alive(now) or not user.admitted(now):
        return None
    # A role is acted in only by who has shown a second factor; a role given later asks for it as well.
    roles = roles_of() if session.second_factor and not user.is_guest else frozenset[Role]()
    return Principal(user.pk, session.pk, roles, user.is_guest, user.locale)


def over(session_ids: list[UUID], now: datetime) -> dict[UUID, bool]:
    """Return which of these sessions let nobody act any more, and whether it is by a suspension."""
    found: dict[UUID, bool] = {}
    for start in range(0, len(session_ids), 1_000):
        asked = session_ids[start : start + 1_000]
        rows = AuthSession.objects.select_related("user").filter(pk__in=asked)
        closed = rows.filter(
            Q(ended_at__isnull=False)
            | Q(expires_at__lte=now)
            | Q(user__is_active=False)
            | Q(user__deleted_at__isnull=False)
            | Q(user__suspended_at__isnull=False)
        )
        found |= {row.pk: row.user.suspended(now) for row in closed if of_session(row, now) is None}
        known = set(rows.values_list("pk", flat=True))
        found |= {pk: False for pk in asked if pk not in known}  # erased
    return found


def may_still_act(principal: Principal, now: datetime) -> bool:
    """Return whether the principal's session lives and the house is open to them now; in a transaction.

    The row that says so is locked until the transaction ends: whoever ends the session, and erases the person
    then, finds all that was done by it. One query.
    """
    if principal.session_id is None:
        user = User.objects.select_for_update().filter(pk=principal.person_id).first()
        return user is not None and user.admitted(now)
    sessions = AuthSession.objects.select_related("user").select_for_update(of=("self",))
    session = sessions.filter(pk=principal.session_id, user_id=principal.person_id).first()
    return session is not None and session.alive(now) and session.user.admitted(now)


def roles_now(person_ids: Iterable[UUID], now: datetime) -> dict[UUID, frozenset[Role]]:
    """Return the roles that people hold now, none for whom the house is closed to; in a transaction.

    The rows are locked until it ends, so that no role is taken away in between. Two queries.
    """
    people = User.objects.filter(pk__in=set(person_ids))
    found: dict[UUID, set[Role]] = {user.pk: set() for user in people if user.admitted(now)}
    # In one order for everybody: two who approve each other's requests wait, and do not deadlock.
    rows = RoleAssignment.objects.filter(user_id__in=found).order_by("user_id", "id")
    for row in rows.select_for_update():
        found[row.user_id].add(Role(row.role))
    return {person: implied(frozenset(roles)) for person, roles in found.items()}


def authenticate_bearer(token: str) -> Principal | None:
    """Return the principal of a guest token or a JWT, or None if it is not a live credential."""
    now = clock.now()
    if tokens.looks_like_guest(token):
        row = (
            GuestToken.objects.select_related("session__user")
            .filter(token_hash=tokens.guest_hash(token))
            .first()
        )
        return of_session(row.session, now) if row else None
    claims = tokens.read_access(token)
    if claims is None:
        return None
    principal = by_session_id(claims.session_id, now)
    return principal if principal and principal.person_id == claims.person_id else None


def me_stream(person_id: UUID, socket: SocketName) -> str:
    """Return the name of a person's own stream on one socket path; it does not tell who they are."""
    return f"me:{socket}:{keyed_hash('me', str(person_id), socket)[:32]}"
