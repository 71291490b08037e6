"""Fixtures every test may use, and the count of passed tests per combination at the end of a run.

`house` is a running house, once per combination of database and channel layer; HEARTH_COMBINATIONS chooses.
What a machine lacks is skipped with a plain message, and is a failure with CI=true.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import hypothesis
import pytest
from _pytest.compat import NOTSET

from tests.canaries import canaries
from tests.house import Builder, House, chosen_combinations, missing_parts
from tests.servers import MissingPart, PostgresServer, RedisServer

# No test fails by the clock: a busy machine takes as long as it takes.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

Opener = Callable[..., House]
UNPARAMETRISED = "no server"


def lacking(reason: str) -> None:
    """Skip for want of a part of the machine, or fail where nothing may be wanting."""
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(f"CI=true and {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def builder() -> Iterator[Builder]:
    """Whatever builds houses in this run."""
    building = Builder()
    yield building
    building.close()


def combination_of(request: pytest.FixtureRequest) -> str:
    """Return the combination a fixture is asked for, if this machine can do it."""
    combination: str = request.param
    if reason := missing_parts(combination):
        lacking(reason)
    return combination


@pytest.fixture(scope="session", params=chosen_combinations())
def house(request: pytest.FixtureRequest, builder: Builder) -> Iterator[House]:
    """A running house with one web server, shared by all tests: leave it as you found it."""
    with builder.open(combination_of(request)) as opened:
        yield opened


@pytest.fixture(scope="session", params=[name for name in chosen_combinations() if name == "postgres-redis"])
def two_webs(request: pytest.FixtureRequest, builder: Builder) -> Iterator[House]:
    """A running house with two web servers on one PostgreSQL and one Redis, shared by all tests."""
    with builder.open(combination_of(request), webs=2) as opened:
        yield opened


@pytest.fixture(params=chosen_combinations())
def open_house(request: pytest.FixtureRequest, builder: Builder) -> Iterator[Opener]:
    """A function that opens houses of one test's own, to be killed at will; see `Builder.open`."""
    combination = combination_of(request)
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(builder.open(combination, **options))


@pytest.fixture(params=[name for name in chosen_combinations() if name == "postgres-redis"])
def open_scaled_house(request: pytest.FixtureRequest, builder: Builder) -> Iterator[Opener]:
    """As `open_house`, for what needs several web servers: PostgreSQL and Redis alone."""
    combination = combination_of(request)
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(builder.open(combination, **options))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server."""
    try:
        with PostgresServer() as server:
            yield server
    except MissingPart as missing:
        lacking(str(missing))


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A Redis server."""
    try:
        with RedisServer() as server:
            yield server
    except MissingPart as missing:
        lacking(str(missing))


# The count per combination ------------------------------------------------------------------------------


def combination_in(item: pytest.Item) -> str:
    """Return the combination a test ran on: its house's, else the process's own database and layer."""
    specification = getattr(item, "callspec", None)
    for fixture in ("house", "two_webs", "open_house", "open_scaled_house", "scored_house"):
        if specification is not None and fixture in specification.params:
            return str(specification.params[fixture])
    if item.get_closest_marker("django_db") is None and "integration" not in item.path.parts:
        return UNPARAMETRISED
    database = "postgres" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "sqlite"
    return f"{database}-{'redis' if os.environ.get('REDIS_URL') else 'memory'}"


def is_for_no_combination(item: pytest.Item) -> bool:
    """Tell whether none of a fixture's combinations is chosen, which pytest would call a skip.

    What needs no house at all is left out with HEARTH_SERVERLESS=0: it ran with another combination.
    """
    if os.environ.get("HEARTH_SERVERLESS") == "0" and combination_in(item) == UNPARAMETRISED:
        return True
    specification = getattr(item, "callspec", None)
    return specification is not None and any(value is NOTSET for value in specification.params.values())


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what no chosen combination is for, and note each test's combination in its report."""
    left_out = [item for item in items if is_for_no_combination(item)]
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)
    for item in items:
        item.user_properties.append(("combination", combination_in(item)))


def tally(reports: list[pytest.TestReport]) -> Counter[str]:
    """Count reports by the combination they ran on."""
    return Counter(
        str(dict(getattr(report, "user_properties", ())).get("combination", UNPARAMETRISED))
        for report in reports
    )


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run in which some log told of somebody; every house is closed by now."""
    if canaries.findings:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what logs told of anybody, and how many tests passed, failed and were skipped per combination.

    HEARTH_TALLY keeps the counts too.
    """
    if canaries.findings:
        terminalreporter.section("what logs must not hold", red=True)
    for finding in canaries.findings[:50]:
        terminalreporter.line(str(finding))
    stats = terminalreporter.stats
    counts = {
        "passed": tally(stats.get("passed", [])),
        "failed": tally([*stats.get("failed", []), *stats.get("error", [])]),
        "skipped": tally(stats.get("skipped", [])),
    }
    combinations = sorted(set().union(*counts.values()))
    if combinations:
        terminalreporter.section("tests per combination")
    for combination in combinations:
        figures = ", ".join(f"{counted[combination]} {word}" for word, counted in counts.items())
        terminalreporter.line(f"{combination:16} {figures}")
    if path := os.environ.get("HEARTH_TALLY"):
        Path(path).write_text(json.dumps({word: dict(counted) for word, counted in counts.items()}))
