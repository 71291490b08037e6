"""One connection's frames: what has gathered goes at once, whole and never too big. No server, no loop."""

from __future__ import annotations

import json
import struct

import pytest

from consumers.connection import MAX_BUFFERED, Connection
from consumers.transports.base import MAX_FRAME_BYTES, text_frame
from protocol.errors import Close
from tests.unit.consumers.fakes import FakeHub, FakeTransport


@pytest.fixture
def transport() -> FakeTransport:
    return FakeTransport()


@pytest.fixture
def connection(transport: FakeTransport) -> Connection:
    return Connection(transport, FakeHub())  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 262_144])
def test_a_text_frame_has_the_shortest_header_that_tells_its_length(size: int) -> None:
    frame = text_frame(b"x" * size)
    assert frame[0] == 0x81
    if size < 126:
        length, header = frame[1], 2
    elif size < 65_536:
        length, header = struct.unpack(">H", frame[2:4])[0], 4
    else:
        length, header = struct.unpack(">Q", frame[2:10])[0], 10
    assert (length, len(frame)) == (size, header + size)


def test_what_has_gathered_is_one_frame_of_one_object_per_line(
    connection: Connection, transport: FakeTransport
) -> None:
    for n in range(3):
        connection.write(json.dumps({"n": n}).encode())
    connection.flush({})
    assert transport.payloads == [b'{"n": 0}\n{"n": 1}\n{"n": 2}']


def test_nothing_gathered_is_no_frame(connection: Connection, transport: FakeTransport) -> None:
    connection.flush({})
    assert transport.payloads == []


def test_a_frame_never_passes_its_bound_and_splits_between_objects(
    connection: Connection, transport: FakeTransport
) -> None:
    objects = [bytes([65 + n]) * 100_000 for n in range(6)]
    for data in objects:
        connection.write(data)
    connection.flush({})
    assert all(len(payload) <= MAX_FRAME_BYTES for payload in transport.payloads)
    assert b"\n".join(transport.payloads).split(b"\n") == objects


def test_receivers_of_the_same_objects_share_one_frame() -> None:
    hub = FakeHub()
    transports = [FakeTransport() for _ in range(3)]
    data = b'{"type":"event"}'
    memo: dict[tuple[int, ...], tuple[bytes, bytes]] = {}
    for transport in transports:
        connection = Connection(transport, hub)  # type: ignore[arg-type]
        connection.write(data)
        connection.flush(memo)
    assert len({id(transport.frames[0]) for transport in transports}) == 1


def test_goodbye_is_the_last_object_and_is_said_once(
    connection: Connection, transport: FakeTransport
) -> None:
    connection.write(b'{"type":"ok"}')
    assert connection.part(Close.SLOW, "slow")
    assert not connection.part(Close.INTERNAL, "again")
    connection.write(b'{"type":"late"}')
    connection.flush({})
    lines = b"\n".join(transport.payloads).split(b"\n")
    assert [json.loads(line)["type"] for line in lines] == ["ok", "bye"]
    assert json.loads(lines[-1]) == {"type": "bye", "code": 4108, "reason": "slow"}


def test_what_may_be_dropped_is_dropped_for_a_slow_reader(
    connection: Connection, transport: FakeTransport
) -> None:
    transport.waiting = MAX_BUFFERED
    connection.write_passing(b'{"type":"signal"}')
    connection.flush({})
    assert transport.payloads == []
    transport.waiting = 0
    connection.write_passing(b'{"type":"signal"}')
    connection.flush({})
    assert transport.payloads == [b'{"type":"signal"}']
