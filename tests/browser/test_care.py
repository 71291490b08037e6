"""What a heavy or harmful message brings: the card in the flow, and holding said honestly."""

from __future__ import annotations

import re

from playwright.async_api import expect

from tests.browser.conftest import Stage

HEAVY = "I want to kill myself tonight"
HARMFUL = "I will find you and kill you"


async def test_a_crisis_message_is_delivered_and_brings_the_card(stage: Stage) -> None:
    slug = await stage.room()
    alice, bob = await stage.visitor(), await stage.visitor()
    await alice.enter(slug)
    await bob.enter(slug)
    await alice.say(HEAVY)
    await bob.sees(HEAVY)
    card = alice.page.get_by_role("complementary", name="You’re not alone with this")
    await expect(card).to_be_visible()
    call = card.get_by_role("link", name=re.compile("^Call 988"))
    await expect(call).to_have_attribute("href", "tel:988")
    box = await call.bounding_box()
    assert box is not None
    assert box["height"] >= 52
    await expect(bob.page.locator(".care")).to_have_count(0)
    # It stands after the message it came with, and what follows comes after it.
    await bob.say("I’m here")
    await alice.sees("I’m here")
    order = await alice.log.locator(".msg .bub, .care h3").all_inner_texts()
    assert order == [HEAVY, "You’re not alone with this", "I’m here"]
    # One amber button a screen: the card's.
    await alice.box.fill("thank you")
    amber = await alice.page.locator(".btn.lamp:visible, .send.lit:visible").count()
    assert amber == 1


async def test_the_card_folds_stays_and_survives_a_reload(stage: Stage) -> None:
    slug = await stage.room()
    alice = await stage.visitor()
    await alice.enter(slug)
    await alice.say(HEAVY)
    await alice.page.get_by_role("button", name="Fold this away").click()
    await expect(alice.page.get_by_text("Trained people can listen now.")).to_be_visible()
    await alice.page.reload()
    await alice.page.get_by_role("button", name="Show help again").click()
    await expect(alice.page.get_by_role("link", name=re.compile("^Call 988"))).to_be_visible()


async def test_a_held_message_says_so_keeps_its_place_and_can_be_taken_back(stage: Stage) -> None:
    slug = await stage.room()
    alice, bob = await stage.visitor(), await stage.visitor()
    await alice.enter(slug)
    await bob.enter(slug)
    await alice.say(HARMFUL)
    held = alice.log.locator(".msg.held")
    # Nobody is on duty in the tests' house, and nobody is let wait for two minutes.
    nobody = "Only you see this yet. No moderator is here right now."
    await expect(held).to_contain_text(nobody)
    await alice.say("and something kind")
    await bob.sees("and something kind")
    assert await bob.texts() == ["and something kind"]
    await alice.page.reload()
    await expect(held).to_contain_text(HARMFUL)
    await expect(held).to_contain_text(nobody)
    await alice.sees("and something kind")
    assert await alice.texts() == [HARMFUL, "and something kind"]
    await held.get_by_role("button", name="Take it back").click()
    await expect(held).to_have_count(0)
    await expect(alice.page.locator(".toast")).to_contain_text("Taken back. Nobody saw it.")


async def test_help_is_in_view_on_every_page_and_works_without_script(stage: Stage) -> None:
    slug = await stage.room()
    alice = await stage.visitor(java_script_enabled=False, viewport={"width": 390, "height": 844})
    for path in ("/", f"/rooms/{slug}/", "/help/"):
        await alice.visit(path)
        await expect(alice.page.get_by_role("link", name="Help now")).to_be_in_viewport()
        await expect(alice.page.get_by_role("link", name="Exit")).to_be_in_viewport()
    await alice.page.get_by_role("link", name="Help now").click()
    await expect(alice.page.locator('a[href="tel:988"]').first).to_be_visible()
    await expect(alice.page.locator('a[href="sms:988"]').first).to_be_visible()
