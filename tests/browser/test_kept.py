"""What a page keeps through lost networks, reloads and tabs, and what it forgets at once."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from playwright.async_api import expect

from tests.browser.conftest import ELSEWHERE, Stage, Visitor


async def frames_sent(visitor: Visitor, word: str) -> list[str]:
    """Collect the frames of one command word that this visitor's pages send from here on."""
    found: list[str] = []

    def listen(socket: Any) -> None:
        socket.on(
            "framesent", lambda frame: found.append(str(frame)) if f'"type":"{word}"' in str(frame) else None
        )

    visitor.page.on("websocket", listen)
    return found


async def test_a_lost_network_costs_no_message_and_doubles_none(stage: Stage) -> None:
    slug = await stage.room()
    alice, bob = await stage.visitor(), await stage.visitor()
    await alice.enter(slug)
    await bob.enter(slug)
    await alice.say("before")
    await bob.sees("before")
    await bob.context.set_offline(True)
    await expect(bob.page.get_by_text("No connection. What you write is kept")).to_be_visible()
    for text in ("one", "two", "three"):
        await alice.say(text)
        await alice.sees(text)
    await bob.say("written in the tunnel")
    await expect(bob.page.get_by_text("Kept on this device until you’re back")).to_be_visible()
    greetings = await frames_sent(bob, "hello")
    await bob.context.set_offline(False)
    for visitor in (alice, bob):
        await visitor.sees("written in the tunnel")
        assert await visitor.texts() == ["before", "one", "two", "three", "written in the tunnel"]
    assert re.search(r'"resume":\{.*"room:[0-9a-f]{16}":\{"epoch":', greetings[0])
    await expect(bob.page.locator(".banner")).to_have_count(0)


async def test_what_was_written_offline_survives_a_reload_and_is_sent_once(stage: Stage) -> None:
    slug = await stage.room()
    alice, bob = await stage.visitor(), await stage.visitor()
    await alice.enter(slug)
    await bob.enter(slug)
    stage.watched.excused.append("net::ERR_FAILED")
    # The door to the socket alone is shut, so that the page itself can be loaded anew.
    shut = {"on": True}
    await bob.context.route(
        "**/api/v1/realtime/ticket/", lambda route: route.abort() if shut["on"] else route.continue_()
    )
    await bob.context.set_offline(True)
    await bob.say("hold this for me")
    await bob.context.set_offline(False)
    kept = "Object.keys(localStorage).filter(key => key.startsWith('hearth.outbox.'))"
    [client] = await bob.page.evaluate(kept)
    await bob.page.reload()
    await expect(bob.message("hold this for me")).to_be_visible()
    sent = await frames_sent(bob, "send")
    shut["on"] = False
    await bob.page.reload()
    await alice.sees("hold this for me")
    await bob.sees("hold this for me")
    assert await bob.page.evaluate(kept) == []
    assert client.removeprefix("hearth.outbox.") in sent[0]
    assert await alice.texts() == await bob.texts() == ["hold this for me"]


async def test_an_answer_that_was_lost_does_not_double_the_message(stage: Stage) -> None:
    slug = await stage.room()
    alice, bob = await stage.visitor(), await stage.visitor()
    await alice.enter(slug)
    await bob.enter(slug)
    await bob.say("first")
    await bob.sees("first")
    # As after a crash between the server's commit and the page's bookkeeping.
    find = "Object.keys(localStorage).find(key => key.startsWith('hearth.room.'))"
    await bob.page.wait_for_timeout(1000)  # a room is kept on the device within half a second
    stream = (await bob.page.evaluate(find)).removeprefix("hearth.room.")
    entry = {"client_id": "again-1", "stream": stream, "room": slug, "text": "twice sent"}
    put = (
        "entry => localStorage.setItem(`hearth.outbox.${entry.client_id}`, "
        "JSON.stringify({...entry, n: 1, state: 'sending', at: new Date().toISOString()}))"
    )
    for _ in range(2):
        await bob.page.evaluate(put, entry)
        await bob.page.reload()
        await bob.sees("twice sent")
        await expect(bob.page.locator("article[data-client]")).to_have_count(0)
    assert await alice.texts() == await bob.texts() == ["first", "twice sent"]


