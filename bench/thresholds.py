"""What a run must reach at least, from thresholds.toml."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.report import ratio
from bench.runner import Table
from bench.scenarios import Scenario

FILE = Path(__file__).with_name("thresholds.toml")


def asked(table: str) -> dict[str, Any]:
    """Return a table of thresholds."""
    found: dict[str, Any] = tomllib.loads(FILE.read_text())[table]
    return found


def missed(scenarios: Sequence[Scenario], cells: Table, *, base: str, table: str) -> list[str]:
    """Return a line for every ratio below its threshold, or with no figure though one is asked for."""
    wanted = asked(table)
    found = []
    for scenario in scenarios:
        figure = scenario.figures[0]
        for who, least in wanted.get(scenario.key, {}).items():
            row = cells[scenario.key]
            if who not in row:
                continue
            times = ratio(row[who].figure(figure.key), row[base].figure(figure.key), figure)
            if times is None:
                found.append(f"{scenario.key} · {who}: no figure where {least}× is asked")
            elif times < least:
                found.append(f"{scenario.key} · {who}: {times:.1f}× where {least}× is asked")
    return found
