"""People with an account: coming in, sharing days with a circle, and seeing them live."""

from __future__ import annotations

import asyncio
import email
import re
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
from playwright.async_api import expect

from tests.browser.conftest import Stage, Visitor
from tests.house import House, Person

PASSWORD = "a lantern in the rain"
SEIZURE = {"start": "2026-11-20T18:54:00Z", "duration_s": 370, "seizure_class": "focal"}


async def registered(house: House, name: str) -> str:
    """Make an account over the API and return its username."""
    username = f"{name}-{uuid.uuid4().hex[:8]}"
    asked = {"username": username, "email": f"{username}@example.org", "password": PASSWORD}
    answer = await house.post("users/register/", asked)
    assert answer.status_code == 201, answer.text
    return username


async def signed_in(stage: Stage, username: str, **options: object) -> Visitor:
    """Bring somebody in by the page, and wait for the family page."""
    visitor = await stage.visitor(**options)
    await visitor.visit("/sign-in/")
    await fill_in(visitor, username)
    await visitor.page.wait_for_url("**/family/")
    return visitor


async def fill_in(visitor: Visitor, username: str) -> None:
    await visitor.page.locator("input[name=username]").fill(username)
    await visitor.page.locator("input[name=password]").fill(PASSWORD)
    await visitor.page.locator("form .btn.lamp").first.click()


async def token_of(house: House, username: str) -> Person:
    return await house.sign_in(username, PASSWORD)


async def letter_to(house: House, username: str, found: str) -> str:
    """Wait for a letter to somebody whose text has the pattern; return the first match."""
    for _ in range(300):
        for file in sorted((house.folder / "mail").glob("*")) if (house.folder / "mail").exists() else []:
            text = plain(file)
            if username in text and (match := re.search(found, text)):
                return match.group(0)
        await asyncio.sleep(0.1)
    raise AssertionError(f"no letter with {found}")


def plain(file: Path) -> str:
    """Return a mail file's addresses and plain text."""
    letter = email.message_from_bytes(file.read_bytes())
    parts = [part for part in letter.walk() if part.get_content_type() == "text/plain"]
    texts = [bytes(part.get_payload(decode=True) or b"").decode() for part in parts]
    return "\n".join([str(letter["To"]), *texts])


async def test_bob_is_invited_sees_a_seizure_at_once_and_nothing_once_it_is_revoked(
    stage: Stage,
) -> None:
    alice_name, bob_name = await registered(stage.house, "alice"), await registered(stage.house, "bob")
    alice = await signed_in(stage, alice_name)
    await alice.visit("/circle/")
    await alice.page.get_by_label("What do you call it?").fill("Home")
    await alice.page.locator("input[name=own_name]").fill("Ali")
    await alice.page.get_by_role("button", name="Open a circle").click()
    await alice.page.get_by_role("button", name="Make a link").click()
    link = await alice.page.get_by_label("Invitation link").input_value()

    bob = await signed_in(stage, bob_name)
    await bob.page.goto(bob.home + "/" + link.split("/", 3)[3])
    await bob.page.locator("input[name=name]").fill("Bo")
    await bob.page.get_by_role("button", name="Come in").click()
    await expect(bob.page.get_by_role("heading", name="What you see")).to_be_visible()
    await bob.visit("/family/")
    await expect(bob.page.get_by_text("Ali shares nothing with you right now.")).to_be_visible()

    await let(alice, "Seizures", "view")
    await expect(bob.page.get_by_text("Ali lets you see: seizures")).to_be_visible()

    person = await token_of(stage.house, alice_name)
    logged = await stage.house.post("seizures/", SEIZURE, person=person)
    assert logged.status_code == 201, logged.text
    seizure = bob.page.locator("li[data-category=seizures]").filter(has_text="Focal seizure")
    await expect(seizure).to_have_count(1)
    await expect(seizure).to_contain_text("6 min 10 s")

    await let(alice, "Seizures", "hidden")
    await expect(bob.page.get_by_text("Ali no longer shares: seizures")).to_be_visible()
    await expect(seizure).to_have_count(0)
    await bob.page.reload()
    await expect(bob.page.get_by_text("Ali no longer shares: seizures")).to_be_visible()
    await expect(seizure).to_have_count(0)
    # Granted again he sees what he saw before, at once, and so he does when he comes anew.
    await let(alice, "Seizures", "view")
    await expect(seizure).to_have_count(1)
    await bob.page.reload()
    await expect(seizure).to_have_count(1)


