"""One-time codes, against the vectors of RFC 6238."""

import base64

import pytest

from accounts import totp

RFC = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
    ],
)
def test_the_vectors_of_the_rfc(moment: int, code: str) -> None:
    assert totp.code_for(RFC, totp.step_at(moment)) == code


def test_the_demo_secret_is_taken() -> None:
    assert len(totp.code_for("HEARTHDEMOHEARTH", 1)) == 6
    assert len(totp.new_secret()) == 32
