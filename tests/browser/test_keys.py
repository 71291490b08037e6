"""Passkeys, with an authenticator that Chromium holds: a second step, a sign-in of its own, and its end."""

from __future__ import annotations

from typing import Any

from playwright.async_api import CDPSession, expect

from tests.browser.conftest import Stage, Visitor
from tests.browser.test_people import PASSWORD, fill_in, give_role, registered

# WebAuthn knows host names and no addresses: the house is visited by its other name.
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Keyring:
    """The authenticator in a visitor's browser."""

    def __init__(self, talk: CDPSession, name: str) -> None:
        self.talk = talk
        self.named = {"authenticatorId": name}

    @classmethod
    async def of(cls, visitor: Visitor) -> Keyring:
        talk = await visitor.context.new_cdp_session(visitor.page)
        await talk.send("WebAuthn.enable")
        made = await talk.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        return cls(talk, made["authenticatorId"])

    async def key(self) -> dict[str, Any]:
        """Return its only key."""
        (key,) = (await self.talk.send("WebAuthn.getCredentials", self.named))["credentials"]
        return dict(key)

    async def hold(self, key: dict[str, Any]) -> None:
        """Hold this key, and no other."""
        await self.talk.send("WebAuthn.clearCredentials", self.named)
        await self.talk.send("WebAuthn.addCredential", {**self.named, "credential": key})


async def with_a_passkey(stage: Stage, username: str) -> tuple[Visitor, Keyring]:
    """Bring somebody in, and have them add a passkey in the settings."""
    # The doors of the second step answer 401 where they ask who is there, and 400 to a wrong key.
    stage.watched.excused += ["401 (Unauthorized)", "400 (Bad Request)", "409 (Conflict)"]
    visitor = await stage.visitor()
    visitor.home = visitor.home.replace("127.0.0.1", "localhost")
    stage.watched.also.append(visitor.home.removeprefix("http://"))
    await visitor.visit("/sign-in/")
    keyring = await Keyring.of(visitor)
    await fill_in(visitor, username)
    await visitor.page.wait_for_url("**/family/")
    await visitor.visit("/settings/")
    await visitor.page.locator("#factor input[name=name]").fill("My phone")
    await visitor.page.get_by_role("button", name="Add a passkey").click()
    await visitor.page.locator("dialog input[type=password]").fill(PASSWORD)
    await visitor.page.locator("dialog").get_by_role("button", name="Go on").click()
    await expect(visitor.page.locator("#factor")).to_contain_text("My phone")
    return visitor, keyring


async def out(visitor: Visitor) -> None:
    await visitor.visit("/settings/")
    await visitor.page.get_by_role("button", name="Sign out").click()
    await visitor.page.wait_for_url("**/sign-in/")


async def acts_as_staff(visitor: Visitor) -> bool:
    status: int = await visitor.page.evaluate("fetch('/api/v1/users/').then((answer) => answer.status)")
    return status == 200


async def test_mira_comes_in_by_her_passkey_in_place_of_a_code_and_a_copy_of_it_is_refused(
    stage: Stage,
) -> None:
    username = await registered(stage.house, "mira")
    give_role(stage.house, username, "admin")
    mira, keyring = await with_a_passkey(stage, username)
    await out(mira)
    await fill_in(mira, username)
    await mira.page.get_by_role("button", name="Use a passkey").click()
    await mira.page.wait_for_url("**/family/")
    assert await acts_as_staff(mira)

    await out(mira)
    await mira.page.get_by_role("button", name="Sign in with a passkey").click()
    await mira.page.wait_for_url("**/family/")
    assert await acts_as_staff(mira)

    await mira.visit("/settings/")
    await mira.page.locator("#factor form").filter(has_text="My phone").get_by_role("button").click()
    await expect(mira.page.locator("#factor").get_by_role("alert")).to_be_visible()  # staff's last one stays
    await expect(mira.page.locator("#factor")).to_contain_text("My phone")

    await out(mira)
    await keyring.hold({**await keyring.key(), "signCount": 1})  # as it was when somebody copied it
    await fill_in(mira, username)
    await mira.page.get_by_role("button", name="Use a passkey").click()
    await expect(mira.page.get_by_role("alert")).to_contain_text("This passkey was not taken")
    assert not await acts_as_staff(mira)


async def test_wendy_takes_her_passkey_away_and_needs_it_no_more(stage: Stage) -> None:
    username = await registered(stage.house, "wendy")
    wendy, _ = await with_a_passkey(stage, username)
    await wendy.page.locator("#factor form").filter(has_text="My phone").get_by_role("button").click()
    await expect(wendy.page.locator("#factor")).not_to_contain_text("My phone")
    await out(wendy)
    await fill_in(wendy, username)
    await wendy.page.wait_for_url("**/family/")
