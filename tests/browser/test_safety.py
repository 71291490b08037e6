"""Settings, safety: naming contacts, telling them, taking it back."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.async_api import expect

from tests.browser.conftest import Stage
from tests.browser.test_people import member_of, registered, signed_in, token_of

WORDS = "The blue door is open."


async def test_a_contact_outside_ends_it_by_the_button_and_changes_their_mind(
    stage: Stage,
) -> None:
    house = stage.house
    name = await registered(house, "alice")
    alice = await token_of(house, name)
    mum = {"name": "Mum", "channel": "email", "address": "mum@example.org", "detail": "check_in"}
    assert (await house.post("safety/contacts/", mum, person=alice)).status_code == 201
    hers, mums = await signed_in(stage, name), await stage.visitor()
    await mums.visit(await house.inside.do("told_link", username=name))
    await mums.page.get_by_role("button", name="Tell me nothing more").click()
    await expect(mums.page.get_by_role("status")).to_contain_text("You are told nothing more")
    await expect(hers.page.get_by_text("A contact of yours wants to be told nothing more")).to_be_visible()
    assert (await house.get("safety/contacts/", person=alice)).json()["results"][0]["reached"] is False
    await mums.page.get_by_role("button", name="Tell me after all").click()
    await expect(mums.page.get_by_role("status")).to_contain_text("You are told again")
    await expect(hers.page.get_by_text("A contact of yours may be told again")).to_be_visible()


async def test_alice_names_contacts_takes_a_notice_back_and_has_them_told(stage: Stage) -> None:
    names = [await registered(stage.house, name) for name in ("alice", "bob")]
    alice, bob = [await token_of(stage.house, name) for name in names]
    circle = (await stage.house.post("circles/", {"name": "Home", "own_name": "Ali"}, person=alice)).json()
    invite = (await stage.house.post(f"circles/{circle['id']}/invites/", person=alice)).json()
    await stage.house.post("circles/accept/", {"token": invite["token"], "name": "Bo"}, person=bob)
    assert await member_of(stage.house, circle["id"], bob)

    hers = await signed_in(stage, names[0])
    await hers.visit("/settings/#safety")
    page = hers.page
    safety = page.locator("#safety")
    await expect(safety.get_by_role("button", name="Tell my contacts now")).to_be_disabled()
    await safety.get_by_role("button", name="Add a contact").click()
    await page.locator("dialog input[name=name]").fill("Mum")
    await page.locator("dialog input[name=address]").fill("mum")
    await page.locator("dialog").get_by_role("button", name="Save").click()
    await expect(page.locator("dialog input[name=address]")).to_be_focused()  # it is no address yet
    await expect(page.locator("dialog input[name=name]")).to_have_value("Mum")  # and nothing is lost
    await page.locator("dialog input[name=address]").fill("mum@example.org")
    await page.locator("dialog").get_by_role("button", name="Save").click()
    await expect(safety.locator("ol li")).to_have_count(1)
    await safety.get_by_role("button", name="Add a contact").click()
    await page.locator("dialog input[name=name]").fill("Bo")
    await page.locator("dialog select[name=channel]").select_option("member")
    await page.locator("dialog input[name=detail][value=own_words]").check()
    await page.locator("dialog").get_by_role("button", name="Save").click()
    await expect(safety.locator("ol li").nth(1)).to_contain_text("Bo · Home")
    await safety.get_by_role("button", name=re.compile("^Earlier")).click()
    await expect(safety.locator("ol li").first).to_contain_text("Bo · Home")
    await safety.locator("textarea[name=own_words]").fill(WORDS)
    await safety.get_by_role("button", name="Save").first.click()
    await expect(page.get_by_text("Saved.").last).to_be_visible()

    his = await signed_in(stage, names[1])
    await tell(page)
    await safety.get_by_role("button", name="Take it back").click()
    await expect(safety.get_by_text("You took back what you asked for")).to_be_visible()
    await tell(page)
    await page.reload()  # what waits is still shown, and can still be taken back
    await expect(safety.get_by_role("button", name="Take it back")).to_be_visible()
    (waiting,) = [
        one
        for one in (await stage.house.get("safety/notices/", person=alice)).json()["results"]
        if one["state"] == "pending"
    ]
    assert await stage.house.inside.do("end_delay", notice=waiting["id"]) == 1
    notice = his.page.locator("li[data-category=safety]").filter(has_text="A safety notice")
    await expect(notice).to_have_count(1)
    await expect(notice).to_contain_text(WORDS)
    await notice.get_by_role("button", name="I’ve seen it").click()
    await expect(notice).to_contain_text("You said that you have seen it.")
    await hers.visit("/family/")
    await expect(page.get_by_text("Bo has seen your notice")).to_be_visible()

    audit = (Path(__file__).parent / "audit.js").read_text()
    sideways = (Path(__file__).parent / "sideways.js").read_text()
    small = await signed_in(
        stage, names[0], color_scheme="dark", viewport={"width": 320, "height": 800}, locale="es-ES"
    )
    await small.visit("/settings/#safety")
    await expect(small.page.locator("#safety")).to_contain_text("Se avisó a tus contactos")
    await small.page.locator("#safety summary").click()
    assert await small.page.evaluate(audit) == []
    assert await small.page.evaluate(sideways) == []
    await small.page.get_by_role("button", name="Añadir un contacto").click()
    await expect(small.page.locator("dialog")).to_be_visible()
    assert await small.page.evaluate(audit) == []
    assert await small.page.evaluate(sideways) == []


async def tell(page: object) -> None:
    """Ask for a notice, and say once more that one means it."""
    await page.locator("#safety").get_by_role("button", name="Tell my contacts now").click()  # type: ignore[attr-defined]
    await page.locator("dialog").get_by_role("button", name="Tell my contacts now").click()  # type: ignore[attr-defined]
    await expect(page.locator("#safety [role=alert]")).to_contain_text("about to be told")  # type: ignore[attr-defined]
