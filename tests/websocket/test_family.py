"""The family socket: who is granted what is told at once, and to nobody else."""

from __future__ import annotations

from tests.house import House


async def test_a_grant_and_its_end_reach_open_sockets_at_once(house: House) -> None:
    alice, bob, charlie = [await house.sign_in(name) for name in ("alice", "bob", "charlie")]
    circle = (await house.post("circles/", {"name": "Home", "own_name": "Ali"}, person=alice)).json()["id"]
    async with (
        house.connect(alice, socket="family") as hers,
        house.connect(bob, socket="family") as his,
        house.connect(charlie, socket="family") as strangers,
    ):
        invite = await house.post(f"circles/{circle}/invites/", person=alice)
        token = {"token": invite.json()["token"], "name": "Bo"}
        assert (await house.post("circles/accept/", token, person=bob)).status_code == 200
        joined = await hers.expect("member.joined", circle=circle)
        assert joined["member"]["name"] == "Bo"
        await his.expect("member.joined", circle=circle)
        path = f"circles/{circle}/grants/{joined['member']['id']}/sleep/"
        answer = await house.request("PUT", path, json={"access": "view"}, person=alice)
        assert answer.status_code == 200
        told = await his.expect("grant.changed", circle=circle, access="view")
        assert told["person"]["name"] == "Ali"
        await hers.expect("grant.changed", circle=circle, access="view")
        assert (await house.request("DELETE", path, person=alice)).status_code == 204
        await his.expect("grant.changed", circle=circle, access=None)
        await strangers.hears_nothing("grant.changed")
        page = await his.history("me")
        assert [event["kind"] for event in page["events"]][-3:] == [
            "member.joined", "grant.changed", "grant.changed",
        ]  # fmt: skip
    assert (await house.request("DELETE", f"circles/{circle}/", person=alice)).status_code == 204
