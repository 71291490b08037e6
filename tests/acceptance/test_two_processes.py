"""Two web processes on one PostgreSQL and one Redis are one chat."""

import asyncio

import pytest

from tests.house import House
from tests.speaker import Closed

SIGNED_OUT = 4006
GOSSIP_SECONDS = 1.0  # processes tell each other who is here a few times a second


async def test_a_message_reaches_the_other_process_in_the_same_order(two_webs: House) -> None:
    alice, bob = await two_webs.guest(web=0), await two_webs.guest(web=1)
    async with two_webs.connect(alice, web=0) as hers, two_webs.connect(bob, web=1) as his:
        stream = (await hers.join("sleep"))["stream"]
        await his.join("sleep")
        sends = [
            await hers.put("send", stream=stream, client_id=f"a{n}", text=f"first {n}") for n in range(20)
        ]
        sends += [
            await his.put("send", stream=stream, client_id=f"b{n}", text=f"second {n}") for n in range(20)
        ]
        replies = await asyncio.gather(*sends)
        assert {reply["type"] for reply in replies} == {"ok"}
        last = max(reply["seq"] for reply in replies)
        await hers.expect("message", seq=last)
        await his.expect("message", seq=last)
        seen = [
            [event["event_id"] for event in one.stream_events(stream) if event["kind"] == "message"]
            for one in (hers, his)
        ]
        assert seen[0] == seen[1]
        assert len(seen[0]) == len(set(seen[0])) == 40
        for one in (hers, his):
            seqs = [event["seq"] for event in one.stream_events(stream)]
            assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))


async def test_typing_passes_between_processes(two_webs: House) -> None:
    alice, bob = await two_webs.guest(), await two_webs.guest()
    async with two_webs.connect(alice, web=0) as hers, two_webs.connect(bob, web=1) as his:
        joined = await hers.join("anxiety")
        await his.join("anxiety")
        await hers.do("typing", stream=joined["stream"], on=True)
        signal = await his.signal("typing", stream=joined["stream"], on=True)
        assert signal["member"]["id"] == joined["member"]["id"]


async def test_a_person_on_both_processes_has_one_allowance(two_webs: House) -> None:
    alice, slug = await two_webs.guest(), await two_webs.room()
    async with two_webs.connect(alice, web=0) as here, two_webs.connect(alice, web=1) as there:
        stream = (await here.join(slug))["stream"]
        await there.expect("joined", room_stream=stream)
        await asyncio.sleep(GOSSIP_SECONDS)
        sent = [await here.ask("send", stream=stream, client_id=f"a{n}", text=f"one {n}") for n in range(20)]
        assert {reply["type"] for reply in sent} == {"ok"}
        await asyncio.sleep(GOSSIP_SECONDS)
        more = [await there.ask("send", stream=stream, client_id=f"b{n}", text=f"two {n}") for n in range(20)]
    # What passes was refilled meanwhile, at one a second; an allowance of its own would let all 20 through.
    assert [reply["code"] for reply in more if reply["type"] == "error"][:1] == ["rate_limited"]
    assert sum(reply["type"] == "ok" for reply in more) < 10


async def test_people_are_counted_over_both_processes(two_webs: House) -> None:
    alice, bob = await two_webs.guest(), await two_webs.guest()
    async with two_webs.connect(alice, web=0) as hers:
        joined = await hers.join("caring")
        before = joined["people"]
        await asyncio.sleep(GOSSIP_SECONDS)
        async with two_webs.connect(bob, web=1) as his:
            his_people = (await his.join("caring"))["people"]
            assert his_people == before + 1
            await hers.signal("presence", stream=joined["stream"], people=before + 1, within=12)
        await hers.signal("presence", stream=joined["stream"], people=before, within=12)


async def test_a_block_holds_on_the_other_process_at_once(two_webs: House) -> None:
    alice, charlie = await two_webs.guest(), await two_webs.guest()
    async with two_webs.connect(alice, web=0) as hers, two_webs.connect(charlie, web=1) as his:
        stream = (await hers.join("sleep"))["stream"]
        charlies = (await his.join("sleep"))["member"]
        await his.send(stream, "before the block")
        await hers.expect("message", text="before the block")
        await hers.do("block", stream=stream, member=charlies["id"])
        sent = await his.send(stream, "after the block")
        hidden = await hers.expect("hidden", seq=sent["seq"])
        assert hidden["event_id"] == sent["event_id"]
        assert "member" not in hidden
        assert "text" not in hidden
        assert not any("after the block" in str(frame) for frame in hers.frames)


async def test_a_block_made_elsewhere_holds_for_a_viewer_on_the_authors_process(two_webs: House) -> None:
    alice, charlie = await two_webs.guest(), await two_webs.guest()
    async with (
        two_webs.connect(alice, web=0) as blocker,
        two_webs.connect(alice, web=1) as viewer,
        two_webs.connect(charlie, web=1) as author,
    ):
        stream = (await blocker.join("sleep"))["stream"]
        await viewer.expect("joined", room_stream=stream)
        charlies = (await author.join("sleep"))["member"]
        await blocker.do("block", stream=stream, member=charlies["id"])
        await asyncio.sleep(0.5)
        sent = await author.send(stream, "unseen on every device")
        await viewer.expect("hidden", seq=sent["seq"])
        assert not any("unseen on every device" in str(frame) for frame in viewer.frames)


async def test_signing_out_on_one_process_closes_the_sockets_of_the_other(two_webs: House) -> None:
    answer = await two_webs.post("auth/token/", {"username": "bob", "password": "hearth-demo"}, web=0)
    tokens = answer.json()
    headers = {"Authorization": f"Bearer {tokens['access']}"}
    ticket = (await two_webs.post("realtime/ticket/", headers=headers, web=1)).json()["ticket"]
    async with two_webs.connect(web=1) as his:
        await his.hello(ticket)
        left = await two_webs.post("auth/logout/", {"refresh": tokens["refresh"]}, headers=headers, web=0)
        assert left.status_code in (200, 204)
        assert await his.closed(within=3) == SIGNED_OUT
        assert his.bye is not None
        assert his.bye["code"] == SIGNED_OUT


async def test_a_ticket_is_good_on_either_process_and_once(two_webs: House) -> None:
    alice = await two_webs.guest(web=0)
    ticket = await two_webs.ticket(alice, web=0)
    async with two_webs.connect(web=1) as hers:
        await hers.hello(ticket)
    async with two_webs.connect(web=0) as again:
        with pytest.raises(Closed) as refused:
            await again.hello(ticket)
        assert refused.value.code == 4002


async def test_a_client_resumes_on_the_other_process_with_no_gap(two_webs: House) -> None:
    alice, bob = await two_webs.guest(), await two_webs.guest()
    async with two_webs.connect(bob, web=1) as his:
        async with two_webs.connect(alice, web=0) as hers:
            stream = (await hers.join("sleep"))["stream"]
            await his.join("sleep")
            await his.send(stream, "seen")
            await hers.expect("message", text="seen")
            position = hers.positions()
        missed = [await his.send(stream, f"missed {n}") for n in range(5)]
        async with two_webs.connect(alice, web=1, resume=position) as hers:
            assert hers.welcome["streams"][stream]["status"] == "resumed"
            await hers.expect("message", seq=missed[-1]["seq"])
            seqs = [event["seq"] for event in hers.stream_events(stream)]
            assert seqs == list(range(position[stream]["seq"] + 1, missed[-1]["seq"] + 1))
