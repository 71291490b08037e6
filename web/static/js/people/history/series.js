// What the charts draw and the tables list, from what the API gives. Pure. Missing is null, never zero.
import { addDays, dayIn } from '../today/days.js';

/** Every day from one to another, both included. */
export function daysFrom(from, to) {
  const days = [];
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day);
  return days;
}

/** How many days lie from one to another, both included. */
export const lengthOf = (from, to) => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1;

/** The two days of the range of the same length before. */
export const before = ({ from, to }) => ({ from: addDays(from, -lengthOf(from, to)), to: addDays(from, -1) });
/** The two days of the range of the same length after, which ends today at the latest. */
export function after({ from, to }, today) {
  const long = lengthOf(from, to);
  const end = addDays(to, long) > today ? today : addDays(to, long);
  return { from: addDays(end, 1 - long), to: end };
}

/** One column of the summary's lines, for each day: a number or null. */
export function column(lines, name, days) {
  const found = new Map(lines.map((line) => [line.date, line[name]]));
  return days.map((day) => found.get(day) ?? null);
}

const known = (values) => values.filter((value) => value !== null && value !== undefined);

/** The mean of what is known, or null. */
export function mean(values) {
  const all = known(values);
  return all.length ? all.reduce((sum, value) => sum + value, 0) / all.length : null;
}

/** For each day its mean (of `means`) with the lowest and highest of its moods: [{mean, low, high, count}], nulls where none is. */
export function spreads(moods, days, means) {
  const found = new Map();
  for (const { at, time_zone: zone, score } of moods) {
    const day = dayIn(at, zone);
    found.set(day, [...(found.get(day) ?? []), score]);
  }
  return days.map((day, n) => {
    const scores = found.get(day) ?? [];
    return { mean: means[n], low: scores.length ? Math.min(...scores) : null, high: scores.length ? Math.max(...scores) : null, count: scores.length };
  });
}

/** The last value of each day of what was measured (newest first): a number or null. */
export function lastOf(measures, days) {
  const found = new Map();
  for (const { recorded_at: at, time_zone: zone, value } of measures) {
    const day = dayIn(at, zone);
    if (!found.has(day)) found.set(day, value);
  }
  return days.map((day) => found.get(day) ?? null);
}

const MOST_POINTS = 100; // more would be thinner than a line

/** Whether a range is drawn by weeks. */
export const byWeeks = (days) => days.length > MOST_POINTS;

/** What is drawn of a range: days in groups of one, or of a week by its first day: [{day, at: places in `days`}]. */
export function steps(days) {
  if (!byWeeks(days)) return days.map((day, place) => ({ day, at: [place] }));
  const groups = [];
  days.forEach((day, place) => {
    const monday = new Date(`${day}T00:00:00Z`).getUTCDay() === 1;
    if (monday || !groups.length) groups.push({ day, at: [] });
    groups.at(-1).at.push(place);
  });
  return groups;
}

/** Where a day lies among the steps: {group: its step, x: its place on the axis, within its week's breadth}. */
export function placeOf(day, days, groups) {
  const place = days.indexOf(day);
  const group = groups.findIndex(({ at }) => at.includes(place));
  const { at } = groups[group];
  return { group, x: group + (at.indexOf(place) - (at.length - 1) / 2) / at.length };
}

/** A value for each step: the mean of its days. `pick`: 'mean', 'low' or 'high'. */
export function stepped(values, groups, pick = 'mean') {
  const how = { mean, low: (all) => (known(all).length ? Math.min(...known(all)) : null), high: (all) => (known(all).length ? Math.max(...known(all)) : null) };
  return groups.map(({ at }) => how[pick](at.map((place) => values[place])));
}

const SHORT_NIGHT_MIN = 360;
const ENOUGH = 3; // days on each side before anything is said of them
const WORTH = 0.5; // of a score

/** 'lower' or 'higher' where moods differ after nights under six hours, else null. `nights` and `moods` by day. */
export function afterShortNights(nights, moods) {
  const pairs = nights.map((night, day) => [night, moods[day]]).filter(([night, mood]) => night !== null && mood !== null);
  const short = pairs.filter(([night]) => night < SHORT_NIGHT_MIN).map(([, mood]) => mood);
  const long = pairs.filter(([night]) => night >= SHORT_NIGHT_MIN).map(([, mood]) => mood);
  if (short.length < ENOUGH || long.length < ENOUGH) return null;
  const apart = mean(short) - mean(long);
  return Math.abs(apart) < WORTH ? null : apart < 0 ? 'lower' : 'higher';
}

/** The difference of two means as a sign and a size, or null where either is unknown. */
export function compared(now, then) {
  const [a, b] = [mean(now), mean(then)];
  return a === null || b === null ? null : { more: a > b, by: Math.abs(a - b) };
}

const LONG_S = 300;

/** A seizure for the timeline: {entry, day, seconds, long}; `seconds` null where its end is not known. */
export function timeline(seizures) {
  return seizures.map((entry) => {
    const seconds = entry.duration_s ?? (entry.end ? (Date.parse(entry.end) - Date.parse(entry.start)) / 1000 : null);
    return { entry, day: dayIn(entry.start, entry.time_zone), seconds, long: seconds !== null && seconds >= LONG_S };
  });
}

const QUOTE = 24;

/** The journal's first words by the day, for the chart: day → text. `entries` newest first. */
export function annotations(entries) {
  const found = new Map();
  for (const { at, time_zone: zone, text } of entries) {
    const line = text.split('\n')[0].trim();
    found.set(dayIn(at, zone), line.length > QUOTE ? `${line.slice(0, QUOTE - 1).trimEnd()}…` : line);
  }
  return found;
}

/** The days of a month in weeks that begin on Monday; null where another month's would stand. `month`: `YYYY-MM`. */
export function calendar(month) {
  const first = `${month}-01`;
  const blank = (new Date(`${first}T00:00:00Z`).getUTCDay() + 6) % 7;
  const days = Array(blank).fill(null);
  for (let day = first; day.startsWith(month); day = addDays(day, 1)) days.push(day);
  while (days.length % 7) days.push(null);
  return Array.from({ length: days.length / 7 }, (_, week) => days.slice(7 * week, 7 * week + 7));
}

/** The month `n` months after `month`. */
export function addMonths(month, n) {
  const all = 12 * Number(month.slice(0, 4)) + Number(month.slice(5)) - 1 + n;
  return `${String(Math.floor(all / 12)).padStart(4, '0')}-${String((all % 12) + 1).padStart(2, '0')}`;
}
