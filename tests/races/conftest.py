"""What the races share."""

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def no_token_expires(settings: Any) -> None:
    """A race run in full may outlast the tokens of those in it."""
    settings.ACCESS_TOKEN_EXPIRE_MINUTES = 7 * 24 * 60
