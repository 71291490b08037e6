"""`python -m tests.races`: every race as often as is worth its while, on PostgreSQL and on SQLite.

RACE_TRIES says how often in all. Exit: 0 when nobody lost.
"""

import os
import sys

from tests.run import pytest
from tests.servers import MissingPart, PostgresServer

TRIES = int(os.environ.get("RACE_TRIES", "10000"))


def main() -> int:
    """Run them and return the exit status."""
    tries = {"RACE_TRIES": str(TRIES // 2)}
    statuses = []
    try:
        with PostgresServer() as postgres:
            url = postgres.url(postgres.create_database(name="hearth_races"))
            statuses.append(_run({**tries, "DATABASE_URL": url}))
    except MissingPart as missing:
        print(f"PostgreSQL is left out: {missing}")
        tries = {"RACE_TRIES": str(TRIES)}
    statuses.append(_run(tries))
    return max(statuses)


def _run(variables: dict[str, str]) -> int:
    options = ("-q", "-p", "no:cacheprovider", "--timeout=0")
    output, status = pytest(["tests/races"], variables, *options, seconds=None)
    print(output, flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
