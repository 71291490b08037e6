"""The benchmark's own arithmetic: no server, no load generator."""

from bench import ours, report, scenarios, thresholds
from bench.contender import Contender, peers
from bench.load import HearthDialect, Measured, PlainDialect
from bench.runner import Cell

FANOUT = scenarios.ALL[0]
DELIVERIES = FANOUT.figures[0]


def cell(*figures: float, broken: bool = False) -> Cell:
    runs = [Measured({"deliveries_per_s": one}, {}, {}) for one in figures]
    return Cell(runs, ["lost 1"] if broken else [])


def test_a_figure_is_the_median() -> None:
    assert cell(5.0, 900.0, 7.0).figure("deliveries_per_s") == 7.0


def test_one_broken_run_takes_the_figure_away() -> None:
    assert cell(5.0, 6.0, broken=True).figure("deliveries_per_s") is None


def test_lost_events_are_broken_promises_in_both_dialects() -> None:
    plain = PlainDialect("chat", "/").read({"deliv_per_s": 10, "lost": 3, "gaps": 0})
    assert plain.broken == {"lost": 3}
    hearth = HearthDialect().read({"deliveries_per_s": 10, "holes": 1, "duplicates": 0})
    assert hearth.broken == {"holes": 1}


def test_each_ratio_says_how_many_times_better() -> None:
    less = scenarios.Figure("kb", "kB", more_is_better=False)
    assert report.ratio(200.0, 10.0, DELIVERIES) == 20.0
    assert report.ratio(10.0, 40.0, less) == 4.0
    assert report.ratio(None, 40.0, less) is None


def test_ratios_come_first_in_the_table() -> None:
    people = [peers()[0], ours.forms()[0][0]]
    cells = {FANOUT.key: {"tutorial": cell(10.0), "embedded": cell(200.0)}}
    row = report.table([FANOUT], people, cells).splitlines()[-1]
    assert row.endswith("| 10.00 | **20.0×** 200 |")


def test_a_missed_threshold_and_a_missing_figure_both_fail() -> None:
    slow = {FANOUT.key: {"tutorial": cell(10.0), "embedded": cell(11.0)}}
    assert thresholds.missed([FANOUT], slow, base="tutorial", table="smoke")
    none = {FANOUT.key: {"tutorial": cell(10.0), "embedded": cell(900.0, broken=True)}}
    assert thresholds.missed([FANOUT], none, base="tutorial", table="smoke")
    fine = {FANOUT.key: {"tutorial": cell(10.0), "embedded": cell(900.0)}}
    assert thresholds.missed([FANOUT], fine, base="tutorial", table="smoke") == []


def test_both_dialects_put_the_same_load_on_their_servers() -> None:
    plain = PlainDialect("chat", "/ws/room%d/").arguments(FANOUT, 1, 2, 0)
    hearth = HearthDialect().arguments(FANOUT, 1, 2, 0)
    assert plain[plain.index("--spr") + 1] == hearth[hearth.index("--inflight") + 1] == "20"
    assert plain[plain.index("--size") + 1] == hearth[hearth.index("--size") + 1]


def test_each_turn_has_rooms_of_its_own() -> None:
    dialect = HearthDialect()
    assert dialect.arguments(FANOUT, 1, 2, 0) != dialect.arguments(FANOUT, 1, 2, 1)


def test_a_peer_is_found_by_its_folder() -> None:
    found = peers()
    assert found[0].key == "tutorial"
    assert all(isinstance(one, Contender) for one in found)
