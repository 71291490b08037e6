"""Two people talk, and what can be done with a message."""

from __future__ import annotations

import re
from contextlib import AsyncExitStack

from playwright.async_api import expect

from tests.browser.conftest import Stage


async def test_two_people_chat_under_names_they_were_given(stage: Stage) -> None:
    slug = await stage.room()
    alice, bob = await stage.visitor(), await stage.visitor()
    await alice.enter(slug)
    await bob.enter(slug)
    await alice.say("Is anyone awake?")
    await bob.sees("Is anyone awake?")
    await bob.say("I am.\nSince three.")
    await alice.sees("I am.")
    assert await alice.texts() == await bob.texts() == ["Is anyone awake?", "I am.\nSince three."]
    group = bob.log.get_by_role("region", name=re.compile(f"^{await alice.name()}, "))
    await expect(group.locator("svg.av")).to_have_attribute("aria-hidden", "true")
    assert await alice.name() != await bob.name()
    await expect(alice.page.locator(".bar .presence")).to_have_text("2 here")


async def test_two_browsers_and_an_independent_client_talk_in_one_room(stage: Stage) -> None:
    slug = await stage.room()
    alice, bob = await stage.visitor(), await stage.visitor()
    await alice.enter(slug)
    await bob.enter(slug)
    async with stage.house.connect(await stage.house.guest()) as charlie:
        stream = (await charlie.join(slug))["stream"]
        await alice.say("Hello from a page.")
        await charlie.expect("message", text="Hello from a page.")
        await bob.sees("Hello from a page.")
        await charlie.send(stream, "Hello from a script.")
        await alice.sees("Hello from a script.")
        await bob.sees("Hello from a script.")
        stored = (await charlie.history(stream))["events"]
    said = [event["text"] for event in stored if event["kind"] == "message"]
    assert await alice.texts() == await bob.texts() == said == ["Hello from a page.", "Hello from a script."]


async def test_a_click_on_the_landing_page_leads_into_the_room(stage: Stage) -> None:
    alice = await stage.visitor()
    await alice.visit()
    await alice.page.get_by_role("link", name=re.compile("^Sleep")).click()
    await alice.entered()
    await expect(alice.page).to_have_title("Sleep · Hearth")
    await expect(alice.box).to_be_focused()


async def test_one_may_choose_a_name_and_is_told_when_it_is_taken(stage: Stage) -> None:
    slug = await stage.room()
    alice, bob = await stage.visitor(), await stage.visitor()
    for visitor in (alice, bob):
        await visitor.visit(f"/rooms/{slug}/")
        await visitor.page.get_by_label("Or choose a name").fill("Night Bus")
        await visitor.page.get_by_role("button", name="Come in").click()
        if visitor is alice:
            await visitor.entered()
    assert await alice.name() == "Night Bus"
    await expect(bob.page.get_by_role("alert")).to_contain_text("That name is taken")


COVERED = """article => {
    const box = part => part.getBoundingClientRect();
    const acts = box(article.querySelector('.acts'));
    const group = article.closest('.grp');
    const beneath = [...group.querySelectorAll('.grp-head, .bub')].map(box);
    return acts.width === 0 || beneath.some(({ top, bottom, left, right }) =>
        acts.left < right && left < acts.right && acts.top < bottom && top < acts.bottom);
}"""


