"""`apple_health`: the `export.xml` of Apple Health, read as a stream. Pure.

What the house has no place for is skipped. Steps are summed by day, of the source that counted most (a watch
and a phone in one pocket count the same steps twice); pieces of sleep are joined to nights.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, BinaryIO, Final
from zoneinfo import ZoneInfo

from tracking.days import zones
from tracking.imports import apple_units as units
from tracking.imports.apple_units import Scale
from tracking.imports.items import Found, Item, Measured, Refused, Skipped, Unreadable
from tracking.imports.nights import Night, Piece, Pieces, nights
from tracking.imports.xml import walk
from tracking.measures import DECIMALS, range_name
from tracking.numbers import EARLIEST, LATEST, Range

CATEGORY: Final = "health-metrics"
MOLAR: Final = re.compile(r"<[^>]*>")
CAPITALS: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
PENDING: Final = 100_000  # readings of blood pressure that wait for their other half, days of steps
Attributes = dict[str, str]


def read(file: BinaryIO, zone: str, ranges: Mapping[str, Range]) -> Iterator[Item]:
    """Return what the file holds; what has no zone of its own is in `zone`. Raises `Unreadable`."""
    export = _Export(zone, ranges)
    try:
        for _ in walk(file, export):
            yield from export.found
            export.found.clear()
    except OverflowError:
        raise Unreadable("too_many") from None
    yield from export.halves()
    yield from export.steps()
    yield from export.nights()


def moment(text: str) -> datetime:
    """Return the moment of `2018-09-10 02:28:55 -0700`. Raises ValueError."""
    found = datetime.fromisoformat(text[:19] + text[20:])
    if found.tzinfo is None or not EARLIEST <= found < LATEST:
        raise ValueError("out of range")
    return found.astimezone(UTC)


class _Fault(Exception):
    """What is wrong with one record: a field and a code."""


class _Export:
    """What stands open while the document goes by, and what was found since somebody looked."""

    def __init__(self, zone: str, ranges: Mapping[str, Range]) -> None:
        self.found: list[Item] = []
        self._zone = ZoneInfo(zone)
        self._ranges = ranges
        self._open: tuple[str, Attributes, int] | None = None  # a record or a workout
        self._more: Attributes = {}  # what it carries besides
        self._distance: float | None = None
        self._pressure: tuple[Attributes, int, Attributes] | None = None  # a correlation with its parts
        self._halves: dict[tuple[str, ...], tuple[str, int]] = {}
        self._steps: dict[tuple[date, str], tuple[float, int]] = {}
        self._pieces = Pieces()
        self._sources: dict[str, int] = {}
        self._exported: date | None = None
        self._depth = 0

    def begin(self, name: str, attributes: Attributes, line: int) -> None:
        """See `xml.Elements`."""
        self._depth += 1
        if self._depth == 1 and name != "HealthData":
            raise Unreadable("format", line)
        if name == "MetadataEntry":
            if self._open and attributes.get("key") in units.WANTED:
                self._more[attributes["key"]] = attributes.get("value", "")
        elif name in ("Record", "Workout"):
            if self._pressure is not None:
                self._half_of_pair(attributes)
            elif self._open is None:
                self._open, self._more, self._distance = (name, attributes, line), {}, None
        elif name == "WorkoutStatistics":
            if self._open and attributes.get("type", "").startswith(units.DISTANCES):
                self._distance = _scaled(attributes.get("sum"), attributes.get("unit"), units.METRES)
        elif name == "Correlation":
            if attributes.get("type") == units.PRESSURE:
                self._pressure = (attributes, line, {})
            else:
                self.found.append(Skipped(line))
        elif name == "ExportDate":
            self._note_export(attributes)

    def end(self, name: str) -> None:
        """See `xml.Elements`."""
        self._depth -= 1
        line = 0
        try:
            if name == "Correlation" and self._pressure is not None:
                attributes, line, parts = self._pressure
                self._pressure = None
                self._pair(attributes, line, parts)
            elif self._open is not None and name == self._open[0]:
                _, attributes, line = self._open
                self._open = None
                (self._record if name == "Record" else self._workout)(attributes, line)
        except _Fault as fault:
            self.found.append(Refused(line, *fault.args))

    def _note_export(self, attributes: Attributes) -> None:
        try:
            self._exported = moment(attributes.get("value", "")).astimezone(self._zone).date()
        except ValueError:
            self._exported = None

    # --- records ---

    def _record(self, attributes: Attributes, line: int) -> None:
        kind = attributes.get("type", "")
        if kind in units.MEASURED:
            self._measure(kind, attributes, line)
        elif kind == units.STEPS:
            self._count_steps(attributes, line)
        elif kind == units.SLEEP:
            self._piece(attributes, line)
        elif kind in (units.SYSTOLIC, units.DIASTOLIC):
            self._half(kind, attributes, line)
        else:
            self.found.append(Skipped(line))

    def _measure(self, kind: str, attributes: Attributes, line: int) -> None:
        metric, scales = units.MEASURED[kind]
        value = self._plausible(metric, "value", attributes, scales)
        values = {"metric_type": metric, "value": value, "recorded_at": _when(attributes, "startDate")}
        if context := units.CONTEXTS.get(self._more.get(units.MOTION, "")):
            values["context"] = context
        self.found.append(Measured(line, values, _source(attributes)))

    def _plausible(
        self, metric: str, part: str, attributes: Attributes, scales: Mapping[str, Scale]
    ) -> float:
        unit = MOLAR.sub("", attributes.get("unit", ""))
        if unit not in scales:
            raise _Fault("unit", "invalid_choice")
        value = _scaled(attributes.get("value"), unit, scales)
        if value is None:
            raise _Fault("value", "invalid")
        low, high = self._ranges[range_name(metric, part)]
        if not low <= value <= high:
            raise _Fault(part, "out_of_range")
        return value

    def _half(self, kind: str, attributes: Attributes, line: int) -> None:
        """Keep one half of a blood pressure until its other one comes.

        An export tells each pair twice: as two records, and as one correlation. Both are one entry.
        """
        place = (attributes.get("sourceName", ""), attributes.get("startDate", ""))
        other = units.DIASTOLIC if kind == units.SYSTOLIC else units.SYSTOLIC
        known = self._halves.pop((other, *place), None)
        if known is None:
            if len(self._halves) >= PENDING:
                raise OverflowError
            self._halves[(kind, *place)] = (_told(attributes), line)
        else:
            self._pair(attributes, line, {kind: _told(attributes), other: known[0]})

    def _half_of_pair(self, attributes: Attributes) -> None:
        if self._pressure and attributes.get("type") in (units.SYSTOLIC, units.DIASTOLIC):
            self._pressure[2][attributes["type"]] = _told(attributes)

    def _pair(self, attributes: Attributes, line: int, parts: Mapping[str, str]) -> None:
        values: dict[str, Any] = {"metric_type": "blood_pressure"}
        for kind, part in ((units.SYSTOLIC, "systolic"), (units.DIASTOLIC, "diastolic")):
            if kind not in parts:
                raise _Fault(part, "required")
            value, _, unit = parts[kind].partition(" ")
            given = {"value": value, "unit": unit}
            values[part] = self._plausible("blood_pressure", part, given, units.PRESSURES)
        values["recorded_at"] = _when(attributes, "startDate")
        place = (attributes.get("sourceName", ""), attributes.get("startDate", ""))
        numbers = (str(values["systolic"]), str(values["diastolic"]))
        self.found.append(Measured(line, values, ("blood_pressure", *place, *numbers)))

    def halves(self) -> Iterator[Item]:
        """Return what became of readings whose other half never came."""
        for (kind, *_), (_, line) in self._halves.items():
            yield Refused(line, "diastolic" if kind == units.SYSTOLIC else "systolic", "required")

    # --- what comes at the end ---

    def _count_steps(self, attributes: Attributes, line: int) -> None:
        value = _scaled(attributes.get("value"), "count", {"count": Scale()})
        if value is None or value < 0:
            raise _Fault("value", "invalid")
        day = _when(attributes, "startDate").astimezone(self._zone).date()
        key = (day, attributes.get("sourceName", ""))
        total, first = self._steps.get(key, (0.0, line))
        if len(self._steps) >= PENDING:
            raise OverflowError
        self._steps[key] = (total + value, first)

    def steps(self) -> Iterator[Item]:
        """Return an entry for each day that was over when the file was written."""
        days: dict[date, tuple[float, int]] = {}
        for (day, _), (total, line) in self._steps.items():
            if day != self._exported:
                days[day] = max(days.get(day, (-1.0, 0)), (total, line))
        low, high = self._ranges[range_name("steps", "value")]
        for day, (total, line) in sorted(days.items()):
            if low <= total <= high:
                noon = datetime.combine(day, time(12), self._zone).astimezone(UTC)
                values = {"metric_type": "steps", "value": total, "recorded_at": noon}
                yield Measured(line, values, ("steps", day.isoformat()))
            else:
                yield Refused(line, "value", "out_of_range")

    def _piece(self, attributes: Attributes, line: int) -> None:
        kind = units.PIECES.get(attributes.get("value", ""))
        start, end = _when(attributes, "startDate"), _when(attributes, "endDate")
        if kind is None:
            raise _Fault("value", "invalid_choice")
        if end < start:
            raise _Fault("end", "out_of_range")
        name = attributes.get("sourceName", "")
        if len(self._sources) >= PENDING:
            raise OverflowError
        source = self._sources.setdefault(name, len(self._sources))
        self._pieces.add(Piece(source, kind, int(start.timestamp()), int(end.timestamp()), line))

    def nights(self) -> Iterator[Item]:
        """Return the nights that the pieces make."""
        for night in nights(self._pieces):
            yield self._night(night)

    def _night(self, night: Night) -> Found:
        start, end = (datetime.fromtimestamp(second, UTC).isoformat() for second in (night.start, night.end))
        given: dict[str, Any] = {"start": start, "end": end, "time_zone": self._zone.key}
        if night.awakenings is not None:
            given["awakenings"] = night.awakenings
        return Found(night.line, "sleep", given, ("sleep", start, end))

    # --- workouts ---

    def _workout(self, attributes: Attributes, line: int) -> None:
        kind = attributes.get("workoutActivityType", "").removeprefix(units.WORKOUT) or "Other"
        unit = attributes.get("durationUnit", "min")
        duration = _scaled(attributes.get("duration"), unit, units.MINUTES)
        if duration is None:
            raise _Fault("duration_min", "invalid")
        given: dict[str, Any] = {
            "start": _when(attributes, "startDate").isoformat(),
            "kind": CAPITALS.sub(" ", kind).lower(),
            "duration_min": duration,
            "intensity": _intensity(kind, self._more.get(units.METS, "")),
            "time_zone": zone if (zone := self._more.get(units.ZONE, "")) in zones() else self._zone.key,
        }
        far = _scaled(attributes.get("totalDistance"), attributes.get("totalDistanceUnit"), units.METRES)
        far = self._distance if far is None else far
        if far is not None:
            given["distance_m"] = round(far, 1)
        self.found.append(Found(line, "exercise", given, (kind, *_source(attributes))))


def _when(attributes: Attributes, name: str) -> datetime:
    try:
        return moment(attributes.get(name, ""))
    except (ValueError, OverflowError):
        raise _Fault("end" if name == "endDate" else "start", "invalid") from None


def _scaled(value: str | None, unit: str | None, scales: Mapping[str, Scale]) -> float | None:
    """Return a value in the first unit; None for what is no finite number of a known unit."""
    scale = scales.get(unit or "")
    try:
        number = float(value or "")
    except ValueError:
        return None
    if scale is None or not abs(number) < 1e12:
        return None
    return round(number * scale.factor + scale.offset, DECIMALS)


def _told(attributes: Attributes) -> str:
    return f"{attributes.get('value', '')} {attributes.get('unit', '')}"


def _source(attributes: Attributes) -> tuple[str, ...]:
    """Return what tells a record from every other one: an export gives them no ids."""
    named = ("type", "sourceName", "startDate", "endDate", "value", "unit", "duration")
    return tuple(attributes.get(name, "") for name in named)


def _intensity(kind: str, mets: str) -> str:
    measured = _scaled(mets.partition(" ")[0], "", {"": Scale()})
    if measured is None:
        return "low" if kind in units.LIGHT else "high" if kind in units.HARD else "medium"
    return (
        "low" if measured < units.MODERATE_METS else "high" if measured >= units.VIGOROUS_METS else "medium"
    )
