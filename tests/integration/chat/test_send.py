"""Saying something in a room."""

import asyncio

import pytest

from chat.models import Member
from protocol.errors import Conflict, NotFound, NotMember, RateLimited
from streams import db

from tests.integration.chat.people import Someone, room_events


async def test_alice_is_heard(alice: Someone) -> None:
    await alice.joins("sleep")
    answer = await alice.says("sleep", "Good evening.")
    (_, said) = await room_events("sleep")
    assert answer["status"] == "delivered"
    assert (said["seq"], said["event_id"]) == (answer["seq"], answer["event_id"])
    assert said["text"] == "Good evening."
    assert said["member"] == alice.rooms["sleep"].wire