async def test_reactions_are_counted_and_taken_back(stage: Stage) -> None:
    slug = await stage.room()
    alice, bob = await stage.visitor(), await stage.visitor()
    await alice.enter(slug)
    await bob.enter(slug)
    await alice.say("Day four without sleep")
    await bob.sees("Day four without sleep")
    await bob.act("Day four", "React")
    await bob.page.get_by_role("group", name="React").get_by_role("button", name="Hug").click()
    # With the mouse where it was, Escape puts the actions away, and the next move brings them again.
    await expect(bob.log.get_by_role("button", name="React", exact=True)).to_be_focused()
    await bob.page.keyboard.press("Escape")
    await expect(bob.log.get_by_role("toolbar")).to_have_count(0)
    for width in (390, 1280):  # and they cover neither the writer's name nor the text
        await bob.page.set_viewport_size({"width": width, "height": 800})
        await bob.message("Day four").locator(".bub").hover()
        await expect(bob.log.get_by_role("toolbar")).to_be_visible()
        assert not await bob.message("Day four").evaluate(COVERED)
    await expect(alice.log.get_by_role("button", name="Hug, 1", exact=True)).to_be_visible()
    mine = bob.log.get_by_role("button", name="Hug, 1, yours among them")
    await expect(mine).to_have_attribute("aria-pressed", "true")
    await mine.click()
    await expect(alice.log.locator(".rx")).to_have_count(0)


async def test_a_reply_quotes_what_it_answers(stage: Stage) -> None:
    slug = await stage.room()
    alice, bob = await stage.visitor(), await stage.visitor()
    await alice.enter(slug)
    await bob.enter(slug)
    await alice.say("I keep looking at the clock")
    await bob.sees("I keep looking at the clock")
    await bob.act("looking at the clock", "Reply")
    await expect(bob.box).to_be_focused()
    await bob.say("Turn it to the wall")
    await alice.sees("Turn it to the wall")
    await expect(alice.message("Turn it").locator(".quote")).to_have_text("You · I keep looking at the clock")


async def test_one_removes_what_one_wrote(stage: Stage) -> None:
    slug = await stage.room()
    alice, bob = await stage.visitor(), await stage.visitor()
    await alice.enter(slug)
    await bob.enter(slug)
    await alice.say("Too much of me")
    await bob.sees("Too much of me")
    await alice.act("Too much of me", "Remove")
    await expect(bob.log.locator(".gone")).to_have_text("Removed by its writer")
    await expect(alice.log.locator(".gone")).to_have_text("You removed this")
    await bob.page.reload()
    await expect(bob.log.locator(".gone")).to_have_text("Removed by its writer")
    assert "Too much of me" not in await bob.page.content()


async def test_a_blocked_person_is_not_seen_until_that_is_undone(stage: Stage) -> None:
    slug = await stage.room()
    alice, bob = await stage.visitor(), await stage.visitor()
    await alice.enter(slug)
    await bob.enter(slug)
    await bob.say("Buy my pills")
    await alice.sees("Buy my pills")
    await alice.act("Buy my pills", f"Block {await bob.name()}")
    await expect(alice.message("Buy my pills")).to_have_count(0)
    await expect(alice.box).to_be_focused()
    await bob.say("Really, buy them")
    await bob.sees("Really, buy them")
    await alice.page.reload()
    await alice.entered()
    await expect(alice.message("buy them")).to_have_count(0)
    await alice.page.get_by_role("button", name="Unblock").click()
    await alice.sees("Really, buy them")
    await alice.sees("Buy my pills")


async def test_a_message_is_reported_with_a_reason_and_a_note(stage: Stage) -> None:
    slug = await stage.room()
    alice, bob = await stage.visitor(), await stage.visitor()
    await alice.enter(slug)
    await bob.enter(slug)
    await bob.say("Here is where she lives")
    await alice.sees("Here is where she lives")
    await alice.act("where she lives", "Report")
    dialog = alice.page.get_by_role("dialog", name="Report this message")
    await dialog.get_by_label("It tells private things about someone").check()
    await dialog.get_by_label("Anything we should know?").fill("An address")
    await dialog.get_by_role("button", name="Send report").click()
    await expect(dialog).to_have_count(0)
    await expect(alice.page.locator(".toast")).to_contain_text("A moderator will read it")


async def test_typing_shows_and_goes(stage: Stage) -> None:
    slug = await stage.room()
    alice, bob = await stage.visitor(), await stage.visitor()
    await alice.enter(slug)
    await bob.enter(slug)
    await alice.box.press_sequentially("I wonder")
    await expect(bob.page.locator(".typing")).to_have_text(f"{await alice.name()} is writing")
    await alice.box.press("Enter")
    await bob.sees("I wonder")
    await expect(bob.page.locator(".typing")).to_have_text("")


