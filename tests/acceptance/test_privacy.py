"""Nothing that is sent, logged or stored tells who somebody is or joins two of their names."""

import asyncio
import itertools
import json
import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.house import House, Person, as_text, walk
from tests.speaker import Json, Refused, Speaker

USER_AGENT = "Unmistakable-Agent/7.7"
DEVICE = "unmistakable-device-4242"
FORWARDED = "203.0.113.77"
ROOMS = ("sleep", "anxiety", "talking")
ROUNDS = 3


class Crowd:
    """Some people who talk in several rooms, and every frame they were given."""

    def __init__(self) -> None:
        self.speakers: list[Speaker] = []
        self.people: list[Person] = []
        self.tickets: list[str] = []
        self.texts: list[str] = []
        self.names: list[list[str]] = []  # per person: the names borne
        self.members: list[dict[str, str]] = []  # per person: room → member id

    def objects(self) -> Iterator[tuple[int, Json]]:
        """Every object in every frame, with whom it was given to."""
        for number, speaker in enumerate(self.speakers):
            for frame in speaker.frames:
                for line in str(frame).split("\n"):
                    yield number, json.loads(line)

    def frames(self) -> str:
        """All that was ever sent to anybody."""
        return "\n".join(str(frame) for speaker in self.speakers for frame in speaker.frames)


async def busy(house: House, people: list[Person]) -> Crowd:
    """Let people do all that can be done in three rooms, each in every room."""
    crowd = Crowd()
    crowd.people = people
    try:
        for person in people:
            crowd.tickets.append(await house.ticket(person))
            speaker = Speaker(house.socket_url(), user_agent=USER_AGENT)
            crowd.speakers.append(await speaker.__aenter__())
            await speaker.hello(crowd.tickets[-1])
            crowd.members.append({})
            crowd.names.append([])
        for number, speaker in enumerate(crowd.speakers):
            for room in ROOMS:
                await one_visit(crowd, number, speaker, room)
        await asyncio.sleep(0.5)
    finally:
        for speaker in crowd.speakers:
            await speaker.close()
    return crowd


async def one_visit(crowd: Crowd, number: int, speaker: Speaker, room: str) -> None:
    """Join one room and use every command there."""
    joined = await speaker.join(room)
    stream, member = joined["stream"], joined["member"]
    crowd.members[number][room] = member["id"]
    crowd.names[number].append(member["name"])
    for _ in range(ROUNDS):
        text = f"calm words {uuid.uuid4().hex}"
        crowd.texts.append(text)
        sent = await speaker.send(stream, text)
        await speaker.do("react", stream=stream, event_id=sent["event_id"], reaction="heart", on=True)
    crowd.texts.append("I want to kill myself tonight")
    await speaker.send(stream, crowd.texts[-1])
    await speaker.do("typing", stream=stream, on=True)
    await speaker.do("read", stream=stream, seq=sent["seq"])
    await speaker.do("remove", stream=stream, event_id=sent["event_id"])
    members = (await speaker.do("members", stream=stream))["members"]
    others = [one["id"] for one in members if one["id"] != member["id"]]
    if others:
        await speaker.do("block", stream=stream, member=others[0])
        await speaker.do("unblock", stream=stream, member=others[0])
    page = await speaker.history(stream, limit=200)
    foreign = [one for one in page["events"] if one["kind"] == "message" and one["member"]["id"] in others]
    if foreign:
        note = {"reason": "spam", "note": f"a note {uuid.uuid4().hex}"}
        crowd.texts.append(note["note"])
        await speaker.do("report", stream=stream, event_id=foreign[0]["event_id"], **note)
    with pytest.raises(Refused):
        await speaker.do(
            "react", stream=stream, event_id="01J0000000000000000000000", reaction="hug", on=True
        )


@pytest.fixture(scope="module")
def crowd(house: House) -> Crowd:
    """Guests and signed-in people after a busy run."""

    async def run() -> Crowd:
        guests = [await house.guest() for _ in range(4)]
        signed_in = [await house.sign_in(name) for name in ("alice", "bob")]
        return await busy(house, guests + signed_in)

    return asyncio.run(run())


def identities(house: House) -> set[str]:
    """Every user id (in each of its spellings), account name and e-mail in the database."""
    found: set[str] = set()
    for row in house.tables()["accounts_user"]:
        plain = uuid.UUID(str(row["id"]))
        found |= {str(plain), plain.hex}
        found |= {str(row[column]) for column in ("username", "email") if row.get(column)}
    return found


def test_no_frame_carries_a_user_id_an_email_or_an_account_name(house: House, crowd: Crowd) -> None:
    frames = crowd.frames()
    known = identities(house)
    assert len(known) > 2 * len(crowd.people)
    there = {
        one for one in known if one in frames
    }  # thousands of patterns over all frames would take minutes
    assert {one for one in there if re.search(rf"\b{re.escape(one)}\b", frames)} == set()
    assert not any(person.token in frames for person in crowd.people)


def test_no_frame_joins_two_rooms_members(crowd: Crowd) -> None:
    room_of = {member: room for rooms in crowd.members for room, member in rooms.items()}
    assert len(room_of) == len(crowd.people) * len(ROOMS), "a member id is the same in two rooms"
    for number, received in crowd.objects():
        strangers = {value for value in walk(received) if value in room_of}
        strangers -= set(crowd.members[number].values())
        assert len({room_of[member] for member in strangers}) <= 1, received


