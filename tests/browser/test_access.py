"""Keyboard, screen reader, small screens, Spanish, and the page's own first second."""

from __future__ import annotations

import re
import time

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Stage, Visitor

# What an accessibility checker asks first, in one pass over the page.
AUDIT = r"""() => {
  const faults = [];
  const seen = (el) => el.checkVisibility({checkOpacity: false, checkVisibilityCSS: true}) && !el.closest('[hidden]');
  const name = (el) => (el.getAttribute('aria-label')
    || (el.getAttribute('aria-labelledby') || '').split(' ').map((id) => document.getElementById(id)?.textContent || '').join(' ')
    || [...(el.labels || [])].map((label) => label.textContent).join(' ') || el.textContent || el.title || '').trim();
  const tell = (why, el) => faults.push(`${why}: ${el.outerHTML.slice(0, 120)}`);
  if (!['en', 'es'].includes(document.documentElement.lang)) faults.push('no language');
  if (!document.title) faults.push('no title');
  if (document.querySelectorAll('main').length !== 1) faults.push('not one main');
  if ([...document.querySelectorAll('h1')].filter(seen).length !== 1) faults.push('not one h1');
  const ids = [...document.querySelectorAll('[id]')].map((el) => el.id);
  ids.filter((id, n) => ids.indexOf(id) !== n).forEach((id) => faults.push(`id twice: ${id}`));
  for (const el of document.querySelectorAll('a[href], button, input, select, textarea, [role=log], nav, aside, dialog[open]')) {
    if (seen(el) && !name(el)) tell('no name', el);
  }
  for (const el of document.querySelectorAll('svg')) if (el.getAttribute('aria-hidden') !== 'true') tell('svg is read', el);
  for (const el of document.querySelectorAll('[style]')) tell('inline style', el);
  for (const el of document.querySelectorAll('script:not([src])')) tell('inline script', el);
  for (const el of document.querySelectorAll('[tabindex]')) if (el.tabIndex > 0) tell('tab order', el);
  for (const el of document.querySelectorAll('[aria-describedby], [aria-labelledby], [aria-controls]')) {
    for (const attr of ['aria-describedby', 'aria-labelledby', 'aria-controls']) {
      for (const id of (el.getAttribute(attr) || '').split(' ').filter(Boolean)) if (!document.getElementById(id)) tell(`${attr} leads nowhere`, el);
    }
  }
  for (const el of document.querySelectorAll('a.btn, button:not(.sr), a.help-now, a.quick-exit, select')) {
    if (!seen(el) || el.closest('.sr')) continue;
    const box = el.getBoundingClientRect();
    const after = getComputedStyle(el, '::after');
    const grown = after.position === 'absolute' ? -2 * parseFloat(after.top || 0) : 0;
    if (box.height + grown < 32) tell(`only ${box.height} px high`, el);
  }
  for (const el of document.querySelectorAll('body *')) {
    if (seen(el) && [...el.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) && parseFloat(getComputedStyle(el).fontSize) < 12) tell('text under 12 px', el);
  }
  return faults;
}"""
SIDEWAYS = """() => [...document.querySelectorAll('html, body, #main, .log, .side, .rail')]
  .filter((el) => el.scrollWidth > el.clientWidth + 1 && el.clientWidth > 0).map((el) => `${el.tagName}.${el.className} ${el.scrollWidth}`)"""


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
    await alice.page.get_by_role("link", name=re.compile("^Sueño")).click()
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


async def test_one_can_type_within_a_second(stage: Stage) -> None:
    slug = await stage.room()
    alice = await stage.visitor()
    await alice.enter(slug)
    took = []
    for _ in range(3):
        started = time.monotonic()
        await alice.visit(f"/rooms/{slug}/")
        await alice.entered()
        await alice.box.press("x")
        took.append(time.monotonic() - started)
    assert min(took) < 1, took


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
