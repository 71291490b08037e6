"""What an app's token may do at which door."""

import pytest

from accounts import scopes

READER = frozenset({"tracking:read"})
WRITER = frozenset({"tracking:write"})


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_full_credential_passes_every_door(method: str) -> None:
    assert scopes.admit(None, None, method)
    assert scopes.admit(None, "tracking", method)


@pytest.mark.parametrize("held", [frozenset(), frozenset(scopes.ALL)])
def test_a_door_that_asks_for_no_scope_is_closed_to_apps(held: frozenset[str]) -> None:
    assert not scopes.admit(held, None, "GET")


@pytest.mark.parametrize(
    ("method", "reads"), [("GET", True), ("HEAD", True), ("POST", False), ("PATCH", False), ("DELETE", False)]
)
def test_tracking_is_read_or_written_by_the_method(method: str, reads: bool) -> None:
    assert scopes.admit(READER, "tracking", method) is reads
    assert scopes.admit(WRITER, "tracking", method) is not reads


def test_moderation_is_a_scope_of_its_own() -> None:
    assert scopes.admit(frozenset({"moderation"}), "moderation", "POST")
    assert not scopes.admit(READER | WRITER, "moderation", "GET")
