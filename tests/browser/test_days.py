"""One's days: noting them with a tap, with and without a network, and looking back at them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.async_api import FilePayload, Page, expect

from tests.browser.conftest import ELSEWHERE, Stage, Visitor
from tests.browser.test_people import member_of, registered, signed_in, token_of
from tests.house import House, Person

HERE = Path(__file__).parent
AUDIT = (HERE / "audit.js").read_text()
SIDEWAYS = (HERE / "sideways.js").read_text()
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "timezone_id": "Europe/Madrid"}
KEPT = "Object.keys(localStorage).filter(key => key.startsWith('hearth.days.'))"
DAYS = 14
# What a thumb has to hit and is under 44 px high.
SMALL = """() => [...document.querySelectorAll('.today button, .today a')]
    .filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 44)
    .map(one => one.outerHTML.slice(0, 120))"""


async def at_today(stage: Stage, **options: Any) -> tuple[Visitor, Person]:
    """Return Alice before her page of today, and her credential."""
    name = await registered(stage.house, "alice")
    alice = await signed_in(stage, name, **{**PHONE, **options})
    await alice.visit("/today/")
    await expect(alice.page.get_by_text("Nothing noted today.")).to_be_visible()
    return alice, await token_of(stage.house, name)


def row(page: Page, kind: str) -> Any:
    return page.locator(f"li.entry[data-kind={kind}]")


async def tap(page: Page, kind: str) -> None:
    await page.locator(f"[data-tap={kind}]").click()


async def stored(house: House, path: str, person: Person) -> list[dict[str, Any]]:
    answer = await house.get(path, person=person)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["results"])


async def shared(house: House, owner: Person, category: str, name: str, member: Person | None = None) -> str:
    """Open a circle and let one member, new unless told, view a category. Return the circle."""
    member = member or await token_of(house, await registered(house, "bob"))
    circle = str(
        (await house.post("circles/", {"name": "Home", "own_name": "Ali"}, person=owner)).json()["id"]
    )
    invite = (await house.post(f"circles/{circle}/invites/", person=owner)).json()
    await house.post("circles/accept/", {"token": invite["token"], "name": name}, person=member)
    grant = f"circles/{circle}/grants/{await member_of(house, circle, member)}/{category}/"
    answer = await house.request("PUT", grant, json={"access": "view"}, person=owner)
    assert answer.status_code == 200, answer.text
    return circle


async def test_a_tap_is_noted_undone_and_changed_without_losing_what_was_changed_elsewhere(
    stage: Stage,
) -> None:
    stage.watched.excused.append("412 (Precondition Failed)")
    alice, person = await at_today(stage)
    page = alice.page
    await page.get_by_role("button", name="Mood 6 of 10").click()
    await expect(row(page, "mood")).to_contain_text("Mood 6 of 10")
    await expect(row(page, "mood")).to_have_attribute("data-state", "stored")
    await tap(page, "water")
    await expect(row(page, "water")).to_contain_text("250 ml")
    await row(page, "water").get_by_role("button", name=re.compile("^Undo")).click()
    await expect(row(page, "water")).to_have_count(0)
    await expect(row(page, "mood")).to_have_attribute("data-state", "stored")

    await row(page, "mood").get_by_role("button", name=re.compile("^Edit")).click()
    dialog = page.locator("dialog")
    await dialog.locator("input[name=score]").fill("7")
    [mood] = await stored(stage.house, "mood/", person)
    elsewhere = {"energy": 3, "note": "told by another device"}
    changed = await stage.house.request("PATCH", f"mood/{mood['id']}/", json=elsewhere, person=person)
    assert changed.status_code == 200, changed.text
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("told by another device")
    await dialog.get_by_role("button", name="Keep mine").click()
    await expect(row(page, "mood")).to_contain_text("Mood 7 of 10")
    [mood] = await stored(stage.house, "mood/", person)
    assert (mood["score"], mood["energy"], mood["note"]) == (7, 3, "told by another device")
    assert await stored(stage.house, "meals/", person) == []

    await row(page, "mood").get_by_role("button", name=re.compile("^Edit")).click()
    await dialog.get_by_role("button", name="Remove this entry").click()
    await expect(row(page, "mood")).to_have_count(0)
    assert await stored(stage.house, "mood/", person) == []


async def test_what_is_noted_without_a_network_survives_a_reload_and_is_sent_once(stage: Stage) -> None:
    stage.watched.excused.append("net::ERR_FAILED")
    alice, person = await at_today(stage)
    page, shut, keys = alice.page, {"on": True}, []

    async def door(route: Any) -> None:
        keys.append(route.request.headers.get("idempotency-key"))
        closed = shut["on"] and route.request.method == "POST"
        await (route.abort() if closed else route.continue_())

    # This door alone is shut, so that the page itself can be loaded anew.
    await alice.context.route(re.compile("/api/v1/exercise/"), door)
    await alice.context.set_offline(True)
    await tap(page, "exercise")
    await expect(row(page, "exercise")).to_contain_text("waiting to be sent")
    await expect(page.get_by_text("No connection. What you note is kept")).to_be_visible()
    [key] = await page.evaluate(KEPT)
    await alice.context.set_offline(False)
    await page.reload()
    await expect(row(page, "exercise")).to_contain_text("waiting to be sent")
    shut["on"] = False
    await page.reload()
    await expect(row(page, "exercise")).to_have_attribute("data-state", "stored")
    assert await page.evaluate(KEPT) == []
    [walk] = await stored(stage.house, "exercise/", person)
    assert (walk["kind"], walk["duration_min"], walk["time_zone"]) == ("walk", 20, "Europe/Madrid")
    assert {one for one in keys if one} == {key.removeprefix("hearth.days.")}

    shut["on"] = True
    await tap(page, "exercise")
    await expect(page.locator("li.entry[data-state=waiting]")).to_have_count(1)
    await page.get_by_role("link", name="Exit").click()
    await page.wait_for_url(ELSEWHERE)
    await alice.visit("/help/")
    assert await page.evaluate("Object.keys(localStorage)") == []
    assert len(await stored(stage.house, "exercise/", person)) == 1


async def test_a_seizure_is_told_at_its_start_and_keeps_its_clock(stage: Stage) -> None:
    alice, person = await at_today(stage)
    page = alice.page
    await shared(stage.house, person, "seizures", "Bo")
    await page.reload()
    await expect(page.get_by_text("Starts a clock, tells Bo")).to_be_visible()
    await tap(page, "seizure")
    await expect(row(page, "seizure")).to_have_attribute("data-state", "stored")
    [seizure] = await stored(stage.house, "seizures/", person)
    assert (seizure["end"], seizure["seizure_class"]) == (None, "unknown")
    await page.reload()
    await page.get_by_role("button", name="It’s over").click()
    await expect(page.get_by_role("button", name=re.compile("^Seizure now"))).to_be_visible()
    await expect(row(page, "seizure")).to_have_attribute("data-state", "stored")
    [seizure] = await stored(stage.house, "seizures/", person)
    assert seizure["end"] is not None


async def granted(house: House, owner: Person, circle: str, member: Person, **grants: str | None) -> None:
    """Let a member do what is said of each category; nothing where it is None."""
    place = f"circles/{circle}/grants/{await member_of(house, circle, member)}"
    for category, access in grants.items():
        body: dict[str, Any] = {"json": {"access": access}} if access else {}
        method = "PUT" if access else "DELETE"
        answer = await house.request(method, f"{place}/{category}/", person=owner, **body)
        assert answer.status_code in (200, 204), answer.text


async def test_who_may_add_notes_for_somebody_else_and_never_on_the_wrong_day(stage: Stage) -> None:
    stage.watched.excused += ["404 (Not Found)", "403 (Forbidden)", "net::ERR_FAILED"]
    house = stage.house
    names = [await registered(house, name) for name in ("alice", "bob", "charlie")]
    alice, bob, charlie = [await token_of(house, name) for name in names]
    circle = await shared(house, alice, "sleep", "Bo", bob)
    await granted(house, alice, circle, bob, seizures="contribute", mood="contribute")
    invite = (await house.post(f"circles/{circle}/invites/", person=alice)).json()
    await house.post("circles/accept/", {"token": invite["token"], "name": "Lie"}, person=charlie)
    await granted(house, alice, circle, charlie, mood="view")
    her = (await house.get("users/me/", person=alice)).json()["id"]
    his = (await house.get("users/me/", person=bob)).json()["id"]
    own = await house.post("mood/", {"at": datetime.now(UTC).isoformat(), "score": 3}, person=alice)
    assert own.status_code == 201

    bobs = await signed_in(stage, names[1], **PHONE)
    page = bobs.page
    await page.get_by_role("link", name="Add to Ali’s days").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Ali’s days")
    pad = page.get_by_role("region", name="Note something for Ali")
    await expect(pad).to_contain_text("For Ali")
    await expect(pad).to_contain_text("How is Ali right now?")
    assert await pad.locator("[data-tap]").evaluate_all("all => all.map(one => one.dataset.tap)") == [
        "seizure"
    ]
    await expect(row(page, "mood")).to_have_count(1)
    await expect(row(page, "mood").get_by_role("button")).to_have_count(0)  # hers, to be changed by her alone
    await page.get_by_role("button", name="Mood 6 of 10").click()
    added = row(page, "mood").filter(has_text="Mood 6 of 10")
    await expect(added).to_contain_text("added by you")
    await expect(added.get_by_role("button")).to_have_count(2)
    noted = [(one["score"], one["author"]) for one in await stored(house, "mood/", alice)]
    assert noted == [(6, his), (3, her)]
    assert await stored(house, "mood/", bob) == []

    # What waits keeps whose day it is for, wherever he looks meanwhile.
    shut = {"on": True}

    async def door(route: Any) -> None:
        closed = shut["on"] and route.request.method == "POST"
        await (route.abort() if closed else route.continue_())

    await bobs.context.route(re.compile("/api/v1/mood/"), door)
    await page.get_by_role("button", name="Mood 9 of 10").click()
    await expect(page.locator("li.entry[data-state=waiting]")).to_have_count(1)
    await page.get_by_role("link", name="To my own day").click()
    await expect(page.get_by_text("1 thing you noted for Ali waits to be sent.")).to_be_visible()
    await expect(row(page, "mood")).to_have_count(0)
    await granted(house, alice, circle, bob, mood=None)
    shut["on"] = False
    await page.reload()
    await expect(page.get_by_text("1 thing you noted for Ali was not saved.")).to_be_visible()
    await page.get_by_role("link", name="Look").click()
    refused = page.get_by_role("alert").filter(has_text="Not saved")
    await expect(refused).to_contain_text("Ali does not let you add this any more.")
    await expect(page.get_by_role("button", name="Mood 6 of 10")).to_have_count(0)
    assert await page.evaluate(AUDIT) == []
    assert await page.evaluate(SIDEWAYS) == []
    assert await page.evaluate(SMALL) == []
    await page.reload()
    await refused.get_by_role("button", name=re.compile("^Put away")).click()
    await expect(refused).to_have_count(0)
    assert await page.evaluate(KEPT) == []
    assert len(await stored(house, "mood/", alice)) == 2

    hers = await signed_in(stage, names[0], **PHONE)
    await hers.visit("/today/")
    await expect(row(hers.page, "mood").filter(has_text="Mood 6 of 10")).to_contain_text("added by Bo")
    await expect(row(hers.page, "mood").filter(has_text="Mood 3 of 10")).not_to_contain_text("added by")

    lies = await signed_in(stage, names[2])
    await expect(lies.page.get_by_role("link", name="Look back")).to_be_visible()
    await expect(lies.page.get_by_role("link", name="Add to Ali’s days")).to_have_count(0)
    await lies.visit(f"/today/?for={her}")
    await expect(lies.page.get_by_text("Ali lets you add nothing right now.")).to_be_visible()
    await expect(lies.page.locator(".pad")).to_have_count(0)
    guest = await stage.visitor()
    await guest.visit(f"/today/?for={her}")
    await expect(guest.page).to_have_url(re.compile(f"next=/today/%3Ffor%3D{her}"))


async def test_a_weight_is_typed_in_pounds_where_people_weigh_in_them_and_kept_in_kilograms(
    stage: Stage,
) -> None:
    alice, person = await at_today(stage, locale="en-US")
    page = alice.page
    await tap(page, "weight")
    dialog = page.locator("dialog")
    await expect(dialog.locator("select[name=unit]")).to_have_value("lb")
    await dialog.locator("input[name=value]").fill("155")
    await dialog.get_by_role("button", name="Save").click()
    await expect(row(page, "weight")).to_contain_text("Weight 155 lb")
    await expect(row(page, "weight")).to_have_attribute("data-state", "stored")
    [weight] = await stored(stage.house, "health-metrics/", person)
    assert (weight["value"], weight["unit"]) == (70.306817, "kg")

    await row(page, "weight").get_by_role("button", name=re.compile("^Edit")).click()
    await dialog.locator("textarea[name=note]").fill("after breakfast")
    await dialog.get_by_role("button", name="Save").click()
    await expect(row(page, "weight")).to_contain_text("after breakfast")
    [weight] = await stored(stage.house, "health-metrics/", person)
    assert weight["value"] == 70.306817  # what was rounded to be read was not stored
    await row(page, "weight").get_by_role("button", name=re.compile("^Edit")).click()
    await dialog.locator("select[name=unit]").select_option("kg")
    await dialog.locator("input[name=value]").fill("70.5")
    await dialog.get_by_role("button", name="Save").click()
    await expect(row(page, "weight")).to_contain_text("Weight 70.5 kg")
    [weight] = await stored(stage.house, "health-metrics/", person)
    assert weight["value"] == 70.5


BROUGHT = """at,score,note
2026-11-02T09:00:00+01:00,7,a good start
2026-11-03T09:00:00+01:00,17,
2026-11-04T09:00:00,4,
2026-11-05T21:30:00+01:00,5,
"""


async def test_a_file_is_checked_before_it_is_brought_and_brings_nothing_twice(stage: Stage) -> None:
    stage.watched.excused.append("409 (Conflict)")
    house = stage.house
    name = await registered(house, "alice")
    person = await token_of(house, name)
    alice = await signed_in(stage, name, **PHONE)
    await alice.visit("/settings/#bring")
    page = alice.page
    await page.get_by_role("button", name="Check it first").click()
    await expect(page.locator("#f-file-err")).to_have_text("This is needed.")
    file = FilePayload(name="moods.csv", mimeType="text/csv", buffer=BROUGHT.encode())
    await page.locator("input[name=file]").set_input_files(file)
    await expect(page.locator("select[name=format]")).to_have_value("csv")

    await page.get_by_role("button", name="Check it first").click()
    runs = page.locator("li[data-import=csv]")
    await expect(runs.first).to_have_attribute("data-status", "done", timeout=30_000)
    await expect(runs.first).to_contain_text("2 entries would be added, 2 lines refused.")
    cells = await runs.first.locator("tbody tr").evaluate_all(
        "all => all.map(row => [...row.cells].slice(0, 2).map(cell => cell.textContent))"
    )
    assert cells == [["3", "Mood, 1 to 10"], ["4", "When"]]
    assert await stored(house, "mood/", person) == []
    assert await page.evaluate(AUDIT) == []
    assert await page.evaluate(SIDEWAYS) == []

    for said in ("2 entries added, 2 lines refused.", "0 entries added, 2 left out"):
        await page.get_by_role("button", name="Bring it along").click()
        await expect(runs.first).to_contain_text(said, timeout=30_000)
        await expect(runs.first).to_have_attribute("data-status", "done", timeout=30_000)
    assert [one["score"] for one in await stored(house, "mood/", person)] == [5, 7]

    await page.reload()  # what became of them is there afterwards, too
    await expect(runs).to_have_count(3)
    await page.locator("select[name=format]").select_option("apple_health")
    nameless = FilePayload(name="moods", mimeType="text/csv", buffer=BROUGHT.encode())
    await page.locator("input[name=file]").set_input_files(nameless)
    await page.get_by_role("button", name="Bring it along").click()
    wrong = page.locator("li[data-import=apple_health]")
    await expect(wrong).to_have_attribute("data-status", "failed", timeout=30_000)
    await expect(wrong).to_contain_text("It could not be read to its end.")
    assert len(await stored(house, "mood/", person)) == 2


def past(days: int, hour: int = 12) -> datetime:
    """Return an hour of the day so many days ago, in UTC."""
    today = datetime.now(UTC).replace(hour=hour, minute=0, second=0, microsecond=0)
    return today - timedelta(days=days)


async def lived(house: House, person: Person) -> None:
    """Log two weeks with a gap, over the API."""
    apart = [day for day in range(1, DAYS) if day != 3]  # nothing was noted three days ago

    def at(day: int, hour: int = 12) -> str:
        return past(day, hour).isoformat()

    def measured(metric: str, day: int, value: float) -> dict[str, Any]:
        return {"metric_type": metric, "value": value, "recorded_at": at(day)}

    def asleep(day: int) -> str:
        return (past(day, 6) - timedelta(minutes=300 + 20 * day)).isoformat()

    logged: dict[str, list[dict[str, Any]]] = {
        "sleep": [{"start": asleep(day), "end": at(day, 6)} for day in apart],
        "mood": [{"at": at(day, hour), "score": 2 + (day + hour) % 7} for day in apart for hour in (9, 19)],
        "health-metrics": [
            *[measured("steps", day, 1000 * day) for day in apart],
            *[measured("weight", day, 70 + day / 10) for day in (1, 6, 12)],
        ],
        "seizures": [
            {"start": at(5), "duration_s": 370, "seizure_class": "focal", "consciousness": "impaired"},
            {"start": at(9), "duration_s": 95, "seizure_class": "unknown", "trigger": "a short night"},
        ],
        "journal": [{"at": at(5), "text": "New dose, foggy"}],
        "health-goals": [
            {
                "goal_type": "better_sleep",
                "start_value": 5.5,
                "current_value": 6.8,
                "target_value": 7.5,
                "target_date": "2027-01-31",
            }
        ],
    }
    for path, entries in logged.items():
        answer = await house.post(f"{path}/bulk/", {"entries": entries}, person=person)
        assert answer.json()["refused"] == 0, answer.text


async def drawn(page: Page, name: str) -> list[list[Any]]:
    """Return the series that a chart has drawn."""
    plot = page.locator(f"[data-chart={name}]")
    await expect(plot.locator("canvas")).to_be_visible()
    return list(await plot.evaluate("place => place.chart.data.slice(1).map(one => [...one])"))


async def nights(page: Page) -> list[int | None]:
    """Return the minutes of each night that are drawn."""
    [hours] = await drawn(page, "sleep")
    return [None if one is None else round(60 * one) for one in hours]


async def noted_over(page: Page) -> list[str]:
    """Return the words that stand over the chart of moods."""
    plot = page.locator("[data-chart=mood]")
    return list(await plot.evaluate("place => place.chart.noted.map(([, words]) => words)"))


async def table(page: Page, name: str) -> list[list[str]]:
    """Return a card's table, oldest day first."""
    rows = page.locator(f"[data-card={name}] tbody tr")
    cells = await rows.evaluate_all("all => all.map(row => [...row.cells].map(cell => cell.textContent))")
    return list(reversed(cells))


