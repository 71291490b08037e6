"""What holds for every resource alike, run over all of them."""

import json
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.audit.models import Entry as AuditRow
from accounts.audit.record import open_entry
from accounts.registries import erase_person, export_person
from tests.integration.circles.conftest import Person
from tests.integration.tracking.conftest import Grants
from tests.integration.tracking.more_samples import GOALS, SAMPLES
from tests.integration.tracking.samples import MEALS, MOOD, NUTRITION, ZONE, Sample, at
from tracking.catalogue import BY_CATEGORY, RESOURCES

# Without transactions of their own: quick, and what races is tested elsewhere.
pytestmark = pytest.mark.django_db

every_resource = pytest.mark.parametrize("sample", SAMPLES, ids=[one.path for one in SAMPLES])
TIMED = [one for one in SAMPLES if one.when]
every_resource_of_a_time = pytest.mark.parametrize("sample", TIMED, ids=[one.path for one in TIMED])


def logged(
    who: Person, sample: Sample, body: dict[str, Any] | None = None, whose: Person | None = None
) -> Any:
    query = f"?user_id={whose.id}" if whose else ""
    answer = who.post(f"{sample.path}/{query}", sample.least if body is None else body)
    assert answer.status_code == 201, answer.content
    return answer.json()


def listed(who: Person, sample: Sample, query: str = "") -> list[dict[str, Any]]:
    answer = who.get(f"{sample.path}/{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def audited(kind: str) -> list[Any]:
    return [open_entry(row) for row in AuditRow.objects.filter(kind=kind).order_by("id")]


@every_resource
def test_what_is_not_given_is_null_and_never_zero(alice: Person, sample: Sample) -> None:
    made = logged(alice, sample)
    assert made["user"] == made["author"] == str(alice.id)
    assert made["time_zone"] == "America/New_York"  # the profile's
    assert {**made, **sample.least, **sample.computed} == made
    unsaid = set(made) - {
        *sample.least,
        *sample.computed,
        *sample.others,
        "id",
        "user",
        "author",
        "time_zone",
    }
    assert {name: made[name] for name in unsaid} == dict.fromkeys(unsaid)
    assert set(sample.full) <= set(made)


@every_resource
def test_everything_given_comes_back(alice: Person, sample: Sample) -> None:
    made = logged(alice, sample, {**sample.full, "id": str(uuid.uuid4()), "user": "x", "unknown": 1})
    assert {**made, **sample.full} == made
    answer = alice.get(f"{sample.path}/{made['id']}/")
    assert answer.json() == made
    assert answer["ETag"] == alice.get(f"{sample.path}/{made['id']}")["ETag"]


@every_resource
def test_each_thing_that_must_be_given_is_named_when_it_is_not(alice: Person, sample: Sample) -> None:
    for name in sample.least:
        body = {key: value for key, value in sample.least.items() if key != name}
        answer = alice.post(f"{sample.path}/", body)
        assert answer.status_code == 422, answer.content
        assert {"field": name, "code": "required"}.items() <= answer.json()["errors"][0].items()


@every_resource
def test_what_is_out_of_range_is_refused_with_the_range(alice: Person, sample: Sample) -> None:
    made = logged(alice, sample)
    for field, value, low, high in sample.wrong:
        wanted = {"field": field, "code": "out_of_range", "min": low, "max": high}
        for answer in (
            alice.post(f"{sample.path}/", {**sample.least, field: value}),
            alice.put(f"{sample.path}/{made['id']}/", {field: value}),
        ):
            assert answer.status_code == 422, answer.content
            assert answer["Content-Type"] == "application/problem+json"
            (error,) = answer.json()["errors"]
            assert wanted.items() <= error.items()
    assert listed(alice, sample) == [made]


@every_resource_of_a_time
def test_a_time_must_be_one_that_somebody_lived(alice: Person, sample: Sample) -> None:
    for value, code in (
        ("2026-11-20T10:00:00", "naive"),
        ("2026-11-20", "naive"),
        ("yesterday", "invalid"),
        (1_763_633_600, "invalid"),
        ("1850-01-01T00:00:00Z", "out_of_range"),
        ("9999-12-31T23:59:59Z", "out_of_range"),
        (None, "null"),
    ):
        answer = alice.post(f"{sample.path}/", {**sample.least, sample.when: value})
        assert answer.status_code == 422, answer.content
        assert {"field": sample.when, "code": code}.items() <= answer.json()["errors"][0].items()


@every_resource
def test_a_zone_must_be_one(alice: Person, sample: Sample) -> None:
    for zone in ("Mars/Olympus", "", "../etc/passwd", 3):
        answer = alice.post(f"{sample.path}/", {**sample.least, "time_zone": zone})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "time_zone")