async def test_a_draft_waits_in_its_room(stage: Stage) -> None:
    slug = await stage.room()
    alice = await stage.visitor()
    await alice.enter(slug)
    await alice.box.fill("I am not sure how to")
    await alice.page.reload()
    await expect(alice.box).to_have_value("I am not sure how to")
    await alice.page.get_by_role("navigation").get_by_role("link", name=re.compile("^Sleep")).click()
    await expect(alice.page.locator("h1")).to_have_text("Sleep")
    await expect(alice.box).to_have_value("")
    await alice.page.go_back()
    await expect(alice.box).to_have_value("I am not sure how to")


async def test_two_tabs_share_one_person_and_send_each_message_once(stage: Stage) -> None:
    slug = await stage.room()
    alice, bob = await stage.visitor(), await stage.visitor()
    await alice.enter(slug)
    second = await stage.tab(alice)
    await second.visit(f"/rooms/{slug}/")
    await second.entered()
    await bob.enter(slug)
    assert await alice.name() == await second.name()
    await asyncio.gather(*(tab.say(f"from tab {n}") for n, tab in enumerate((alice, second))))
    for visitor in (alice, second, bob):
        await visitor.sees("from tab 0")
        await visitor.sees("from tab 1")
    await expect(bob.page.locator(".bar .presence")).to_have_text("2 here")
    # A tab that goes while its message waits leaves it to the other.
    await alice.page.evaluate("dispatchEvent(new Event('offline'))")
    await alice.say("left behind")
    await expect(alice.page.get_by_text("Kept on this device until you’re back")).to_be_visible()
    await alice.page.close()
    await expect(bob.message("left behind")).to_have_count(1, timeout=20_000)
    await second.sees("left behind")
    assert sorted(await bob.texts()) == ["from tab 0", "from tab 1", "left behind"]


async def kept_anywhere(visitor: Visitor) -> Any:
    return await visitor.page.evaluate(
        "async () => [localStorage.length, sessionStorage.length, document.cookie, "
        "(await indexedDB.databases()).length, (await caches.keys()).length]"
    )


async def test_exit_blanks_wipes_and_leaves_in_every_tab(stage: Stage) -> None:
    slug = await stage.room()
    alice = await stage.visitor()
    await alice.visit("/?lang=en")
    await alice.enter(slug)
    await alice.say("nobody may see this")
    await alice.sees("nobody may see this")
    await alice.box.fill("nor this draft")
    second = await stage.tab(alice)
    await second.visit(f"/rooms/{slug}/")
    await second.sees("nobody may see this")
    await alice.page.get_by_role("link", name="Exit").click()
    for tab in (alice, second):
        await tab.page.wait_for_url(ELSEWHERE)
    await second.page.close()
    await alice.visit("/help/")
    assert await kept_anywhere(alice) == [0, 0, "", 0, 0]
    await alice.page.go_back()
    await alice.visit(f"/rooms/{slug}/")
    await expect(alice.page.get_by_role("button", name="Come in")).to_be_visible()
    assert "nobody may see this" not in await alice.page.content()


async def test_shift_three_times_leaves_and_typing_capitals_does_not(stage: Stage) -> None:
    slug = await stage.room()
    alice = await stage.visitor()
    await alice.enter(slug)
    await expect(alice.box).to_be_focused()
    for letter in "ABCD":
        await alice.page.keyboard.press(f"Shift+{letter}")
    await expect(alice.box).to_have_value("ABCD")
    for _ in range(3):
        await alice.page.keyboard.press("Shift")
    await alice.page.wait_for_url(ELSEWHERE)
