"""Two web servers on one PostgreSQL and one Redis are one chat."""

from __future__ import annotations

import asyncio

import pytest

from tests.party import Party, eventually
from tests.speaker import Closed, Speaker


async def pair(party: Party) -> tuple[Speaker, Speaker]:
    """Return Alice on the first server and Bob on the second, in one room."""
    return await party.member(web=0), await party.member(web=1)


async def test_messages_cross_with_one_order_on_both_sides(wide_party: Party) -> None:
    party = wide_party
    speakers = [await party.member(web=n % 2) for n in range(4)]
    futures = [
        await speaker.put("send", stream=party.stream, client_id=f"c{n}", text=f"{n}")
        for n in range(15)
        for speaker in speakers
    ]
    head = max([(await future)["seq"] for future in futures])
    for speaker in speakers:
        await speaker.until(lambda s=speaker: last(s, party.stream, head), 10, "head")
        seqs = [event["seq"] for event in speaker.stream_events(party.stream)]
        assert seqs == list(range(speaker.joined["head"] + 1, head + 1))
    assert speakers[0].stream_events(party.stream)[-60:] == speakers[1].stream_events(party.stream)[-60:]


def last(speaker: Speaker, stream: str, seq: int) -> dict[str, object] | None:
    """Return the event of that seq once it has come."""
    return next((event for event in speaker.stream_events(stream) if event["seq"] == seq), None)


async def test_everything_else_crosses_too(wide_party: Party) -> None:
    party = wide_party
    alice, bob = await pair(party)
    assert (await alice.expect("member.joined"))["member"] == bob.joined["member"]
    sent = await alice.send(party.stream, "hello")
    await bob.expect("message", text="hello")
    await bob.do("react", stream=party.stream, event_id=sent["event_id"], reaction="hug", on=True)
    await alice.expect("reaction")
    await bob.do("typing", stream=party.stream, on=True)
    await alice.signal("typing")
    await alice.do("remove", stream=party.stream, event_id=sent["event_id"])
    await bob.expect("message.removed")
    tablet = await party.connect(alice.person, web=1)
    await alice.do("read", stream=party.stream, seq=sent["seq"])
    await tablet.signal("read", seq=sent["seq"])
    await bob.leave(party.stream)
    await alice.expect("member.left")


async def test_people_and_members_count_over_both(wide_party: Party) -> None:
    party = wide_party
    alice, bob = await pair(party)

    async def both() -> bool:
        counts = [(await who.do("members", stream=party.stream))["people"] for who in (alice, bob)]
        return counts == [2, 2]

    await eventually(both)
    await bob.close()

    async def one() -> bool:
        return bool((await alice.do("members", stream=party.stream))["people"] == 1)

    await eventually(one)


async def test_a_persons_connections_on_both_follow_joins_and_leaves(wide_party: Party) -> None:
    party = wide_party
    guest = await party.house.guest()
    phone, tablet = await party.connect(guest, web=0), await party.connect(guest, web=1)
    carol = await party.member(web=0)
    for turn in range(5):
        joined = await phone.join(party.slug)
        await tablet.expect("joined", stream="me", head=joined["head"])
        await carol.send(party.stream, f"turn {turn}")
        for speaker in (phone, tablet):
            assert (await speaker.expect("message", text=f"turn {turn}"))["seq"] > joined["head"]
        assert (await tablet.send(party.stream, f"tablet {turn}"))["status"] == "delivered"
        await (tablet if turn % 2 else phone).leave(party.stream)
        for speaker in (phone, tablet):
            await speaker.expect("left", stream="me")
    await carol.send(party.stream, "without them")
    for speaker in (phone, tablet):
        await speaker.hears_nothing("message")


async def test_leaving_here_and_coming_back_there_in_one_breath(wide_party: Party) -> None:
    party = wide_party
    guest = await party.house.guest()
    phone, tablet = await party.connect(guest, web=0), await party.connect(guest, web=1)
    carol = await party.member(web=1)
    await phone.join(party.slug)
    for turn in range(8):
        await phone.leave(party.stream)
        head = (await tablet.join(party.slug))["head"]
        await carol.send(party.stream, f"turn {turn}")
        for speaker in (phone, tablet):
            assert (await speaker.expect("message", text=f"turn {turn}"))["seq"] > head
        seqs = [e["seq"] for e in tablet.stream_events(party.stream)]
        assert seqs == sorted(set(seqs))