async def let(owner: Visitor, kind: str, access: str) -> None:
    """Choose in the matrix what the one other member may do with a kind."""
    await owner.page.locator("table.grants tr").filter(has_text=kind).get_by_role("button").click()
    await owner.page.locator(f"dialog input[name=access][value={access}]").check()
    await owner.page.locator("dialog").get_by_role("button", name="Save").click()


async def test_bob_quietens_an_alarm_and_then_takes_it_on_for_everyone(stage: Stage) -> None:
    house = stage.house
    names = [await registered(house, name) for name in ("alice", "bob")]
    alice, bob = [await token_of(house, name) for name in names]
    circle = (await house.post("circles/", {"name": "Home", "own_name": "Ali"}, person=alice)).json()["id"]
    invite = (await house.post(f"circles/{circle}/invites/", person=alice)).json()
    await house.post("circles/accept/", {"token": invite["token"], "name": "Bo"}, person=bob)
    grant = f"circles/{circle}/grants/{await member_of(house, circle, bob)}/seizures/"
    answer = await house.request("PUT", grant, json={"access": "view"}, person=alice)
    assert answer.status_code == 200, answer.text
    hers, his = [await signed_in(stage, name) for name in names]
    await expect(his.page.get_by_text("Ali lets you see: seizures")).to_be_visible()
    just_now = (datetime.now(UTC) - timedelta(minutes=8)).isoformat()
    logged = await house.post("seizures/", {**SEIZURE, "start": just_now}, person=alice)
    assert logged.status_code == 201, logged.text

    alarms = [page.page.get_by_role("alert").locator(".alarm") for page in (his, hers)]
    for alarm in alarms:
        await expect(alarm).to_contain_text("Ali: Focal seizure")
        await expect(alarm).to_contain_text("It was long, or the second within a day")
    await alarms[0].get_by_role("button", name="Snooze 10 min").click()
    for alarm in alarms:
        await expect(alarm).to_have_attribute("data-state", "snoozed")
        await expect(alarm).to_contain_text("Bo snoozed this until")
    await alarms[0].get_by_role("button", name="I’m on it").click()
    for alarm in alarms:
        await expect(alarm).to_have_attribute("data-state", "acknowledged")
        await expect(alarm).to_contain_text("Bo is on it.")
        await expect(alarm.get_by_role("button")).to_have_count(0)
    await his.page.reload()
    await expect(alarms[0]).to_contain_text("Bo is on it.")


async def test_charlie_in_the_same_circle_sees_nothing_that_was_not_granted(stage: Stage) -> None:
    names = [await registered(stage.house, name) for name in ("alice", "charlie")]
    alice, charlie = [await token_of(stage.house, name) for name in names]
    circle = (await stage.house.post("circles/", {"name": "Home", "own_name": "Ali"}, person=alice)).json()
    invite = (await stage.house.post(f"circles/{circle['id']}/invites/", person=alice)).json()
    await stage.house.post("circles/accept/", {"token": invite["token"], "name": "Lie"}, person=charlie)
    his = await signed_in(stage, names[1])
    await expect(his.page.get_by_text("Ali shares nothing with you right now.")).to_be_visible()
    await stage.house.post("seizures/", SEIZURE, person=alice)
    grant = f"circles/{circle['id']}/grants/{await member_of(stage.house, circle['id'], charlie)}/mood/"
    answer = await stage.house.request("PUT", grant, json={"access": "view"}, person=alice)
    assert answer.status_code == 200, answer.text
    await expect(his.page.get_by_text("Ali lets you see: mood")).to_be_visible()
    await expect(his.page.get_by_text("Focal seizure")).to_have_count(0)


