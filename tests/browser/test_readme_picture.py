"""The pictures of the README, made by people who really talk and share; README_PICTURES names the folder."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Stage, Visitor
from tests.browser.test_console import case_in, on_duty
from tests.browser.test_people import member_of, registered, signed_in, token_of

pytestmark = pytest.mark.skipif("README_PICTURES" not in os.environ, reason="README_PICTURES names no folder")


async def take(page: Page, name: str) -> None:
    """Keep what the page shows under docs/images or wherever was asked for."""
    picture = Path(os.environ["README_PICTURES"]) / name
    picture.parent.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=picture, animations="disabled")  # nothing half faded in
    assert picture.stat().st_size > 20_000


async def test_the_chat(stage: Stage) -> None:
    slug = await stage.room(topic="sleep", title="Sleep", retention="hours")
    heron, river, finch = [await stage.visitor(color_scheme="light") for _ in range(3)]
    names = {heron: "Quiet Heron", river: "Slow River", finch: "Grey Finch"}
    for visitor, name in names.items():
        await visitor.visit(f"/rooms/{slug}/")
        await visitor.page.get_by_label("Or choose a name").fill(name)
        await visitor.page.get_by_role("button", name="Come in").click()
        await visitor.entered()
    await finch.say("I turned mine to the wall. That helps a little.")
    await heron.sees("I turned mine to the wall")
    await heron.say("Days are okay. At night I go through everything I ever got wrong.")
    await heron.sees("Days are okay")
    await heron.say("Some nights I want to kill myself. I haven’t said that to anyone.")
    await river.sees("Some nights")
    await expect(heron.page.locator(".care")).to_be_visible()
    await river.act("Some nights", "Reply")
    await river.say(
        "I’m glad you said it here. You don’t have to solve tomorrow tonight. "
        "I’m up until four anyway, we can talk or just sit."
    )
    await heron.sees("I’m glad you said it here")
    for visitor in (heron, finch):
        await visitor.act("I’m glad you said it here", "React")
        await visitor.page.get_by_role("group", name="React").get_by_role("button", name="Heart").click()
    await expect(heron.log.get_by_role("button", name="Heart, 2, yours among them")).to_be_visible()
    await heron.page.wait_for_timeout(36_000)  # who is here is told late, on purpose
    await river.box.press_sequentially("And")
    await expect(heron.page.locator(".typing")).to_have_text("Slow River is writing")
    await heron.page.mouse.move(5, 5)
    await heron.box.focus()
    await heron.page.wait_for_timeout(400)
    await take(heron.page, "chat.png")


async def test_the_family(stage: Stage) -> None:
    house = stage.house
    names = [await registered(house, name) for name in ("alice", "bob")]
    alice, bob = [await token_of(house, name) for name in names]
    circle = (await house.post("circles/", {"name": "Home", "own_name": "Alice"}, person=alice)).json()["id"]
    invite = (await house.post(f"circles/{circle}/invites/", person=alice)).json()
    await house.post("circles/accept/", {"token": invite["token"], "name": "Bob"}, person=bob)
    member = await member_of(house, circle, bob)
    for category in ("sleep", "mood", "seizures"):
        grant = f"circles/{circle}/grants/{member}/{category}/"
        await house.request("PUT", grant, json={"access": "view"}, person=alice)
    his = await signed_in(stage, names[1], color_scheme="light")
    await expect(his.page.get_by_text("Alice lets you see: seizures")).to_be_visible()
    now = datetime.now(UTC)
    ago = {hours: (now - timedelta(hours=hours)).isoformat() for hours in (1, 3, 11)}
    for path, entry in {
        "sleep/": {"start": ago[11], "end": ago[3], "quality": 4, "awakenings": 1},
        "mood/": {"at": ago[1], "score": 6, "energy": 5},
        "seizures/": {
            "start": (now - timedelta(minutes=9)).isoformat(), "duration_s": 370, "seizure_class": "focal",
        },
    }.items():  # fmt: skip
        answer = await house.post(path, entry, person=alice)
        assert answer.status_code == 201, answer.text
    await expect(his.page.get_by_role("alert").locator(".alarm")).to_contain_text("Alice: Focal seizure")
    await expect(his.page.locator("li[data-category]")).to_have_count(3)
    await take(his.page, "family.png")


async def test_the_console(stage: Stage) -> None:
    mira = await on_duty(stage, "mira", color_scheme="light")
    low = await stage.room(topic="low-mood", title="Low mood")
    lantern, marsh = await named(stage, low, "Paper Lantern"), await named(stage, low, "Salt Marsh")
    heron = await named(stage, await stage.room(topic="sleep", title="Sleep"), "Quiet Heron")
    thorn = await named(stage, await stage.room(topic="anxiety", title="Anxiety"), "Blunt Thorn")
    await marsh.say("Still up. The tea went cold an hour ago.")
    await lantern.sees("Still up")
    await lantern.say("She left on Sunday. I don’t want to be here anymore.")
    await marsh.sees("She left on Sunday")
    await marsh.say("I’m so sorry. Is anyone with you tonight?")
    await lantern.sees("I’m so sorry")
    await heron.say("I wish I could just not wake up.")
    await thorn.say("I will find you and kill you")
    await lantern.say("No. I have the pills here and I am going to die tonight. Thank you, all of you.")
    await case_in(mira, "Low mood").get_by_role("link").click()
    await mira.page.keyboard.press("c")
    await expect(mira.page.locator(".lease")).to_be_visible()
    for _ in range(2):
        await mira.page.keyboard.press("v")
    await expect(mira.page.locator(".conv .flagged .bub")).to_have_count(2)
    await mira.page.keyboard.press("r")
    await mira.page.keyboard.type("Hi, I’m a person and I’m on duty here tonight. I read what you wrote.")
    await mira.page.keyboard.press("Enter")
    await expect(mira.page.locator(".conv .grp.own")).to_be_visible()
    await mira.page.mouse.move(5, 5)
    await take(mira.page, "console.png")
    await mira.page.set_viewport_size({"width": 390, "height": 844})
    await take(mira.page, "console-phone.png")


async def named(stage: Stage, slug: str, name: str) -> Visitor:
    """Return somebody in a room under a name of their choice."""
    visitor = await stage.visitor(color_scheme="light")
    await visitor.visit(f"/rooms/{slug}/")
    await visitor.page.get_by_label("Or choose a name").fill(name)
    await visitor.page.get_by_role("button", name="Come in").click()
    await visitor.entered()
    return visitor
