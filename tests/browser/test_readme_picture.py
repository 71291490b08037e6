"""The picture of the README, made by people who really talk; README_SCREENSHOT names the file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Stage


@pytest.mark.skipif("README_SCREENSHOT" not in os.environ, reason="README_SCREENSHOT names no file")
async def test_the_picture_of_the_readme(stage: Stage) -> None:
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
    picture = Path(os.environ["README_SCREENSHOT"])
    picture.parent.mkdir(parents=True, exist_ok=True)
    await heron.page.screenshot(path=picture)
    assert picture.stat().st_size > 20_000
