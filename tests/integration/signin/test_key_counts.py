"""A security key counts what it signs: a count that does not go up is a copy's."""

import pytest
from allauth.mfa.models import Authenticator

from accounts import factors
from accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("before", "count", "good"),
    [(5, 6, True), (5, 900, True), (5, 5, False), (5, 4, False), (5, 0, False), (0, 1, True), (0, 0, True)],
)
def test_a_count_goes_up_or_is_not_kept_at_all(before: int, count: int, good: bool) -> None:
    user = User.objects.create_user("wendy", None)
    key = Authenticator.objects.create(user=user, type="webauthn", data={"sign_count": before})
    assert factors.count_use(key, count) is good
    key.refresh_from_db()
    assert key.data["sign_count"] == (count if good else before)


def test_a_key_that_was_taken_away_meanwhile_is_none() -> None:
    user = User.objects.create_user("wendy", None)
    key = Authenticator.objects.create(user=user, type="webauthn", data={"sign_count": 1})
    Authenticator.objects.all().delete()
    assert factors.count_use(key, 2) is False
