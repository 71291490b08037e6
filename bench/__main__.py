"""`python -m bench`: ours beside its peers, ratios first."""

import argparse
import contextlib
import sys
from collections.abc import Sequence
from dataclasses import replace

from bench import days, load, ours, report, scenarios, thresholds
from bench.contender import Contender, peers
from bench.machine import layout
from bench.runner import measure

DAYS = "days"


def say(line: str) -> None:
    """Show one line now."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def arguments(words: Sequence[str] | None) -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--smoke", action="store_true", help="two scenarios, one run each, with loose thresholds"
    )
    parser.add_argument("--write", action="store_true", help="write the table into docs/performance.md")
    parser.add_argument("--runs", type=int, default=3, help="runs per scenario and contender (3)")
    parser.add_argument("--seconds", type=float, help="measured seconds of each run")
    parser.add_argument("--only", action="append", metavar="SCENARIO", help="one scenario; may be repeated")
    parser.add_argument("--with", dest="whom", action="append", metavar="CONTENDER", help="one contender")
    parser.add_argument("--list", action="store_true", help="name scenarios and contenders, and stop")
    return parser.parse_args(words)


def chosen(asked: argparse.Namespace) -> tuple[scenarios.Scenario, ...]:
    """Return the scenarios asked for."""
    found = scenarios.SMOKE if asked.smoke else scenarios.ALL
    if asked.only:
        found = tuple(one for one in scenarios.ALL if one.key in asked.only)
    return tuple(one.shorter(asked.seconds) for one in found) if asked.seconds else found


def wanted(asked: argparse.Namespace, who: Contender) -> bool:
    """Tell whether a contender runs here, and say why not."""
    if asked.whom and who.key not in asked.whom:
        return False
    if (lack := who.missing()) is not None:
        say(f"{who.title} is left out: {lack}")
        return False
    return True


def read_days(asked: argparse.Namespace) -> list[str]:
    """Measure reading and logging days, print it, and return what is to be complained of."""
    size = days.SMOKE if asked.smoke else days.FULL
    if asked.seconds:
        size = replace(size, seconds=asked.seconds)
    size = replace(size, turns=1 if asked.smoke else asked.runs)
    found = days.measure(size, say)
    if found is None:
        return []
    say(f"\n{days.table(found)}\n")
    if asked.write:
        report.write_block(days.block(found, size), days.BEGIN, days.END)
    return days.complaints(found, {} if asked.smoke else thresholds.asked("full")["days"])


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print, keep; returns 1 where ours broke a promise or missed a threshold."""
    asked = arguments(words)
    loads, turns = chosen(asked), 1 if asked.smoke else asked.runs
    forms, others = ours.forms(), peers()
    if asked.list:
        say(f"{DAYS:14} reading and logging days over HTTP, PostgreSQL alone")
        for one in scenarios.ALL:
            say(f"{one.key:14} {one.title}")
        for who in [*others, *(who for who, _ in forms)]:
            say(f"{who.key:14} {who.title}")
        return 0
    say(layout().describe())
    if asked.only == [DAYS]:
        broken = read_days(asked)
        for line in broken:
            say(f"✗ {line}")
        return 1 if broken else 0
    load.build()
    contenders = [who for who in others if wanted(asked, who)]
    with contextlib.ExitStack() as stack:
        for who, form in forms:
            if wanted(asked, who):
                say(f"preparing: {who.title}")
                stack.enter_context(form.prepared(loads, turns))
                contenders.append(who)
        cells = measure(loads, contenders, turns, say)
    markdown = report.table(loads, contenders, cells)
    say(f"\n{markdown}\n")
    say(f"everything said: {report.keep(cells, turns).relative_to(report.ROOT)}")
    if asked.write:
        report.write_page(markdown, turns)
    complaints, own = report.complaints(cells), {who.key for who, _ in forms}
    for line in (line for who, line in complaints if who not in own):
        say(f"(a peer) {line}")
    broken = [line for who, line in complaints if who in own]
    if any(who.key == "tutorial" for who in contenders):
        table = "smoke" if asked.smoke else "full"
        broken += thresholds.missed(loads, cells, base="tutorial", table=table)
    if not asked.only and not asked.whom:
        broken += read_days(asked)
    for line in broken:
        say(f"✗ {line}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