def test_nobody_bears_one_name_in_two_rooms(crowd: Crowd) -> None:
    for borne in crowd.names:  # two people in two rooms may: that joins nobody
        assert len(set(borne)) == len(borne) == len(ROOMS)


def test_nothing_but_ones_own_welcome_names_two_of_ones_rooms(crowd: Crowd) -> None:
    for number, received in crowd.objects():
        if received["type"] != "welcome":
            own = {value for value in walk(received) if value in crowd.members[number].values()}
            assert len(own) <= 1, received


def test_no_table_row_joins_two_rooms_members(house: House, crowd: Crowd) -> None:
    rows = [
        {as_text(value) for value in row.values() if value is not None}
        for table in house.tables().values()
        for row in table
    ]
    values = {member: linked(rows, member) for rooms in crowd.members for member in rooms.values()}
    assert all(values.values()), "members stand in no table"
    for number, rooms in enumerate(crowd.members):
        own = list(rooms.values())
        others = set().union(
            *(values[member] for other in crowd.members for member in other.values() if other is not rooms)
        )
        for first, second in itertools.pairwise(own):
            # What strangers share too (a room's slug, a kind, a day) tells nothing.
            shared = (values[first] & values[second]) - others
            assert shared == set(), f"person {number}: {shared}"


def linked(rows: list[set[str]], member: str) -> set[str]:
    """Every value that stands in one row with a member's id, but for what is true of nearly every row."""
    found: set[str] = set()
    for texts in rows:
        if any(member in text for text in texts):
            found |= {text for text in texts if len(text) > 8 and member not in text}
    return found


def test_logs_hold_no_text_token_name_address_or_id(house: House, crowd: Crowd) -> None:
    logged = house.logged()
    assert "api/v1/guests/" in logged
    secrets = {
        *crowd.texts,
        *crowd.tickets,
        *(person.token for person in crowd.people),
        *itertools.chain(*crowd.names),
    }
    secrets |= {member for rooms in crowd.members for member in rooms.values()}
    secrets |= {one for one in identities(house) if len(one) > 8}
    secrets |= {USER_AGENT, "127.0.0.1:"}
    assert {secret for secret in secrets if secret in logged} == set()


def test_metrics_hold_no_name_and_no_id(house: House, crowd: Crowd) -> None:
    answer = house.http.get(f"{house.url}/metrics")
    assert answer.status_code == 200
    metrics = answer.text
    assert re.search(r'^hearth_events_total\{kind="message"\} [1-9]', metrics, re.MULTILINE)
    secrets = {
        *itertools.chain(*crowd.names),
        *identities(house),
        *(m for rooms in crowd.members for m in rooms.values()),
    }
    assert {secret for secret in secrets if re.search(rf"\b{re.escape(secret)}\b", metrics)} == set()


async def test_no_table_holds_an_address_a_user_agent_or_a_device(house: House) -> None:
    told = {"User-Agent": USER_AGENT, "X-Forwarded-For": FORWARDED, "X-Device-Id": DEVICE}
    # Other tests' apps and push services have their addresses there.
    before = {name: {as_text(row) for row in rows} for name, rows in house.tables().items()}
    people = []
    for _ in range(3):
        answer = await house.post("guests/", {"device": DEVICE, "name": "Real Name Given"}, headers=told)
        people.append(Person(answer.json()["token"]))
        await house.request("GET", "/", headers=told)
    crowd = await busy(house, people)
    tables = {
        name: [row for row in rows if as_text(row) not in before[name]]
        for name, rows in house.tables().items()
    }
    for trace in (
        USER_AGENT,
        DEVICE,
        FORWARDED,
        "127.0.0.1",
        "Real Name Given",
        "python-httpx",
        "websockets/",
    ):
        assert places(tables, trace) == set(), trace
    # Texts are encrypted, and a token or ticket is never kept as it is.
    for secret in [*crowd.texts, *crowd.tickets, *(person.token for person in people)]:
        assert places(tables, secret) == set()


def places(tables: dict[str, list[dict[str, Any]]], text: str) -> set[tuple[str, str]]:
    """Return the tables and columns that hold a text: unlike the dump itself, short enough to be shown."""
    return {
        (name, column)
        for name, rows in tables.items()
        for row in rows
        for column, value in row.items()
        if text in as_text(value)
    }


def test_no_persons_own_stream_matches_a_room_by_kind_time_or_id(house: House, crowd: Crowd) -> None:
    events = house.tables()["streams_event"]
    names = {row["id"]: row["name"] for row in house.tables()["streams_stream"]}
    own = [row for row in events if names[row["stream_id"]].startswith("me:")]
    rooms = [row for row in events if names[row["stream_id"]].startswith("room:")]
    assert own
    assert rooms
    assert {row["kind"] for row in own} == {"personal"}
    assert not {str(row["at"]) for row in own} & {str(row["at"]) for row in rooms}
    times = [{row["event_id"][:10] for row in rows} for rows in (own, rooms)]  # a ULID begins with its time
    assert not times[0] & times[1]