async def test_older_messages_load_on_scroll_and_a_pill_tells_of_newer(stage: Stage) -> None:
    slug = await stage.room()
    alice = await stage.visitor()
    number = 0
    async with AsyncExitStack() as stack:
        for _ in range(4):  # nobody may send 70 in a breath
            speaker = await stack.enter_async_context(stage.house.connect(await stage.house.guest()))
            stream = (await speaker.join(slug))["stream"]
            for _ in range(18):
                await speaker.send(stream, f"line {number:03}.")
                number += 1
        await alice.enter(slug)
        await alice.sees("line 071.")
        scroller = alice.page.locator("#main")
        await scroller.evaluate("box => { box.scrollTop = -box.scrollHeight }")
        await alice.sees("line 000.")
        assert await alice.texts() == [f"line {number:03}." for number in range(number)]
        before = await scroller.evaluate("box => box.scrollHeight - box.clientHeight + box.scrollTop")
        await speaker.send(stream, "the newest")
        await expect(alice.page.get_by_role("button", name="1 new message")).to_be_visible()
        after = await scroller.evaluate("box => box.scrollHeight - box.clientHeight + box.scrollTop")
        assert abs(after - before) < 2  # what one reads stays where it is
        await alice.page.get_by_role("button", name="1 new message").click()
        await expect(alice.message("the newest")).to_be_in_viewport()
        await expect(alice.page.get_by_role("button", name="1 new message")).to_have_count(0)


async def test_two_people_are_matched_and_one_is_told_when_the_other_leaves(stage: Stage) -> None:
    alice, bob = await stage.visitor(), await stage.visitor()
    await alice.visit()
    await bob.visit()
    await alice.page.get_by_label("What is it about?").select_option("sleep")
    await bob.page.get_by_label("What is it about?").select_option("sleep")
    await alice.page.get_by_role("button", name="I want to talk").click()
    await expect(alice.page.get_by_role("heading", name="Looking for someone to listen")).to_be_visible()
    await bob.page.get_by_role("button", name="I can listen").click()
    await alice.entered()
    await bob.entered()
    await expect(alice.page.locator("h1")).to_have_text(await bob.name())
    await bob.say("I’m listening")
    await alice.sees("I’m listening")
    # Bob's connection ends: that is said, and that he is back.
    his = await bob.name()
    banner = alice.page.locator(".banner")
    await expect(alice.page.locator(".bar .meta")).to_have_text("Just the two of you")
    await bob.page.goto("about:blank")
    await expect(banner).to_contain_text(f"{his} is not connected now. You can wait here", timeout=20_000)
    await expect(alice.page.locator(".bar .meta")).to_have_text("Not here now")
    await bob.page.go_back()
    await expect(alice.page.locator(".toast")).to_have_text(f"{his} is back.", timeout=20_000)
    await expect(banner).to_have_count(0)
    await bob.page.get_by_role("button", name="Leave this room").click()
    await expect(alice.page.locator(".toast").last).to_contain_text("The other person has left")
    await expect(banner).to_contain_text(f"{his} has left. You can look for someone else.")
    # Somebody else is looked for, for the same.
    await banner.get_by_role("button", name="Find someone else").click()
    await expect(alice.page.get_by_role("heading", name="Looking for someone to listen")).to_be_visible()
    await expect(alice.page.locator("[data-match-topic]")).to_have_text("Sleep")
    charlie = await stage.visitor()
    await charlie.visit()
    await charlie.page.get_by_label("What is it about?").select_option("sleep")
    await charlie.page.get_by_role("button", name="I can listen").click()
    await alice.entered()
    await charlie.entered()
    await expect(alice.page.locator("h1")).to_have_text(await charlie.name())
