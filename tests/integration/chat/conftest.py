"""Alice, Bob and Charlie, and the room they talk in; the real database, the real group commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from chat import rooms
from chat.models import Room
from moderation.cases import forget_queue_stream
from streams import db
from tests.integration.chat.people import Someone, someone


@pytest.fixture(autouse=True)
def house(transactional_db: None) -> Iterator[None]:
    """An empty house with the room `sleep`; the threads let go of its database in the end."""
    forget_queue_stream()
    rooms.create(slug="sleep", topic="sleep", title="Sleep", language="en")
    yield
    db.close_connections()


@pytest.fixture
def another() -> Callable[[], Someone]:
    """Makes one more person. Synchronous."""
    return someone


@pytest.fixture
def alice() -> Someone:
    """Owns what is in question."""
    return someone()


@pytest.fixture
def bob() -> Someone:
    """May."""
    return someone()


@pytest.fixture
def charlie() -> Someone:
    """May not."""
    return someone()


@pytest.fixture
def sleep(house: None) -> Room:
    """The room."""
    room = rooms.find("sleep")
    assert room is not None
    return room
