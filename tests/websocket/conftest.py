"""One house per combination, a room of its own per test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.clocks import Clocks
from tests.house import House
from tests.party import Party, party_in

ONCE = "sqlite-memory"  # where tests run that are slow and the same everywhere


@pytest.fixture(scope="session")
def clocks(house: House) -> Clocks:
    """The long waits, begun with the first test of the combination they are waited for in."""
    return Clocks(house, lambda: party_in(house))


@pytest.fixture(autouse=True)
def _clocks_run(request: pytest.FixtureRequest) -> None:
    """Begin the long waits early where they will be asked for."""
    if "house" not in request.fixturenames or not has_clock_tests(request.session):
        return
    if request.getfixturevalue("house").combination == ONCE:
        request.getfixturevalue("clocks")


def has_clock_tests(session: pytest.Session) -> bool:
    """Tell whether anything of this run waits for the long waits."""
    return any("clocks" in getattr(item, "fixturenames", ()) for item in session.items)


@pytest.fixture
async def party(house: House) -> AsyncIterator[Party]:
    """A party in the house of each combination."""
    async with party_in(house) as opened:
        yield opened


@pytest.fixture
async def wide_party(two_webs: House) -> AsyncIterator[Party]:
    """A party in a house of two web servers; `web=1` is the other one."""
    async with party_in(two_webs) as opened:
        yield opened


@pytest.fixture
def once() -> None:
    """Marks a test that is slow and the same everywhere: it runs in one combination alone."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the tests marked by `once` out of all combinations but one."""
    left_out = [
        item
        for item in items
        if {"once", "clocks"} & set(getattr(item, "fixturenames", ()))
        and "websocket" in item.path.parts
        and item.callspec.params.get("house") != ONCE  # type: ignore[attr-defined]
    ]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)