def give_role(house: House, username: str, role: str) -> None:
    """Make somebody staff."""
    house.rows(
        f"INSERT INTO accounts_roleassignment (user_id, role, since) SELECT id, '{role}', created_at "
        "FROM accounts_user WHERE username = %s",
        username,
    )


async def test_alice_lets_clara_see_her_days_and_ends_it_both_at_once(stage: Stage) -> None:
    house = stage.house
    names = [await registered(house, name) for name in ("alice", "clara", "ada")]
    clara, ada = [await token_of(house, name) for name in names[1:]]
    for name, role in zip(names[1:], ("clinician", "admin"), strict=True):
        give_role(house, name, role)
    # Staff act in a sign-in that showed a second factor: as if Ada had shown hers.
    mine = "user_id = (SELECT id FROM accounts_user WHERE username = %s)"
    house.rows(f"UPDATE accounts_authsession SET second_factor = (1 = 1) WHERE {mine}", names[2])
    hers, clinics = [await signed_in(stage, name) for name in names[:2]]
    await hers.visit("/circle/")
    await expect(hers.page.get_by_role("heading", name="Open a circle")).to_be_visible()
    await expect(hers.page.locator("#clinicians")).to_have_count(0)

    alice = (await house.get(f"users/username/{names[0]}/", person=ada)).json()["id"]
    clinician = (await house.get("users/me/", person=clara)).json()["id"]
    made = await house.post(f"users/{alice}/clinicians/", {"clinician": clinician}, person=ada)
    assert made.status_code == 201, made.text
    line = hers.page.locator(f"#clinicians [data-clinician={names[1]}]")
    await expect(line).to_contain_text("Sees nothing until you say yes")
    assert (await house.get(f"mood/?user_id={alice}", person=clara)).status_code == 404

    await line.get_by_role("button", name="Yes, let them see").click()
    await expect(line).to_contain_text("Sees your days since")
    await expect(clinics.page.get_by_text("The clinician may see the days now")).to_be_visible()
    assert (await house.get(f"mood/?user_id={alice}", person=clara)).status_code == 200

    await line.get_by_role("button", name="End it").click()
    await hers.page.locator("dialog").get_by_role("button", name="End it").click()
    await expect(line).to_have_count(0)
    await expect(clinics.page.get_by_text("The clinician sees the days no more")).to_be_visible()
    assert (await house.get(f"mood/?user_id={alice}", person=clara)).status_code == 404


async def member_of(house: House, circle: str, person: Person) -> str:
    me = (await house.get("users/me/", person=person)).json()["id"]
    members = (await house.get(f"circles/{circle}/members/", person=person)).json()["results"]
    return str(next(one["id"] for one in members if one["user"] == me))


