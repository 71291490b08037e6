"""Members of staff before the console: each signs in once a house, since a code of theirs works once."""

from __future__ import annotations

import time

from playwright.async_api import StorageState, expect

from accounts import totp
from tests.browser.conftest import Stage, Visitor
from tests.house import DEMO_PASSWORD

SECRET = "HEARTHDEMOHEARTH"
_kept: dict[tuple[str, str], StorageState] = {}


async def at_work(stage: Stage, name: str, **options: object) -> Visitor:
    """Return a member of staff before the console, connected."""
    key = (stage.house.url, name)
    if key in _kept:
        options["storage_state"] = _kept[key]
    visitor = await stage.visitor(**options)
    await visitor.visit("/moderation/")
    if "/sign-in/" in visitor.page.url:
        await _sign_in(stage, visitor, name)
        _kept[key] = await visitor.context.storage_state()
    await expect(visitor.page.get_by_role("heading", name="Queue")).to_be_visible()
    await expect(visitor.page.locator(".queue .loading")).to_have_count(0)
    return visitor


async def _sign_in(stage: Stage, visitor: Visitor, name: str) -> None:
    stage.watched.excused.append("401 (Unauthorized)")  # the sign-in doors ask for the second factor so
    await visitor.page.locator("input[name=username]").fill(name)
    await visitor.page.locator("input[name=password]").fill(DEMO_PASSWORD)
    await visitor.page.locator("form .btn.lamp").first.click()
    await visitor.page.locator("input[name=code]").fill(totp.code_for(SECRET, totp.step_at(time.time())))
    await visitor.page.locator("form .btn.lamp").first.click()
    await visitor.page.wait_for_url(f"{visitor.home}/moderation/")