async def test_history_draws_what_was_noted_and_shows_others_what_they_may_see(stage: Stage) -> None:
    house = stage.house
    names = [await registered(house, name) for name in ("alice", "bob", "charlie")]
    alice, bob, charlie = [await token_of(house, name) for name in names]
    await lived(house, alice)
    circle = await shared(house, alice, "sleep", "Bo", bob)
    invite = (await house.post(f"circles/{circle}/invites/", person=alice)).json()
    await house.post("circles/accept/", {"token": invite["token"], "name": "Lie"}, person=charlie)

    hers = await signed_in(stage, names[0], timezone_id="UTC", locale="en-GB")
    await hers.visit("/history/")
    page = hers.page
    held = {line["date"]: line for line in await stored(house, "summary/", alice)}
    days = [(past(day)).date().isoformat() for day in reversed(range(DAYS))]
    hours = await nights(page)
    minutes = [held[day]["sleep_min"] if day in held else None for day in days]
    assert hours == minutes
    assert minutes[DAYS - 1 - 3] is None
    shown = [cells[1] for cells in await table(page, "sleep")]
    assert [one == "not noted" for one in shown] == [one is None for one in minutes]
    assert shown[0] == f"{minutes[0] // 60} h {minutes[0] % 60:02d}"
    means, lows, highs = await drawn(page, "mood")
    assert means == [held[day]["mood"] if day in held else None for day in days]
    assert all(
        low <= mean <= high for low, mean, high in zip(lows, means, highs, strict=True) if mean is not None
    )
    assert (await drawn(page, "steps"))[0] == [held[day]["steps"] if day in held else None for day in days]
    assert [one for one in (await drawn(page, "weight"))[0] if one is not None] == [71.2, 70.6, 70.1]
    assert [cells[2:] for cells in await table(page, "seizures")] == [
        ["Not known", "1 min 35 s"],
        ["Focal, consciousness impaired", "6 min 10 s"],
    ]
    await expect(page.locator("[data-card=goals]")).to_contain_text("65 %")
    await expect(page.locator("[data-card=month] a").first).to_be_visible()

    await page.get_by_role("button", name="Show in lb").click()
    await expect(page.locator("[data-card=weight]")).to_contain_text("154.5 lb")
    assert [round(one, 1) for one in (await drawn(page, "weight"))[0] if one] == [157, 155.6, 154.5]

    await page.get_by_role("link", name="For a visit").click()
    await page.get_by_label("Name on the report").fill("Alice A.")
    await expect(page.locator(".sheet")).to_contain_text("Alice A.")
    await expect(page.locator(".sheet")).to_contain_text("After a short night")
    await expect(page.locator(".sheet")).not_to_contain_text("New dose, foggy")
    assert await noted_over(page) == []
    await page.get_by_label("With the journal").check()
    await expect(page.locator(".sheet")).to_contain_text("New dose, foggy")
    assert await noted_over(page) == ["“New dose, foggy”"]
    assert (await page.pdf()).startswith(b"%PDF")

    me = (await house.get("users/me/", person=alice)).json()["id"]
    his = await signed_in(stage, names[1], timezone_id="UTC")
    await his.visit(f"/history/?user_id={me}")
    await expect(his.page.get_by_role("heading", level=1)).to_have_text("Ali’s days")
    assert [
        None if one is None else round(60 * one) for one in (await drawn(his.page, "sleep"))[0]
    ] == minutes
    for name in ("mood", "steps", "weight", "seizures", "goals", "journal"):
        await expect(his.page.locator(f"[data-card={name}]")).to_have_count(0)
    theirs = await signed_in(stage, names[2], timezone_id="UTC")
    await theirs.visit(f"/history/?user_id={me}")
    await expect(theirs.page.get_by_text("Ali shares nothing with you right now.")).to_be_visible()
    await expect(theirs.page.locator("[data-chart]")).to_have_count(0)


async def test_pages_of_days_keep_the_rules_of_pages(stage: Stage) -> None:
    username = await registered(stage.house, "fay")
    await lived(stage.house, await token_of(stage.house, username))
    looks: list[dict[str, Any]] = [
        {"color_scheme": "light", "viewport": {"width": 1280, "height": 800}},
        {"color_scheme": "dark", "viewport": {"width": 320, "height": 640}, "locale": "es-ES"},
    ]
    for look in looks:
        fay = await signed_in(stage, username, **look)
        for path, ready in (
            ("/today/", "[data-tap=water]"),
            ("/history/", "[data-chart=mood] canvas"),
            ("/history/report/", "[data-chart=mood] canvas"),
        ):
            await fay.visit(path)
            await expect(fay.page.locator(ready)).to_be_visible()
            assert await fay.page.evaluate(AUDIT) == [], (path, look)
            assert await fay.page.evaluate(SIDEWAYS) == [], (path, look)
            if path == "/today/":
                assert await fay.page.evaluate(SMALL) == [], look
    guest = await stage.visitor()
    await guest.visit("/today/")
    await expect(guest.page).to_have_url(re.compile("/sign-in/[?]next=/today/"))