async def test_a_resend_on_the_other_server_gives_the_same_answer(wide_party: Party) -> None:
    party = wide_party
    alice = await party.member(web=0)
    tablet = await party.connect(alice.person, web=1)
    futures = [
        await who.put("send", stream=party.stream, client_id="same", text="once")
        for _ in range(5)
        for who in (alice, tablet)
    ]
    replies = [await future for future in futures]
    assert len({(r["seq"], r["event_id"], r["at"]) for r in replies}) == 1
    assert (await tablet.ask("send", stream=party.stream, client_id="same", text="x"))["code"] == "conflict"


async def test_moving_to_the_other_server_resumes_without_hole_or_repeat(wide_party: Party) -> None:
    party = wide_party
    alice, bob = await pair(party)
    stop = asyncio.Event()

    async def chatter() -> None:
        for number in range(19):
            await alice.send(party.stream, f"{number}")
            await asyncio.sleep(0.02)
        stop.set()

    talking = asyncio.create_task(chatter())
    start = {"epoch": bob.joined["epoch"], "seq": 0, "event_id": ""}
    seen: list[dict[str, object]] = []
    turn = 0
    while not stop.is_set() or turn < 4:
        turn += 1
        async with party.house.connect(bob.person, web=turn % 2, resume={party.stream: start}) as reader:
            assert reader.welcome["streams"][party.stream]["status"] == "resumed", turn
            await asyncio.sleep(0.05)
            reader.cut()
            await reader.closed()
            seen += reader.stream_events(party.stream)
            if seen:
                start = {
                    "epoch": bob.joined["epoch"], "seq": seen[-1]["seq"], "event_id": seen[-1]["event_id"],
                }  # fmt: skip
    await talking
    stored = (await alice.history(party.stream, after=0, limit=200))["events"]
    assert seen == stored[: len(seen)]
    assert len(seen) >= len(stored) - 3


async def test_a_ticket_is_good_for_one_hello_on_either_server(wide_party: Party) -> None:
    party = wide_party
    ticket = await party.house.ticket(await party.house.guest())
    visitors = [await party.connect(greet=False, web=n % 2) for n in range(4)]
    answers = await asyncio.gather(*(v.hello(ticket) for v in visitors), return_exceptions=True)
    assert len([one for one in answers if isinstance(one, dict)]) == 1
    assert all(one.code == 4002 for one in answers if isinstance(one, Closed))


async def test_blocks_hold_on_the_other_server(wide_party: Party) -> None:
    party = wide_party
    alice, bob = await pair(party)
    tablet = await party.connect(alice.person, web=1)
    await alice.do("block", stream=party.stream, member=bob.member)
    sent = await bob.send(party.stream, "unseen")
    for speaker in (alice, tablet):
        event = await speaker.until(lambda s=speaker: last(s, party.stream, sent["seq"]), 5, "event")
        assert event["kind"] == "hidden"


async def test_eleven_connections_over_both_are_one_too_many(wide_party: Party) -> None:
    party = wide_party
    guest = await party.house.guest()
    for n in range(10):
        await party.connect(guest, web=n % 2)
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.6)  # the processes tell each other who is connected
    for web in (0, 1):
        with pytest.raises(Closed) as closed:
            await party.connect(guest, web=web)
        assert closed.value.code == 4005


async def test_a_sign_out_and_a_suspension_reach_sockets_on_both(wide_party: Party) -> None:
    party = wide_party
    for act, code in (("sign_out", 4006), ("suspend", 4003)):
        guest = await party.house.guest()
        speakers = [await party.connect(guest, web=web) for web in (0, 1)]
        await party.inside.do(act, person=await party.inside.do("person_of", token=guest.token))
        for speaker in speakers:
            assert await speaker.closed() == code
            assert speaker.bye["code"] == code


async def test_a_match_is_made_across_servers(wide_party: Party) -> None:
    party = wide_party
    alice, bob = await party.connect(web=0), await party.connect(web=1)
    await alice.do("match", topic=party.slug, role="seeker")
    await bob.do("match", topic=party.slug, role="listener")
    mine = await alice.expect("matched")
    await bob.expect("matched")
    await asyncio.sleep(0.3)
    await alice.send(mine["room_stream"], "hello")
    await bob.expect("message", text="hello")


async def test_capacity_counts_over_both(wide_party: Party) -> None:
    party = wide_party
    slug = await party.inside.room(capacity=2)
    alice, bob, carol = await party.connect(web=0), await party.connect(web=1), await party.connect(web=1)
    await alice.join(slug)
    await bob.join(slug)
    await asyncio.sleep(0.6)
    assert (await carol.ask("join", room=slug))["code"] == "room_full"
