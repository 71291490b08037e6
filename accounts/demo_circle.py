"""Alice's circle in a development house: Bob sees some of it, Charlie nothing, and Clara is her clinician."""

from accounts.circles import changes, invites
from accounts.circles.models import Circle, Member
from accounts.circles.state import Access, Grant
from accounts.models import User
from accounts.roles import Role
from accounts.users import assignments
from accounts.users.models import Assignment
from runtime import clock

GRANTS = (("sleep", Access.VIEW), ("mood", Access.VIEW), ("seizures", Access.CONTRIBUTE))


def make_circle() -> None:
    """Make the circle and the assignment where they are not there yet; what people changed stays."""
    alice = User.objects.get(username="alice")
    if not Circle.objects.filter(owner=alice).exists():
        circle = changes.open_circle(alice.pk, "Home", "Ali", clock.now())
        bob = _bring(circle, "bob", "Bo")
        _bring(circle, "charlie", "Lie")
        for category, access in GRANTS:
            _grant(circle, alice, Grant(bob.pk, category, access))
    clara = User.objects.get(username="clara", roles__role=Role.CLINICIAN)
    if not Assignment.objects.filter(client=alice).exists():
        made = assignments.add(alice.pk, clara.pk, by=User.objects.get(username="ada").pk)
        assignments.accept(alice.pk, made.pk)


def _grant(circle: Circle, owner: User, grant: Grant) -> None:
    changes.set_grant(circle.pk, owner.pk, grant.member, grant.category, lambda _: grant)


def _bring(circle: Circle, username: str, name: str) -> Member:
    assert circle.owner_id is not None
    user = User.objects.get(username=username)
    _, token = invites.invite(circle.pk, circle.owner_id, None)
    invites.accept(token, user.pk, name)
    return Member.objects.get(circle=circle, user=user)
