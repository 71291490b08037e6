"""The moderators' console: who may open it, and that whoever needs somebody stands on it at once."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.at_work import at_work
from tests.browser.conftest import Stage, Visitor
from tests.browser.test_access import AUDIT, SIDEWAYS
from tests.browser.test_people import registered, signed_in

NOW = "I took the pills an hour ago, I am going to die tonight"


def case_in(visitor: Visitor, room: str) -> Any:
    """The row of a room's case."""
    return visitor.page.locator("li.case").filter(has_text=room)


async def test_the_console_is_for_staff_alone(stage: Stage) -> None:
    charlie = await signed_in(stage, await registered(stage.house, "charlie"))
    stage.watched.excused.append("404 (Not Found)")
    for path in ("/moderation/", "/moderation/card/"):
        answer = await charlie.page.goto(charlie.home + path)
        assert answer is not None
        assert answer.status == 404
    nobody = await stage.visitor()
    await nobody.visit("/moderation/")
    assert nobody.page.url.endswith("/sign-in/?next=/moderation/")


async def test_a_cry_for_help_stands_on_an_open_console_without_its_text(stage: Stage) -> None:
    stage.watched.excused.append("404 (Not Found)")
    mira = await at_work(stage, "mira")
    slug = await stage.room(title="Low mood of tonight")
    alice = await stage.visitor()
    await alice.enter(slug)
    await alice.say(NOW)
    row = case_in(mira, "Low mood of tonight")
    await expect(row).to_have_attribute("data-level", "L4")
    await expect(row).to_contain_text("left")
    assert "pills" not in await mira.page.content()


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_every_control_has_a_name_and_a_size(stage: Stage, theme: str) -> None:
    stage.watched.excused.append("404 (Not Found)")
    mira = await at_work(stage, "mira", color_scheme=theme)
    assert await mira.page.evaluate(AUDIT) == []
    await mira.page.keyboard.press("?")
    await expect(mira.page.get_by_role("dialog")).to_be_visible()
    assert await mira.page.evaluate(AUDIT) == []


async def test_nothing_scrolls_sideways_on_the_smallest_screen(stage: Stage) -> None:
    stage.watched.excused.append("404 (Not Found)")
    mira = await at_work(stage, "mira", viewport={"width": 320, "height": 640})
    assert await mira.page.evaluate(SIDEWAYS) == []
    for pane in ("Case", "Why"):
        await mira.page.get_by_role("navigation", name="Panes").get_by_role("button", name=pane).click()
        assert await mira.page.evaluate(SIDEWAYS) == [], pane


async def test_three_times_shift_hides_the_screen_and_leaves_nobody(stage: Stage) -> None:
    stage.watched.excused.append("404 (Not Found)")
    mira = await at_work(stage, "mira")
    for _ in range(3):
        await mira.page.keyboard.press("Shift")
    await expect(mira.page.get_by_role("button", name="Show the screen")).to_be_visible()
    await expect(mira.page.locator(".queue")).to_have_count(0)
    await mira.page.get_by_role("button", name="Show the screen").click()
    await expect(mira.page.get_by_role("heading", name="Queue")).to_be_visible()


async def test_the_console_speaks_spanish(stage: Stage) -> None:
    stage.watched.excused.append("404 (Not Found)")
    mira = await at_work(stage, "mira")
    await mira.visit("/moderation/?lang=es")
    await expect(mira.page.get_by_role("heading", name="Cola")).to_be_visible()
    await expect(mira.page.locator("html")).to_have_attribute("lang", "es")