@every_resource
def test_a_change_changes_only_what_it_names(alice: Person, sample: Sample) -> None:
    made = logged(alice, sample, sample.full)
    changed = {**made, **sample.change, **sample.follows}
    for ask in sample.methods:
        answer = alice.ask(ask, f"{sample.path}/{made['id']}/", {**sample.change, "user": "x", "id": "y"})
        assert answer.status_code == 200, answer.content
        assert answer.json() == changed
    emptied = alice.put(f"{sample.path}/{made['id']}/", {"note": None}).json()
    assert emptied == (changed if sample is GOALS else {**changed, "note": None})  # a goal's note stays
    assert alice.get(f"{sample.path}/{made['id']}/").json() == emptied


@every_resource
def test_nobody_overwrites_or_deletes_what_they_have_not_seen(alice: Person, sample: Sample) -> None:
    made = logged(alice, sample)
    path = f"{sample.path}/{made['id']}/"
    seen = alice.get(path)["ETag"]
    changed = alice.put(path, sample.change, **{"If-Match": seen})
    assert changed.status_code == 200
    for answer in (
        alice.put(path, sample.change, **{"If-Match": seen}),
        alice.delete(path, **{"If-Match": seen}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (412, "stale")
    assert alice.get(path).json() == changed.json()
    assert alice.delete(path, **{"If-Match": changed["ETag"]}).status_code == 204
    assert alice.get(path).status_code == 404


@every_resource
def test_the_same_key_logs_once(alice: Person, sample: Sample) -> None:
    headers = {"Idempotency-Key": "one"}
    first = alice.ask("POST", f"{sample.path}/", sample.least, **headers)
    again = alice.ask("POST", f"{sample.path}/", sample.least, **headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert [one["id"] for one in listed(alice, sample)] == [first.json()["id"]]
    other = alice.ask("POST", f"{sample.path}/", {**sample.least, "note": "x"}, **headers)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


def moved(sample: Sample, day: int) -> dict[str, Any]:
    """The sample's entry on another day of November, at ten in the morning in UTC."""
    body = {**sample.least, sample.when: at(10, day)}
    return {**body, "start": at(4, day)} if sample.path == "sleep" else body


@every_resource_of_a_time
def test_lists_are_newest_first_by_cursor_and_between_times(alice: Person, sample: Sample) -> None:
    days = (12, 10, 14, 11, 13)
    made = {day: logged(alice, sample, moved(sample, day))["id"] for day in days}
    newest = [made[day] for day in sorted(days, reverse=True)]
    assert [one["id"] for one in listed(alice, sample)] == newest
    seen, url = [], f"{sample.path}/?limit=2"
    while url:
        page = alice.get(url).json()
        seen += [one["id"] for one in page["results"]]
        url = (page["next"] or "").partition("/api/v1/")[2]
    assert seen == newest
    for query, wanted in (
        (f"?from={at(10, 12)}", (14, 13, 12)),
        (f"?to={at(10, 12)}", (11, 10)),
        (f"?from={at(10, 11)}&to={at(10, 13)}", (12, 11)),
        ("?from=2026-11-11&to=2026-11-13", (12, 11)),
        ("?from=2026-11-11T11:00:00%2B01:00&to=2026-11-11T11:00:00+02:00", ()),
        ("?from=2026-11-15", ()),
    ):
        assert [one["id"] for one in listed(alice, sample, query)] == [made[day] for day in wanted], query


@every_resource
def test_what_cannot_be_a_boundary_is_refused(alice: Person, sample: Sample) -> None:
    for query, field in (
        ("from=soon", "from"),
        ("to=2026-11-20T10:00:00", "to"),
        ("from=0001-01-01", "from"),
        ("limit=0", "limit"),
        ("cursor=x", "cursor"),
        ("user_id=bob", "user_id"),
    ):
        answer = alice.get(f"{sample.path}/?{query}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field), query


@every_resource_of_a_time
def test_a_day_is_local_to_the_entry(alice: Person, sample: Sample) -> None:
    # The evening of the 19th in New York, and the morning of the 20th in Tokyo.
    moment = "2026-11-20T01:30:00.000Z"
    body = {**sample.least, sample.when: moment}
    body = {**body, "start": "2026-11-19T20:00:00.000Z"} if sample.path == "sleep" else body
    here = logged(alice, sample, body)["id"]
    there = logged(alice, sample, {**body, "time_zone": "Asia/Tokyo"})["id"]
    assert [one["id"] for one in listed(alice, sample, "?from=2026-11-19&to=2026-11-20")] == [here]
    assert [one["id"] for one in listed(alice, sample, "?from=2026-11-20&to=2026-11-21")] == [there]


@every_resource
def test_a_stranger_finds_nothing_and_leaves_a_row(alice: Person, charlie: Person, sample: Sample) -> None:
    made = logged(alice, sample)
    nowhere = charlie.get(f"{sample.path}/{uuid.uuid4()}/").json()
    tries = [
        ("GET", f"{sample.path}/?user_id={alice.id}", None),
        ("POST", f"{sample.path}/?user_id={alice.id}", sample.least),
        ("POST", f"{sample.path}/bulk/?user_id={alice.id}", {"entries": [sample.least]}),
        *((ask, f"{sample.path}/{made['id']}/", sample.change) for ask in ("GET", "PUT", "PATCH", "DELETE")),
    ]
    for ask, path, body in tries:
        before = AuditRow.objects.filter(kind="refused").count()
        answer = charlie.ask(ask, path, body)
        assert answer.status_code == 404, (ask, path, answer.content)
        assert answer.json() == nowhere
        row = open_entry(AuditRow.objects.filter(kind="refused").latest("id"))
        assert AuditRow.objects.filter(kind="refused").count() == before + 1
        assert (row.actor, row.subject) == (charlie.id, alice.id)
    assert listed(alice, sample) == [made]
    assert listed(charlie, sample) == []


@every_resource
def test_bob_sees_what_he_may_see_and_adds_nothing(
    alice: Person, bob: Person, grant: Grants, sample: Sample
) -> None:
    grant(sample.grant)
    made = logged(alice, sample)
    assert listed(bob, sample, f"?user_id={alice.id}") == [made]
    assert bob.get(f"{sample.path}/{made['id']}/").json() == made
    for answer in (
        bob.post(f"{sample.path}/?user_id={alice.id}", sample.least),
        bob.post(f"{sample.path}/bulk/?user_id={alice.id}", {"entries": [sample.least]}),
        bob.put(f"{sample.path}/{made['id']}/", sample.change),
        bob.delete(f"{sample.path}/{made['id']}/"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert listed(alice, sample) == [made]
    (row,) = audited(f"{sample.grant.replace('-', '_')}.read")
    assert (row.actor, row.subject, row.detail["as"]) == (bob.id, alice.id, "family")


@every_resource
def test_bob_edits_what_he_added_and_nothing_else(
    alice: Person, bob: Person, grant: Grants, sample: Sample
) -> None:
    grant(sample.grant, "contribute")
    hers, his = logged(alice, sample), logged(bob, sample, whose=alice)
    assert (his["user"], his["author"]) == (str(alice.id), str(bob.id))
    assert his["time_zone"] == "America/New_York"  # whose day it is says so
    change = bob.put(f"{sample.path}/{his['id']}/", sample.change).json()
    assert change.items() >= sample.change.items()
    for answer in (
        bob.put(f"{sample.path}/{hers['id']}/", sample.change),
        bob.delete(f"{sample.path}/{hers['id']}/"),
    ):
        assert answer.status_code == 403
    changed = alice.put(f"{sample.path}/{his['id']}/", sample.change).json()
    assert changed["author"] == str(bob.id)
    assert bob.delete(f"{sample.path}/{his['id']}/").status_code == 204
    assert listed(alice, sample) == [hers]


@every_resource
def test_an_expired_grant_is_none(alice: Person, bob: Person, grant: Grants, sample: Sample) -> None:
    from accounts.circles.models import Granted
    from runtime import clock

    grant(sample.grant)
    Granted.objects.update(expires_at=clock.now())
    assert bob.get(f"{sample.path}/?user_id={alice.id}").status_code == 404


@every_resource
def test_her_clinician_reads_and_adds_nothing(alice: Person, clara: Person, sample: Sample) -> None:
    made = logged(alice, sample)
    assert listed(clara, sample, f"?user_id={alice.id}") == [made]
    assert clara.get(f"{sample.path}/{made['id']}/").json() == made
    assert clara.post(f"{sample.path}/?user_id={alice.id}", sample.least).status_code == 403
    assert clara.delete(f"{sample.path}/{made['id']}/").status_code == 403


@every_resource
def test_every_read_and_write_is_one_row(alice: Person, sample: Sample) -> None:
    thing = sample.grant.replace("-", "_")
    made = logged(alice, sample)
    alice.get(f"{sample.path}/{made['id']}/")
    listed(alice, sample)
    alice.put(f"{sample.path}/{made['id']}/", sample.change)
    alice.post(f"{sample.path}/bulk/", {"entries": [sample.least]})
    alice.delete(f"{sample.path}/{made['id']}/")
    rows = AuditRow.objects.filter(kind__startswith=f"{thing}.").order_by("id")
    verbs = ("created", "read", "list.read", "changed", "added", "deleted")
    assert [row.kind for row in rows] == [f"{thing}.{verb}" for verb in verbs]
    assert {open_entry(row).detail["as"] for row in rows} == {"self"}


@every_resource
def test_bulk_takes_each_entry_by_itself(alice: Person, sample: Sample) -> None:
    wrong = {**sample.least, "time_zone": "Nowhere"}
    entries = [sample.least, wrong, "no entry", sample.full, {}]
    answer = alice.post(f"{sample.path}/bulk/", {"entries": entries})
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert (told["created"], told["refused"]) == (2, 3)
    assert [line["index"] for line in told["results"]] == [0, 1, 2, 3, 4]
    assert ["id" in line for line in told["results"]] == [True, False, False, True, False]
    assert told["results"][1]["errors"][0]["field"] == "entries.1.time_zone"
    assert told["results"][2]["errors"][0]["field"] == "entries.2"
    missing = {error["field"] for error in told["results"][4]["errors"]}
    assert missing >= {f"entries.4.{one}" for one in sample.least if one != "value"}
    stored = {one["id"]: one for one in listed(alice, sample)}
    assert set(stored) == {line["id"] for line in told["results"] if "id" in line}
    assert stored[told["results"][3]["id"]].items() >= sample.full.items()


def test_bulk_is_bounded(alice: Person) -> None:
    for body in ({}, {"entries": []}, {"entries": "x"}, {"entries": [MOOD.least] * 1_001}):
        answer = alice.post("mood/bulk/", body)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "entries")
    assert alice.post("mood/bulk/", {"entries": [MOOD.least] * 1_000}).json()["created"] == 1_000


def test_bulk_takes_bodies_that_other_doors_refuse(alice: Person) -> None:
    note = "n" * 3_000
    body = {"entries": [{**MOOD.least, "note": note}] * 500}
    assert alice.post("mood/bulk/", body).json()["created"] == 500
    assert alice.post("mood/", {**MOOD.least, "note": "n" * 1_100_000}).status_code == 413


def test_nutrition_logs_are_meals(alice: Person, bob: Person, grant: Grants) -> None:
    made = logged(alice, NUTRITION)
    assert alice.get(f"meals/{made['id']}/").json() == made
    assert listed(alice, MEALS) == listed(alice, NUTRITION) == [made]
    grant("meals")
    assert bob.get(f"nutrition-logs/user/{alice.id}/").json()["results"] == [made]
    assert alice.get("nutrition-logs/user/me/").json()["results"] == [made]
    assert alice.get("nutrition-logs/user/nobody/").status_code == 404


@every_resource
def test_words_are_sealed_in_the_database(alice: Person, sample: Sample) -> None:
    logged(alice, sample, sample.full)
    table = BY_CATEGORY[sample.grant].model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        raw = b" ".join(part if isinstance(part, bytes) else str(part).encode() for part in cursor.fetchone())
    for word in (
        b"two lines",
        b"midazolam",
        b"reading",
        b"walking",
        b"levetiracetam",
        b"river",
        b"slowly",
        b"longer after",
        b"little sleep",
        b"automatisms",
    ):
        assert word not in raw


@every_resource
def test_a_page_costs_the_same_with_one_row_and_with_a_hundred(alice: Person, sample: Sample) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            alice.get(f"{sample.path}/?limit=100")
        return len(queries)

    logged(alice, sample)
    one = cost()
    alice.post(f"{sample.path}/bulk/", {"entries": [sample.full] * 99})
    assert len(listed(alice, sample, "?limit=100")) == 100
    assert cost() == one


def test_erasing_takes_her_days_and_his_name_off_them(alice: Person, bob: Person, grant: Grants) -> None:
    for sample in SAMPLES:
        grant(sample.grant, "contribute")
        logged(alice, sample)
        logged(bob, sample, whose=alice)
    exported = export_person(alice.id)["tracking"]
    assert {path: len(rows) for path, rows in exported.items()} == {
        resource.path: 4 if resource.path == "meals" else 2 for resource in RESOURCES
    }
    json.dumps(exported)
    erase_person(bob.id)
    for sample in SAMPLES:
        authors = {one["author"] for one in listed(alice, sample)}
        assert authors == {str(alice.id), None}
    erase_person(alice.id)
    assert not any(resource.model._default_manager.exists() for resource in RESOURCES)


def test_the_samples_cover_every_resource() -> None:
    assert {sample.grant for sample in SAMPLES} == {resource.category for resource in RESOURCES}
    assert ZONE != "America/New_York"
