"""Who may see whose days."""

from typing import Any

import pytest

from accounts.audit.record import Standing
from accounts.circles.state import Access
from accounts.models import AuthSession, User
from accounts.principals import Principal, of_session
from accounts.sight import sight
from protocol.errors import Forbidden, NotFound
from runtime import clock
from tests.integration.circles.conftest import Circle

pytestmark = pytest.mark.django_db(transaction=True)


def principal(person: Any) -> Principal:
    found = of_session(AuthSession.objects.filter(user_id=person.id).latest("created_at"), clock.now())
    assert found is not None
    return found


def look(viewer: Any, owner: Any, category: str = "sleep", access: Access = Access.VIEW) -> Standing:
    return sight(principal(viewer), owner.id, category, access, clock.now()).standing


def test_alice_owns_bob_may_and_charlie_may_not(alice: Any, bob: Any, person: Any) -> None:
    circle = Circle(alice)
    member = circle.bring(bob, "Bo")
    circle.grant(member)
    circle.grant(member, "seizures", access="contribute")
    charlie = person("charlie")
    circle.bring(charlie, "Lie")
    assert look(alice, alice, access=Access.CONTRIBUTE) is Standing.SELF
    assert look(bob, alice) is Standing.FAMILY
    assert look(bob, alice, "seizures", Access.CONTRIBUTE) is Standing.FAMILY
    with pytest.raises(Forbidden):
        look(bob, alice, access=Access.CONTRIBUTE)
    for viewer, owner, category in ((bob, alice, "mood"), (charlie, alice, "sleep"), (alice, bob, "sleep")):
        for access in Access:
            with pytest.raises(NotFound):
                look(viewer, owner, category, access)


def test_a_clinician_reads_while_the_consent_stands(alice: Any, clara: Any, ada: Any) -> None:
    made = ada.post(f"users/{alice.id}/clinicians/", {"clinician": str(clara.id)}).json()["id"]
    with pytest.raises(NotFound):
        look(clara, alice)
    alice.post(f"users/me/clinicians/{made}/accept/")
    assert look(clara, alice) is Standing.CLINICIAN
    with pytest.raises(Forbidden):
        look(clara, alice, access=Access.CONTRIBUTE)
    alice.delete(f"users/me/clinicians/{made}/")
    with pytest.raises(NotFound):
        look(clara, alice)


def test_a_deleted_persons_days_are_nobodys_to_see(alice: Any, bob: Any) -> None:
    circle = Circle(alice)
    circle.grant(circle.bring(bob, "Bo"))
    User.objects.filter(pk=alice.id).update(deleted_at=clock.now())
    with pytest.raises(NotFound):
        look(bob, alice)
