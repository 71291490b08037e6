"""Runs scenarios against contenders, in turns, and gathers medians."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

from bench import load
from bench.contender import Contender
from bench.load import LoadFailed, Measured
from bench.machine import layout
from bench.scenarios import Scenario
from tests.servers import ServerFailed

Say = Callable[[str], None]


@dataclass
class Cell:
    """One contender's runs of one scenario. Broken runs give no figure, and neither does the cell then."""

    runs: list[Measured] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def figure(self, key: str) -> float | None:
        """Return the median over all runs; None where one broke a promise or has no such figure."""
        found = [run.figures[key] for run in self.runs if key in run.figures]
        return median(found) if found and not self.broken and len(found) == len(self.runs) else None


Table = dict[str, dict[str, Cell]]


def measure(scenarios: Sequence[Scenario], contenders: Sequence[Contender], turns: int, say: Say) -> Table:
    """Return all cells, by scenario and contender. Contenders take turns, each on a fresh server."""
    table: Table = {one.key: {who.key: Cell() for who in contenders} for one in scenarios}
    steps, step, began = len(scenarios) * turns * len(contenders), 0, time.monotonic()
    for scenario in scenarios:
        for turn in range(turns):
            for who in contenders:
                step += 1
                cell = table[scenario.key][who.key]
                told = one_run(scenario, who, turn, cell)
                passed = time.monotonic() - began
                left = passed / step * (steps - step)
                say(f"[{step}/{steps}, {left:.0f} s left] {scenario.key} · {who.key}: {told}")
    return table


def one_run(scenario: Scenario, who: Contender, turn: int, cell: Cell) -> str:
    """Run one contender once, note it in its cell and return a line about it."""
    place = layout()
    try:
        with who.start() as server:
            measured = load.run(
                who.dialect, scenario, port=server.port, pid=server.pid, turn=turn, layout=place
            )
    except (LoadFailed, ServerFailed) as error:
        cell.broken.append(str(error).split("\n")[0])
        return f"no figure: {error}"
    cell.runs.append(measured)
    if measured.broken:
        told = ", ".join(f"{key} {value:g}" for key, value in measured.broken.items())
        cell.broken.append(told)
        return f"no figure: {told}"
    told = ", ".join(
        f"{measured.figures.get(one.key, float('nan')):,.1f} {one.title}" for one in scenario.figures
    )
    return f"{told} (client at {measured.figures.get('client_cpu', 0):.2f} of its core)"
