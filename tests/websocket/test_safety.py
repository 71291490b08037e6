"""A safety notice reaches those whom Alice named, each as much as she chose, and nobody once taken back."""

from __future__ import annotations

import email
from collections.abc import Callable
from typing import Any

from tests.house import House
from tests.party import eventually
from tests.providers import http_provider

WORDS = "The blue door is open."
MUM = {"name": "Mum", "channel": "email", "address": "mum@example.org", "detail": "check_in"}
DAN = {"name": "Dan", "channel": "sms", "address": "+34 600 000 000", "detail": "level"}


def letters(house: House) -> list[str]:
    """Every letter's addressee and text, of those that were written to files."""
    folder = house.folder / "mail"
    found = [file.read_bytes() for file in sorted(folder.glob("*"))] if folder.exists() else []
    made = [email.message_from_bytes(raw) for raw in found]
    return [
        f"{one['To']}\n{bytes(one.get_payload(decode=True) or b'').decode()}"
        for one in made
        if str(one["To"]).endswith("mum@example.org")
    ]


async def test_a_notice_is_told_as_chosen_and_one_taken_back_is_not(
    open_scaled_house: Callable[..., House],
) -> None:
    with http_provider() as sms:
        house = open_scaled_house(
            TWILIO_ACCOUNT_SID="AC1",
            TWILIO_AUTH_TOKEN="hush",
            TWILIO_FROM="+15550100",
            TWILIO_API_URL=sms.url,
        )
        alice, bob, charlie = [await house.sign_in(name) for name in ("alice", "bob", "charlie")]
        circle = (await house.get("circles/", person=alice)).json()["results"][0]["id"]
        members = (await house.get(f"circles/{circle}/members/", person=alice)).json()["results"]
        bo = next(one["id"] for one in members if one["name"] == "Bo")
        plan = {"own_name": "Ali", "own_words": WORDS}
        assert (await house.request("PUT", "safety/plan/", json=plan, person=alice)).status_code == 200
        for contact in (
            MUM,
            DAN,
            {"name": "Bo", "channel": "member", "address": bo, "detail": "own_words"},
        ):
            made = await house.post("safety/contacts/", contact, person=alice)
            assert made.status_code == 201, made.text
        async with (
            house.connect(alice, socket="family") as hers,
            house.connect(bob, socket="family") as his,
            house.connect(charlie, socket="family") as theirs,
        ):
            first = await ask(house, alice)
            warned = await hers.expect("safety.notice", notice=first["id"], state="pending")
            assert (warned["contacts"], warned["due_at"]) == (3, first["due_at"])
            gone = await house.request("DELETE", f"safety/notices/{first['id']}/", person=alice)
            assert gone.status_code == 204
            await hers.expect("safety.notice", notice=first["id"], state="taken_back")
            assert await house.inside.do("end_delay", notice=first["id"]) == 1

            second = await ask(house, alice)
            assert await house.inside.do("end_delay", notice=second["id"]) == 1
            told = await his.expect("safety.notice")
            assert (told["notice"], told["detail"], told["words"]) == (second["id"], "own_words", WORDS)
            assert told["person"]["name"] == "Ali"
            assert "level" not in told
            await hers.expect("safety.notice", notice=second["id"], state="sent", contacts=3)

            async def both_are_written_to() -> bool:
                return bool(letters(house) and sms.asked)

            await eventually(both_are_written_to, within=30)
            await theirs.hears_nothing("safety.notice")
            await his.hears_nothing("safety.notice")
        assert len(letters(house)) == len(sms.asked) == 1  # the second notice alone
        assert "Ali has named you" in letters(house)[0]
        (form,) = sms.forms()
        assert form["To"] == "+34600000000"
        assert "somebody should be there soon" in form["Body"]
        assert WORDS not in letters(house)[0] + form["Body"]
        logged = house.logged()
        for secret in (WORDS, "mum@example.org", "34600000000", "blue door"):
            assert secret not in logged


async def ask(house: House, who: Any) -> dict[str, Any]:
    """Have one's contacts told."""
    answer = await house.post("safety/notices/", {"level": "high"}, person=who)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())
