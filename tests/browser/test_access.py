"""Keyboard, screen reader, small screens, Spanish, and the page's own first second."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Stage, Visitor

HERE = Path(__file__).parent
AUDIT = (HERE / "audit.js").read_text()
SIDEWAYS = (HERE / "sideways.js").read_text()


async def lively(stage: Stage, **options: object) -> Visitor:
    """Return a visitor in a room where every kind of row stands."""
    slug = await stage.room()
    alice, bob = await stage.visitor(**options), await stage.visitor()
    await alice.enter(slug)
    await bob.enter(slug)
    await bob.say("A word as long as Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamten")
    await alice.sees("A word as long")
    await alice.say("I want to kill myself tonight")
    await alice.say("I will find you and kill you")
    await expect(alice.log.locator(".msg.held")).to_be_visible()
    await bob.sees("I want to kill myself")
    await bob.act("I want to kill myself", "Reply")
    await bob.say("I’m glad you said it here.")
    await alice.sees("I’m glad")
    await (
        alice.message("I’m glad")
        .get_by_role("button", name="Message actions for this message")
        .click(force=True)
    )
    return alice


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_every_control_has_a_name_and_a_size(stage: Stage, theme: str) -> None:
    stage.watched.excused.append("404 (Not Found)")  # the page that is not there is looked at too
    alice = await lively(stage, color_scheme=theme)
    assert await alice.page.evaluate(AUDIT) == []
    for path in ("/", "/help/", "/?lang=es", "/rooms/sleep/", "/nowhere-at-all/"):
        await stage_free(alice, path)
        assert await alice.page.evaluate(AUDIT) == [], path


async def stage_free(visitor: Visitor, path: str) -> None:
    await visitor.visit(path)
    await visitor.page.wait_for_timeout(200)


async def test_nothing_scrolls_sideways_on_the_smallest_screen(stage: Stage) -> None:
    alice = await lively(stage, viewport={"width": 320, "height": 640})
    assert await alice.page.evaluate(SIDEWAYS) == []
    await alice.page.get_by_role("button", name="About this room").click()
    assert await alice.page.evaluate(SIDEWAYS) == []
    for path in ("/", "/?lang=es", "/help/", "/rooms/sleep/"):
        await stage_free(alice, path)
        assert await alice.page.evaluate(SIDEWAYS) == [], path


async def test_one_talks_with_the_keyboard_alone(stage: Stage) -> None:
    slug = await stage.room()
    alice, bob = await stage.visitor(), await stage.visitor()
    await bob.enter(slug)
    await bob.say("Can you hear me?")
    await alice.visit(f"/rooms/{slug}/")
    await alice.page.get_by_label("Or choose a name").focus()
    await alice.page.keyboard.type("Keys Only")
    await alice.page.keyboard.press("Enter")
    await alice.entered()
    await alice.sees("Can you hear me?")
    await alice.box.focus()
    await alice.page.keyboard.press("ArrowUp")
    await expect(alice.message("Can you hear me?")).to_be_focused()
    await alice.page.keyboard.press("r")
    await expect(alice.box).to_be_focused()
    await alice.page.keyboard.type("Loud and clear")
    await alice.page.keyboard.press("Shift+Enter")
    await alice.page.keyboard.type("from here")
    await alice.page.keyboard.press("Enter")
    await bob.sees("Loud and clear\nfrom here")
    await expect(alice.box).to_be_focused()
    await alice.page.keyboard.press("ArrowUp")
    await alice.page.keyboard.press("ArrowUp")
    await expect(alice.message("Can you hear me?").first).to_be_focused()
    await alice.page.keyboard.press("Tab")
    await expect(alice.page.get_by_role("button", name="React")).to_be_focused()
    await alice.page.keyboard.press("Enter")
    await expect(alice.page.get_by_role("button", name="Heart")).to_be_focused()
    await alice.page.keyboard.press("Escape")
    await expect(alice.page.get_by_role("button", name="React")).to_be_focused()
    await alice.page.keyboard.press("Escape")
    await expect(alice.box).to_be_focused()


async def test_the_focus_stays_while_messages_come(stage: Stage) -> None:
    slug = await stage.room()
    alice, bob = await stage.visitor(), await stage.visitor()
    await alice.enter(slug)
    await bob.enter(slug)
    await bob.say("one")
    await alice.sees("one")
    await alice.box.focus()
    await alice.page.keyboard.press("ArrowUp")
    for text in ("two", "three"):
        await bob.say(text)
        await alice.sees(text)
    await expect(alice.message("one")).to_be_focused()
    await expect(alice.log).to_have_attribute("aria-label", "Messages in Night owls")


async def test_the_house_speaks_spanish(stage: Stage) -> None:
    alice = await stage.visitor(locale="es-ES")
    await alice.visit()
    await expect(alice.page.locator("html")).to_have_attribute("lang", "es")
    await expect(alice.page.get_by_role("heading", level=1)).to_have_text("No tienes que pasarlo a solas")
    async with alice.page.expect_request("**/api/v1/guests/") as asked:
        await alice.page.get_by_role("link", name=re.compile("^Sueño")).click()
    assert (await (await asked.value).header_value("accept-language")) == "es-ES,es;q=0.9"
    await alice.entered()
    await expect(alice.box).to_have_attribute("placeholder", re.compile("^Escribe como "))
    await alice.say("quiero morirme")
    await expect(alice.page.get_by_role("heading", name="No estás a solas con esto")).to_be_visible()
    await alice.page.get_by_role("link", name="English").click()
    await expect(alice.page.locator("html")).to_have_attribute("lang", "en")
    await alice.visit()
    await expect(alice.page.locator("html")).to_have_attribute("lang", "en")


async def test_the_theme_is_chosen_and_stays(stage: Stage) -> None:
    alice = await stage.visitor(color_scheme="light")
    await alice.visit()
    await alice.page.get_by_label("Dark", exact=True).check(force=True)
    await alice.page.reload()
    await expect(alice.page.locator("html")).to_have_attribute("data-theme", "dark")
    background = await alice.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(13, 25, 30)"


async def test_the_content_policy_is_strict(stage: Stage) -> None:
    answer = await stage.house.get("/")
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert "http:" not in policy
    assert "https:" not in policy
    assert "<style" not in answer.text
    assert " style=" not in answer.text


async def test_one_can_type_soon_after_a_plain_page_would_stand(stage: Stage) -> None:
    """A time would judge the machine: what a page costs here is told by the plainest one, in the same run."""
    slug = await stage.room()
    alice = await stage.visitor()
    await alice.enter(slug)
    plain, ready = [], []
    for _ in range(3):
        started = time.monotonic()
        await alice.visit("/help/")
        plain.append(time.monotonic() - started)
        started = time.monotonic()
        await alice.visit(f"/rooms/{slug}/")
        await alice.entered()
        await alice.box.press("x")
        ready.append(time.monotonic() - started)
    assert min(ready) < 12 * min(plain), (plain, ready)


async def test_what_is_typed_before_the_script_runs_is_kept(stage: Stage) -> None:
    slug = await stage.room()
    alice = await stage.visitor()
    await alice.enter(slug)

    async def slowly(route: object) -> None:
        await alice.page.wait_for_timeout(700)
        await route.continue_()  # type: ignore[attr-defined]

    await alice.page.route("**/js/chat.js", slowly)
    await alice.page.goto(f"{alice.home}/rooms/{slug}/", wait_until="commit")
    await alice.page.locator("#box").focus()
    await alice.page.keyboard.type("early words")
    await alice.entered()
    await expect(alice.box).to_have_value("early words")
