"""Tables of ratios first, results as JSON, and the page docs/performance.md."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.contender import Contender
from bench.machine import describe, layout
from bench.runner import Cell, Table
from bench.scenarios import Figure, Scenario

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results"
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
HEAD = """# Performance

Written by `python -m bench --write`; every figure stands beside a peer measured in the same run.
"""


def ratio(ours: float | None, peer: float | None, figure: Figure) -> float | None:
    """Return how many times better `ours` is; None where a figure is missing or is 0."""
    if not ours or not peer:
        return None
    return ours / peer if figure.more_is_better else peer / ours


def shown(cell: Cell, figure: Figure, base: Cell | None) -> str:
    """Return one cell of the table: the ratio first, then the figure."""
    value = cell.figure(figure.key)
    if value is None:
        return "no figure" if cell.broken or cell.runs else "–"
    digits = 0 if value >= 100 else 2
    plain = f"{value:,.{digits}f}"
    times = ratio(value, base.figure(figure.key), figure) if base is not None else None
    return f"**{times:.1f}×** {plain}" if times is not None else plain


def table(scenarios: Sequence[Scenario], contenders: Sequence[Contender], cells: Table) -> str:
    """Return a markdown table; the first contender is what the others are compared with."""
    base = contenders[0].key
    lines = [
        "| | " + " | ".join(who.title for who in contenders) + " |",
        "| --- " * (len(contenders) + 1) + "|",
    ]
    for scenario in scenarios:
        for figure in scenario.figures:
            row = [
                shown(
                    cells[scenario.key][who.key],
                    figure,
                    cells[scenario.key][base] if who.key != base else None,
                )
                for who in contenders
            ]
            lines.append(f"| {scenario.title}: {figure.title} | " + " | ".join(row) + " |")
    return "\n".join(lines)


def complaints(cells: Table) -> list[tuple[str, str]]:
    """Return the contender's key and a line for every run that broke a promise."""
    return [
        (who, f"{scenario} · {who}: {told}")
        for scenario, row in cells.items()
        for who, cell in row.items()
        for told in cell.broken
    ]


def keep(cells: Table, turns: int) -> Path:
    """Write everything the runs said to bench/results and return the file."""
    RESULTS.mkdir(exist_ok=True)
    now = datetime.now(UTC)
    path = RESULTS / f"{now:%Y%m%dT%H%M%SZ}.json"
    runs = {
        scenario: {
            who: {
                "broken": cell.broken,
                "runs": [{"figures": run.figures, "raw": run.raw} for run in cell.runs],
            }
            for who, cell in row.items()
        }
        for scenario, row in cells.items()
    }
    told = {
        "at": now.isoformat(),
        "turns": turns,
        "machine": describe(),
        "layout": layout().describe(),
        "cells": runs,
    }
    path.write_text(json.dumps(told, indent=1))
    return path


def write_page(markdown: str, turns: int) -> None:
    """Put the table between the marks of docs/performance.md, with how it was taken."""
    machine = "\n".join(f"- {key}: {value}" for key, value in describe().items() if value)
    how = (
        f"Medians of {turns} runs, contenders in turns, each run on a fresh server process and in its own "
        f"rooms. {layout().describe()} Load comes from `bench/wsload`; messages have 120 bytes. A run "
        "with a lost, repeated or disordered event gives no figure. Ours screens every message and answers "
        "after the commit (SQLite WAL with synchronous=FULL, PostgreSQL with fsync); the peer stores nothing "
        "and screens nothing."
    )
    block = f"{BEGIN}\n\n{markdown}\n\n{how}\n\n{datetime.now(UTC):%Y-%m-%d}:\n{machine}\n\n{END}"
    write_block(block, BEGIN, END)


def write_block(block: str, begin: str, end: str) -> None:
    """Put a block between its marks in docs/performance.md, at the end where the marks are not."""
    PAGE.parent.mkdir(exist_ok=True)
    page = PAGE.read_text() if PAGE.exists() else f"{HEAD}\n{BEGIN}{END}\n"
    if begin not in page:
        page += f"\n{begin}{end}\n"
    before, rest = page.split(begin, 1)
    PAGE.write_text(before + block + rest.split(end, 1)[1])
