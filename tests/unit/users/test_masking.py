"""What an admin's list shows of an e-mail address."""

import pytest

from accounts.users.serializers import masked


@pytest.mark.parametrize(
    ("email", "seen"),
    [
        ("alice@example.org", "a***@e***.org"),
        ("a@b.co.uk", "a***@b***.uk"),
        ("a@localhost", "a***@***"),
        ("", None),
        (None, None),
    ],
)
def test_an_address_is_masked(email: str | None, seen: str | None) -> None:
    assert masked(email) == seen
