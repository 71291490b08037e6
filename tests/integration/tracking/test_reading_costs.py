"""What reading costs: as many queries for a hundred rows as for one, each by an index."""

import copy
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from runtime import clock
from runtime.shelves import ALIAS
from tests.integration.circles.conftest import Person
from tests.integration.tracking.conftest import Grants
from tests.integration.tracking.more_samples import SAMPLES
from tests.integration.tracking.samples import Sample
from tracking.catalogue import RESOURCES, last_logged
from tracking.figuring import figure_out
from tracking.urls import urlpatterns

pytestmark = pytest.mark.django_db

SPAN = "from=2026-11-01&to=2026-12-01"
OTHERS, ROWS_EACH = 100, 30


def fill(sample: Sample, alice: Person) -> None:
    answer = alice.post(f"{sample.path}/bulk/", {"entries": [sample.full] * 99})
    assert answer.json()["created"] == 99


@pytest.mark.parametrize("sample", SAMPLES, ids=[one.path for one in SAMPLES])
def test_a_list_costs_the_same_for_a_hundred_rows_as_for_one(
    alice: Person, bob: Person, clara: Person, grant: Grants, sample: Sample, django_assert_num_queries: Any
) -> None:
    grant(sample.grant)
    words = [one.name for one in urlpatterns]
    doors = [f"{sample.path}/?user_id={alice.id}&limit=100"]
    if f"{sample.path}-of" in words:
        doors.append(f"{sample.path}/user/{alice.id}/?limit=100")
    looks = [(who, path) for who in (alice, bob, clara) for path in doors]

    assert alice.post(f"{sample.path}/", sample.full).status_code == 201
    costs = []
    for who, path in looks:
        assert len(who.get(path).json()["results"]) == 1
        with CaptureQueriesContext(connection) as queries:
            who.get(path)
        costs.append(len(queries))
    fill(sample, alice)
    for (who, path), cost in zip(looks, costs, strict=True):
        with django_assert_num_queries(cost):
            assert len(who.get(path).json()["results"]) == 100


@pytest.mark.parametrize("door", ["summary", "figures"])
def test_sums_and_figures_cost_the_same_for_many_as_for_one(
    alice: Person, bob: Person, grant: Grants, door: str, django_assert_num_queries: Any
) -> None:
    grant("mood")
    grant("sleep")
    path = f"{door}/?user_id={alice.id}" + (f"&{SPAN}" if door == "summary" else "")

    def look(who: Person) -> None:
        caches[ALIAS].clear()
        assert who.get(path).status_code == 200

    for sample in SAMPLES:
        alice.post(f"{sample.path}/", sample.full)
    figure_out(alice.id, clock.now())
    costs = {}
    for who in (alice, bob):
        look(who)
        with CaptureQueriesContext(connection) as queries:
            look(who)
        costs[who] = len(queries)
    for sample in SAMPLES:
        fill(sample, alice)
    figure_out(alice.id, clock.now())
    for who, cost in costs.items():
        with django_assert_num_queries(cost):
            look(who)


@contextmanager
def asked() -> Iterator[list[tuple[str, Any]]]:
    """The reads of what was logged, with their parameters."""
    found: list[tuple[str, Any]] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT") and 'FROM "tracking_' in sql:
            found.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


def plan_of(sql: str, params: Any) -> str:
    word = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute(f"{word} {sql}", params)
        return "\n".join(" ".join(map(str, row)) for row in cursor.fetchall())


def whole_tables(plan: str) -> list[str]:
    """The lines of a plan that read a table of entries from one end to the other.

    Tables of a row for each person fit on a page here, which PostgreSQL rightly reads whole.
    """
    tables = [resource.model._meta.db_table for resource in RESOURCES]
    read = [(word, table) for word in ("Seq Scan on", "SCAN") for table in tables]
    return [one for one in plan.splitlines() if any(f"{word} {table} " in f"{one} " for word, table in read)]


def among_others(alice: Person) -> None:
    """A hundred people have logged thirty times as much as Alice, of everything."""
    others = [User.objects.create_user(f"other-{number}", None).pk for number in range(OTHERS)]
    for sample in SAMPLES:
        alice.post(f"{sample.path}/", sample.full)
    for resource in RESOURCES:
        first = resource.model._default_manager.first()
        rows = []
        for user_id in others:
            for _ in range(ROWS_EACH):
                row = copy.copy(first)
                row.pk, row.user_id, row.details = uuid.uuid4(), user_id, None
                rows.append(row)
        resource.model._default_manager.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL random_page_cost = 1.1")  # as on any disk without moving parts


def test_every_read_goes_by_an_index(alice: Person) -> None:
    among_others(alice)
    caches[ALIAS].clear()
    with asked() as reads:
        for sample in SAMPLES:
            page = alice.get(f"{sample.path}/?limit=1").json()
            assert len(page["results"]) == 1
            alice.get(f"{sample.path}/?{SPAN}")
            last_logged(alice.id, sample.grant)
        alice.get("health-metrics/?metric_type=weight")
        alice.get(f"summary/?{SPAN}")
        figure_out(alice.id, clock.now())
    plans = {sql: plan_of(sql, params) for sql, params in reads}
    assert len(plans) > 3 * len(RESOURCES)
    assert {sql: found for sql, plan in plans.items() if (found := whole_tables(plan))} == {}
    together = "\n".join(plans.values())
    for name in (
        "metric_by_type",
        *(f"{one}_listed" for one in ("sleep", "mood", "journal", "metric", "meal")),
    ):
        assert name in together
