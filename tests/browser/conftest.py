"""People with a browser each, before a running house.

Everything a page asks for, says on its console or is refused is collected; after each test nothing may have
gone to a third party, been refused by the content policy or thrown.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import shutil
import subprocess
from collections.abc import AsyncIterator, Awaitable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright, expect

from tests.conftest import combination_of, lacking
from tests.house import Builder, House, chosen_combinations

# A page does not know which database it talks to: the plainest and the most distributed stand for all.
COMBINATIONS = [name for name in chosen_combinations() if name in ("sqlite-memory", "postgres-redis")]
ELSEWHERE = "https://www.wikipedia.org/"
SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

CLOSE_SECONDS = 30.0

expect.set_options(timeout=10_000)


@pytest.fixture(scope="session", params=COMBINATIONS)
def house(request: pytest.FixtureRequest, builder: Builder) -> Iterator[House]:
    """A running house, shared by all browser tests."""
    with builder.open(combination_of(request)) as opened:
        yield opened


@dataclass
class Watched:
    """What the pages of one test did that they should not have."""

    home: str
    faults: list[str] = field(default_factory=list)
    also: list[str] = field(default_factory=list)  # other names of the house, other houses of the test
    # Taking the network away is part of some tests; what else a test provokes, it adds.
    excused: list[str] = field(
        default_factory=lambda: ["net::ERR_INTERNET_DISCONNECTED", "WebSocket connection"]
    )

    def page(self, page: Page) -> None:
        """Watch one page."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"thrown: {error}"))
        page.on("request", lambda request: self._address(request.url))
        page.on("websocket", lambda socket: self._address(socket.url))

    def _console(self, message: ConsoleMessage) -> None:
        excused = any(word in message.text for word in self.excused)
        if message.type in ("error", "warning") and not excused:
            self.faults.append(f"{message.type}: {message.text}")

    def _address(self, url: str) -> None:
        parts = urlsplit(url)
        known = parts.netloc in (self.home, *self.also) or url == ELSEWHERE
        if parts.scheme not in ("data", "blob", "about") and not known:
            self.faults.append(f"asked a third party: {url}")


@dataclass(eq=False)
class Visitor:
    """One person before one page."""

    page: Page
    context: BrowserContext
    home: str

    async def visit(self, path: str = "/") -> None:
        """Open one of the house's pages."""
        await self.page.goto(self.home + path)

    async def enter(self, slug: str) -> None:
        """Come into a room by its door, and wait until one is in it."""
        await self.visit(f"/rooms/{slug}/")
        await self.page.get_by_role("button", name=re.compile("^(Come in|Entrar)$")).click()
        await self.entered()

    async def entered(self) -> None:
        """Wait until one is in the room and may write."""
        await expect(self.box).to_have_attribute("placeholder", re.compile("^(Write as|Escribe como) "))

    @property
    def box(self) -> Any:
        """The message box."""
        return self.page.locator("#box")

    @property
    def log(self) -> Any:
        """The log of messages."""
        return self.page.get_by_role("log")

    async def name(self) -> str:
        """Return one's pseudonym in this room."""
        placeholder = await self.box.get_attribute("placeholder")
        return re.sub("^(Write as|Escribe como) ", "", placeholder or "")

    async def say(self, text: str) -> None:
        """Write and send one message."""
        await self.box.fill(text)
        await self.box.press("Enter")

    def message(self, text: str) -> Any:
        """The message that holds a text, in the log."""
        return self.log.locator("article.msg").filter(has=self.page.locator(".bub", has_text=text))

    async def sees(self, text: str) -> None:
        """Wait until a message stands in the log as others see it, once."""
        await expect(self.message(text)).to_have_count(1)
        await expect(self.log.locator("article.msg[data-event]").filter(has_text=text)).to_have_count(1)

    async def texts(self) -> list[str]:
        """Return the texts of the log, in order, without what they quote."""
        own = "[...one.childNodes].filter(part => part.nodeType === 3).map(part => part.data).join('')"
        return list(await self.log.locator(".bub").evaluate_all(f"all => all.map(one => {own})"))

    async def act(self, text: str, button: str) -> None:
        """Use one of a message's actions."""
        message = self.message(text)
        await message.locator(".bub").hover()
        await message.get_by_role("button", name=button, exact=True).click()


@dataclass
class Stage:
    """Where people come with browsers of their own."""

    browser: Browser
    house: House
    watched: Watched

    async def visitor(self, **options: Any) -> Visitor:
        """Return a person with a fresh browser profile. Options are Playwright's for a context."""
        context = await self.browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        await context.route(
            ELSEWHERE, lambda route: route.fulfill(body="elsewhere", content_type="text/html")
        )
        context.on("page", self.watched.page)
        return Visitor(await context.new_page(), context, self.house.url)

    async def tab(self, visitor: Visitor) -> Visitor:
        """Return the same person's second tab."""
        return Visitor(await visitor.context.new_page(), visitor.context, visitor.home)

    async def room(self, **fields: Any) -> str:
        """Make a topic room of its own for one test and return its slug."""
        return await self.house.room(**{"title": "Night owls", **fields})


def chromium() -> str:
    """Return the program of the system's Chromium."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    lacking("there is no Chromium: install it to test the pages")
    raise AssertionError


@pytest.fixture(scope="session")
def _program() -> str:
    return chromium()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(_program: str) -> AsyncIterator[Browser]:
    """One Chromium for all tests: its start costs more than most of them; every visitor has a profile."""
    # A switch that means nothing to Chromium and names its processes.
    mark = f"--hearth-run={secrets.token_hex(8)}"
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=_program, args=[*SWITCHES, mark])
        yield launched
        await ended(launched.close(), mark)


async def ended(closing: Awaitable[None], mark: str) -> None:
    """Let a browser close in good order; one that does not (a busy Chromium may hang there) is killed."""
    closed = asyncio.ensure_future(closing)
    done, _ = await asyncio.wait({closed}, timeout=CLOSE_SECONDS)
    if not done:
        subprocess.run(["pkill", "-KILL", "-f", "--", mark], check=False)
    await closed


@pytest_asyncio.fixture(loop_scope="session")
async def stage(house: House, browser: Browser) -> AsyncIterator[Stage]:
    """The stage of one test; no page on it may break the house's rules for pages."""
    watched = Watched(urlsplit(house.url).netloc)
    yield Stage(browser, house, watched)
    for context in browser.contexts:
        await context.close()
    assert not watched.faults


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests of pages on the loop that their browser lives on."""
    for item in items:
        if "browser" in item.path.parts and isinstance(item, pytest.Function):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
