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


async def on_duty(stage: Stage, name: str, **options: object) -> Visitor:
    """Return a moderator on duty, before the console."""
    visitor = await at_work(stage, name, **options)
    switch = visitor.page.locator("button.duty")
    if await switch.get_attribute("aria-pressed") == "false":
        await switch.click()
    await expect(switch).to_have_attribute("aria-pressed", "true")
    return visitor


async def crying(stage: Stage, title: str, text: str = NOW) -> Visitor:
    """Return somebody who has just written `text` in a room of that title."""
    alice = await stage.visitor()
    await alice.enter(await stage.room(title=title))
    await alice.say(text)
    return alice


async def free_of(visitor: Visitor) -> None:
    """Bring a case's end: decided as nothing more."""
    await visitor.page.keyboard.press("d")
    await visitor.page.get_by_role("dialog").get_by_role("button", name="Decide").click()
    await expect(visitor.page.get_by_role("dialog")).to_have_count(0)


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


async def test_a_cry_for_help_stands_on_an_open_console_is_claimed_answered_and_decided(
    stage: Stage,
) -> None:
    mira = await on_duty(stage, "mira")
    alice = await crying(stage, "Low mood of tonight")
    row = case_in(mira, "Low mood of tonight")
    await expect(row).to_have_attribute("data-level", "L4")
    await expect(row).to_contain_text("left")
    await row.get_by_role("link").click()
    await expect(mira.page.get_by_text("You are looking.")).to_be_visible()
    await mira.page.keyboard.press("c")
    await expect(mira.page.locator(".lease")).to_be_visible()
    await expect(row).to_contain_text("Yours")
    assert "pills" not in await mira.page.content()

    await mira.page.keyboard.press("v")
    bubble = mira.page.locator(".conv .flagged .bub")
    await expect(bubble.locator("mark").first).to_be_visible()
    await expect(bubble).to_contain_text("an hour ago")
    assert "pills" not in await mira.page.content()
    await bubble.get_by_role("button", name="Method word, masked. Show it").click()
    await expect(bubble).to_contain_text("pills")
    await expect(mira.page.locator(".why .reasons li").first).to_contain_text("en.self")

    await alice.say("does anybody read this")
    await expect(mira.page.locator(".conv .veil").filter(has_text="4 words")).to_be_visible()
    await mira.page.keyboard.press("r")
    await mira.page.keyboard.type("I read it. Are you safe now?")
    await mira.page.keyboard.press("Enter")
    await expect(alice.page.get_by_text("I read it. Are you safe now?")).to_be_visible()
    await expect(mira.page.locator(".conv .grp.own")).to_contain_text("I read it. Are you safe now?")

    await mira.page.locator(".conv").focus()
    await free_of(mira)
    await expect(row).to_contain_text("Confirm within 10 min")
    noor = await on_duty(stage, "noor")
    await case_in(noor, "Low mood of tonight").get_by_role("link").click()
    await noor.page.get_by_role("button", name="Confirm").click()
    await noor.page.get_by_role("dialog").get_by_role("button", name="Confirm").click()
    for console in (mira, noor):
        await expect(case_in(console, "Low mood of tonight")).to_have_count(0)


async def test_the_second_moderator_is_told_in_words_who_was_first(stage: Stage) -> None:
    mira, noor = await on_duty(stage, "mira"), await on_duty(stage, "noor")
    await crying(stage, "Only one of us", "I want to kill myself")
    name = "Only one of us"
    await case_in(noor, name).get_by_role("link").click()
    await case_in(mira, name).get_by_role("link").click()
    await mira.page.keyboard.press("c")
    await expect(mira.page.locator(".lease")).to_be_visible()
    await expect(case_in(noor, name).locator(".hold svg")).to_be_visible()  # the lock, and her name
    held = await case_in(noor, name).locator(".hold").inner_text()
    await noor.page.keyboard.press("c")
    await expect(noor.page.locator(".toast")).to_contain_text(f"{held.strip()} has this case already.")
    await expect(noor.page.locator("#reply")).to_have_count(0)
    await mira.page.locator(".conv").focus()
    await free_of(mira)


async def test_a_case_taken_away_says_so_and_its_texts_go(stage: Stage) -> None:
    mira = await on_duty(stage, "mira")
    await crying(stage, "Taken away", "I want to kill myself")
    await case_in(mira, "Taken away").get_by_role("link").click()
    await mira.page.keyboard.press("c")
    await expect(mira.page.locator(".lease")).to_be_visible()
    sam = await at_work(stage, "sam")
    await case_in(sam, "Taken away").get_by_role("link").click()
    await sam.page.get_by_role("button", name="Put it back").click()
    await expect(mira.page.get_by_role("alert")).to_contain_text("You no longer hold this case")
    await expect(mira.page.locator("#reply")).to_have_count(0)
    await mira.page.get_by_role("button", name="Claim it again").click()
    await expect(mira.page.locator(".lease")).to_be_visible()
    await free_of(mira)