async def test_one_signs_up_confirms_sets_a_second_step_and_comes_back_with_it(stage: Stage) -> None:
    # The doors of the second step answer 404 where there is none yet, and 401 where they ask who is there.
    stage.watched.excused += ["404 (Not Found)", "401 (Unauthorized)"]
    dana = await stage.visitor()
    username = f"dana-{uuid.uuid4().hex[:8]}"
    await dana.visit("/sign-up/")
    await dana.page.locator("input[name=email]").fill(f"{username}@example.org")
    await fill_in(dana, username)
    await expect(dana.page.get_by_text(f"{username}@example.org")).to_be_visible()
    await dana.visit(await letter_to(stage.house, username, r"/verify-email/[^\s/]+/?"))
    await dana.page.get_by_role("button", name="Yes, this address is mine").click()
    await expect(dana.page.get_by_role("heading", name="Confirmed")).to_be_visible()

    await dana.visit("/settings/")
    await expect(dana.page.locator("#email")).to_contain_text("Confirmed")
    await dana.page.get_by_role("button", name="Set it up").click()
    secret = (await dana.page.locator(".secret").inner_text()).replace(" ", "")
    await dana.page.locator("#factor input[name=code]").fill(pyotp.TOTP(secret).now())
    await dana.page.get_by_role("button", name="Turn it on").click()
    await dana.page.locator("dialog input[type=password]").fill(PASSWORD)
    await dana.page.locator("dialog").get_by_role("button", name="Go on").click()
    await expect(dana.page.locator("#factor")).to_contain_text("On since")
    await dana.page.get_by_role("button", name="Make new codes").click()
    codes = dana.page.locator(".codes li")
    await expect(codes).to_have_count(10)
    one = await codes.first.inner_text()

    await dana.page.get_by_role("button", name="Sign out").click()
    await dana.page.wait_for_url("**/sign-in/")
    await fill_in(dana, username)
    await dana.page.get_by_role("button", name="Use a recovery code").click()
    await dana.page.locator("input[name=code]").fill(one)
    await dana.page.get_by_role("button", name="Go on").click()
    await dana.page.wait_for_url("**/family/")


async def test_a_wrong_password_is_said_at_the_form_and_a_lost_one_is_replaced(stage: Stage) -> None:
    stage.watched.excused += ["400", "401"]
    erin = await stage.visitor(locale="es-ES")
    username = await registered(stage.house, "erin")
    await erin.visit(await letter_to(stage.house, username, r"/verify-email/[^\s/]+/?"))
    await erin.page.get_by_role("button", name="Sí, esta dirección es mía").click()
    await expect(erin.page.get_by_role("heading", name="Confirmado")).to_be_visible()
    await erin.visit("/sign-in/")
    await erin.page.locator("input[name=username]").fill(username)
    await erin.page.locator("input[name=password]").fill("not this one at all")
    await erin.page.get_by_role("button", name="Iniciar sesión").first.click()
    await expect(erin.page.get_by_text("no encajan")).to_be_visible()
    await expect(erin.page.locator("input[name=password]")).to_be_focused()

    await erin.visit("/forgot-password/")
    await erin.page.locator("input[name=email]").fill(f"{username}@example.org")
    await erin.page.get_by_role("button", name="Enviar el enlace").click()
    await erin.visit(await letter_to(stage.house, username, r"/reset-password/[^\s/]+/?"))
    await erin.page.locator("input[name=password]").fill("another lantern entirely")
    await erin.page.get_by_role("button", name=re.compile("contraseña")).last.click()
    await expect(erin.page.get_by_role("link", name="Iniciar sesión")).to_be_visible()
    assert (
        await stage.house.post("auth/token/", {"username": username, "password": PASSWORD})
    ).status_code == 401
    await stage.house.sign_in(username, "another lantern entirely")


async def test_pages_of_people_keep_the_rules_of_pages(stage: Stage) -> None:
    audit = (Path(__file__).parent / "audit.js").read_text()
    sideways = (Path(__file__).parent / "sideways.js").read_text()
    username = await registered(stage.house, "fay")
    for scheme, width in (("light", 1280), ("dark", 320)):
        fay = await signed_in(stage, username, color_scheme=scheme, viewport={"width": width, "height": 800})
        for path in ("/family/", "/circle/", "/settings/"):
            await fay.visit(path)
            await expect(fay.page.locator("#app h2").first).to_be_visible()
            assert await fay.page.evaluate(audit) == [], (path, scheme)
            assert await fay.page.evaluate(sideways) == [], (path, width)
    guest = await stage.visitor(viewport={"width": 320, "height": 700})
    for path in ("/sign-in/", "/sign-up/", "/forgot-password/"):
        await guest.visit(path)
        await expect(guest.page.locator("form input").first).to_be_visible()
        assert await guest.page.evaluate(audit) == [], path
        assert await guest.page.evaluate(sideways) == [], path
    await guest.visit("/settings/")
    await expect(guest.page).to_have_url(re.compile("/sign-in/[?]next=/settings/"))
