"""Letting an app in, and coming into one house by another: the page that asks, on both sides of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Stage, Visitor
from tests.browser.test_people import letter_to, registered
from tests.house import DEMO_PASSWORD, Builder, House
from tests.servers import WebServer

HERE = Path(__file__).parent


@pytest.fixture
def ours(house: House, builder: Builder) -> Iterator[House]:
    """A second house, into which people of the first one may come."""
    with builder.open("sqlite-memory", webs=0) as opened:
        web = WebServer(opened.variables)
        back = f"{web.url}/_allauth/browser/v1/auth/provider/first/callback"
        told = house.manage("oauth_client", "The lighthouse", "--redirect", back, "--scope", "openid")
        made = dict(line.split("=", 1) for line in told.split())
        web.variables |= {
            "SOCIAL_PROVIDERS": "first",
            "SOCIAL_FIRST_NAME": "The first house",
            # Cookies know hosts and no ports: two houses on one machine need two names.
            "SOCIAL_FIRST_ISSUER": house.url.replace("127.0.0.1", "localhost"),
            "SOCIAL_FIRST_CLIENT_ID": made["client_id"],
            "SOCIAL_FIRST_CLIENT_SECRET": made["client_secret"],
        }
        opened.webs.append(web)
        web.start()
        yield opened


async def allow(visitor: Visitor, button: str = "Allow") -> None:
    await expect(visitor.page.get_by_role("heading", name="Let an app in")).to_be_visible()
    await visitor.page.get_by_role("button", name=button).click()


async def test_alice_comes_into_another_house_by_the_first_and_chooses_a_name_there(
    ours: House, stage: Stage
) -> None:
    # In this order: the pages are closed before the house that they talk to.
    stage.watched.excused += ["401 (Unauthorized)", "409 (Conflict)"]
    stage.watched.also += [
        ours.url.removeprefix("http://"),
        stage.watched.home.replace("127.0.0.1", "localhost"),
    ]
    alice = await stage.visitor()
    alice.home = ours.url
    await alice.visit("/sign-in/?next=/settings/")
    await alice.page.get_by_role("button", name="Go on with The first house").click()
    await alice.page.wait_for_url("http://localhost:*/sign-in/**")
    await alice.page.locator("input[name=username]").fill("alice")
    await alice.page.locator("input[name=password]").fill(DEMO_PASSWORD)
    await alice.page.locator("form .btn.lamp").first.click()
    await expect(alice.page.get_by_text("The lighthouse")).to_be_visible()
    await expect(alice.page.get_by_text("Know that it is you")).to_be_visible()
    await allow(alice, "Refuse")
    await expect(alice.page.get_by_role("alert")).to_contain_text("You came back without signing in there")

    await alice.page.get_by_role("button", name="Go on with The first house").click()
    await allow(alice)
    await expect(alice.page.get_by_role("heading", name="Choose your name here")).to_be_visible()
    await alice.page.locator("input[name=username]").fill("alice")  # taken: there is one in this house too
    await alice.page.locator("input[name=email]").fill("ali@example.org")
    stage.watched.excused += ["400 (Bad Request)"]
    await alice.page.get_by_role("button", name="Make an account").click()
    await expect(alice.page.get_by_text("This name is taken. Choose another.")).to_be_visible()
    await alice.page.locator("input[name=username]").fill("ali-of-the-hill")
    await alice.page.get_by_role("button", name="Make an account").click()
    await expect(alice.page.get_by_role("heading", name="Welcome, ali-of-the-hill")).to_be_visible()
    await alice.page.get_by_role("button", name="Go on").click()
    await alice.page.wait_for_url("**/settings/")
    await expect(alice.page.locator("#elsewhere")).to_contain_text("The first house")
    await alice.page.locator("#elsewhere").get_by_role("button", name="Remove").click()
    only_way = alice.page.locator("#elsewhere").get_by_role("alert")
    await expect(only_way).to_contain_text("This is your only way in")
    await shows_a_code_from_her_mailbox(alice, ours)
    await alice.page.get_by_role("button", name="Sign out").click()
    await alice.page.wait_for_url("**/sign-in/")
    await alice.page.get_by_role("button", name="Go on with The first house").click()
    await allow(alice)
    await alice.page.wait_for_url(f"{ours.url}/family/")


async def shows_a_code_from_her_mailbox(alice: Visitor, ours: House) -> None:
    """She came in over five minutes ago, as her first tries are told, and has nothing of ours to show."""
    dialog, address = alice.page.locator("dialog"), alice.page.locator("#email input[type=email]")
    told: dict[str, Any] = {"status": 401, "meta": {"is_authenticated": True}, "data": {"flows": []}}
    door = "**/browser/v1/account/email"

    async def change(to: str) -> None:
        await alice.page.route(
            door,
            lambda route: (
                route.fulfill(status=401, json=told) if route.request.method == "POST" else route.continue_()
            ),
        )
        await address.fill(to)
        await alice.page.get_by_role("button", name="Change it").click()
        await dialog.get_by_role("button", name="Send me a code").click()
        await alice.page.unroute(door)

    await change("hill@example.org")
    await expect(dialog).to_contain_text("You have no confirmed address")
    await alice.page.keyboard.press("Escape")
    await alice.visit(await letter_to(ours, "ali-of-the-hill", r"/verify-email/[^\s/]+/?"))
    await alice.page.get_by_role("button", name="Yes, this address is mine").click()
    await expect(alice.page.get_by_role("heading", name="Confirmed")).to_be_visible()
    await alice.visit("/settings/")
    await change("hill@example.org")
    await dialog.locator("input[name=code]").fill("1234 5678")
    await dialog.get_by_role("button", name="Go on").click()
    await expect(dialog.get_by_text("This code does not fit")).to_be_visible()
    await dialog.locator("input[name=code]").fill(await letter_to(ours, "ali-of-the-hill", r"\b\d{8}\b"))
    await dialog.get_by_role("button", name="Go on").click()
    await expect(alice.page.locator("#email")).to_contain_text("hill@example.org")
    await expect(dialog).to_have_count(0)


async def test_the_page_that_asks_for_an_app_is_plain_in_both_languages(stage: Stage) -> None:
    house = stage.house
    scopes = ["openid", "profile", "email", "tracking:read", "tracking:write", "moderation"]
    options = [part for word in scopes for part in ("--scope", word)]
    told = house.manage("oauth_client", "A diary of days", "--redirect", f"{house.url}/help/", *options)
    asked = {
        "client_id": dict(line.split("=", 1) for line in told.split())["client_id"],
        "redirect_uri": f"{house.url}/help/",
        "response_type": "code",
        "scope": " ".join(scopes),
        "state": "s",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
    }
    username = await registered(house, "ruth")
    audit, sideways = (HERE / "audit.js").read_text(), (HERE / "sideways.js").read_text()
    ruth = await stage.visitor(viewport={"width": 320, "height": 700}, color_scheme="dark", locale="es-ES")
    await ruth.visit(f"/identity/o/authorize?{urlencode(asked)}")
    await ruth.page.locator("input[name=username]").fill(username)
    await ruth.page.locator("input[name=password]").fill("a lantern in the rain")
    await ruth.page.locator("form .btn.lamp").first.click()
    await expect(ruth.page.get_by_role("heading", name="Dejar entrar a una aplicación")).to_be_visible()
    await expect(ruth.page.locator("main")).to_contain_text("A diary of days")
    await expect(ruth.page.locator("main")).to_contain_text(username)
    await expect(ruth.page.locator("main li")).to_have_count(len(scopes))
    assert await ruth.page.evaluate(audit) == []
    assert await ruth.page.evaluate(sideways) == []
    await ruth.page.get_by_role("button", name="Rechazar").click()
    await ruth.page.wait_for_url(re.compile(r"/help/\?error=access_denied&state=s"))
    await ruth.visit(f"/identity/o/authorize?{urlencode(asked)}")
    await ruth.page.get_by_role("button", name="Permitir").click()
    await ruth.page.wait_for_url(re.compile(r"/help/\?code=[\w-]+&state=s"))