async def test_what_harms_others_is_held_and_let_through_or_refused_by_a_person(stage: Stage) -> None:
    mira = await on_duty(stage, "mira")
    charlie = await crying(stage, "Held words", "I will find you and kill you")
    await expect(charlie.log.locator(".msg.held")).to_be_visible()
    await case_in(mira, "Held words").get_by_role("link").click()
    await mira.page.keyboard.press("c")
    await expect(mira.page.locator(".lease")).to_be_visible()
    await expect(mira.page.locator(".conv .msg.held")).to_contain_text("nobody in the room has seen it")
    await mira.page.locator(".conv").focus()
    await mira.page.keyboard.press("h")
    await expect(mira.page.locator(".toast")).to_contain_text("What they write next is held")
    await mira.page.keyboard.press("u")
    await expect(mira.page.locator(".toast").filter(has_text="Undone")).to_be_visible()
    await mira.page.keyboard.press("t")
    dialog = mira.page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Refusing it cannot be undone")
    await dialog.get_by_label("Why, in your own words").fill("A threat against somebody")
    await dialog.get_by_role("button", name="Take the message out").click()
    await expect(mira.page.locator(".conv .msg")).to_contain_text("the room no longer sees it")
    await expect(charlie.log.locator(".msg.held")).to_contain_text("A moderator kept this back")
    await mira.page.locator(".conv").focus()
    await free_of(mira)


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_every_control_has_a_name_and_a_size(stage: Stage, theme: str) -> None:
    mira = await at_work(stage, "mira", color_scheme=theme)
    assert await mira.page.evaluate(AUDIT) == []
    await mira.page.keyboard.press("?")
    await expect(mira.page.get_by_role("dialog")).to_be_visible()
    assert await mira.page.evaluate(AUDIT) == []


async def test_nothing_scrolls_sideways_on_the_smallest_screen(stage: Stage) -> None:
    mira = await at_work(stage, "mira", viewport={"width": 320, "height": 640})
    assert await mira.page.evaluate(SIDEWAYS) == []
    for pane in ("Case", "Why"):
        await mira.page.get_by_role("navigation", name="Panes").get_by_role("button", name=pane).click()
        assert await mira.page.evaluate(SIDEWAYS) == [], pane


async def test_three_times_shift_hides_the_screen_and_leaves_nobody(stage: Stage) -> None:
    mira = await at_work(stage, "mira")
    for _ in range(3):
        await mira.page.keyboard.press("Shift")
    await expect(mira.page.get_by_role("button", name="Show the screen")).to_be_visible()
    await expect(mira.page.locator(".queue")).to_have_count(0)
    await mira.page.get_by_role("button", name="Show the screen").click()
    await expect(mira.page.get_by_role("heading", name="Queue")).to_be_visible()


async def test_the_console_speaks_spanish(stage: Stage) -> None:
    mira = await at_work(stage, "mira")
    await mira.visit("/moderation/?lang=es")
    await expect(mira.page.get_by_role("heading", name="Cola")).to_be_visible()
    await expect(mira.page.locator("html")).to_have_attribute("lang", "es")


async def test_the_console_s_other_pages_stand_for_whom_they_are(stage: Stage) -> None:
    sam = await at_work(stage, "sam")
    for path, heading in (("work", "My work"), ("wall", "Wall"), ("appeals", "Appeals"), ("audit", "Audit")):
        await sam.visit(f"/moderation/{path}/")
        await expect(sam.page.get_by_role("heading", level=1)).to_have_text(heading)
        await expect(sam.page.locator(".desk .lead")).to_be_visible()
        assert await sam.page.evaluate(AUDIT) == [], path
    await sam.page.get_by_label("What").fill("cases.read")
    await sam.page.get_by_role("button", name="Search").click()
    await expect(sam.page.locator("tbody tr").first).to_contain_text("cases.read")
    await sam.visit("/moderation/wall/")
    await expect(sam.page.get_by_role("row").filter(has_text="L4 imminent")).to_be_visible()
    stage.watched.excused.append("404 (Not Found)")
    mira = await at_work(stage, "mira")
    answer = await mira.page.goto(f"{mira.home}/moderation/audit/")
    assert answer is not None
    assert answer.status == 404


async def test_who_objects_is_heard_by_another_moderator(stage: Stage) -> None:
    house = stage.house
    stage.watched.excused.append("403 (Forbidden)")
    mira = await on_duty(stage, "mira")
    person = await house.guest()
    slug = await stage.room(title="Said against it")
    async with house.connect(person) as guest:
        stream = (await guest.ask("join", room=slug))["stream"]
        await guest.ask("send", stream=stream, client_id="1", text="I will find you and kill you")
        row = case_in(mira, "Said against it")
        await row.get_by_role("link").click()
        await mira.page.keyboard.press("c")
        await expect(mira.page.locator(".lease")).to_be_visible()
        await mira.page.get_by_role("button", name="More").click()
        dialog = mira.page.get_by_role("dialog")
        await dialog.get_by_label("What is to be done").select_option("mute")
        await dialog.get_by_role("button", name="Do it").click()
        await expect(dialog).to_have_count(0)
        told = await guest.expect("decision", stream="me", within=10)
    taken = await house.post(
        "appeals/", {"appeal": told["appeal"], "text": "It was a line of a film."}, person=person
    )
    assert taken.status_code == 201, taken.text
    await mira.page.locator(".conv").focus()
    await free_of(mira)
    await mira.visit("/moderation/appeals/")
    await look_again(mira)
    await expect(mira.page.locator(".toast")).to_contain_text("You decided this yourself")
    noor = await on_duty(stage, "noor")
    await noor.visit("/moderation/appeals/")
    await look_again(noor)
    await expect(noor.page.locator(".appeal").filter(has_text="line of a film")).to_contain_text("taken back")


async def look_again(visitor: Visitor) -> None:
    """Say that the decision somebody objects to is taken back."""
    appeal = visitor.page.locator(".appeal").filter(has_text="line of a film")
    await appeal.get_by_label("Why, in your own words").fill("It quotes a film")
    await appeal.get_by_role("button", name="Take it back").click()
