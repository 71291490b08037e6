// What the history knows: whose days, which range, and what was read of it.
import { batch, computed, signal } from '../../ui.js';
import { CATEGORIES } from '../categories.js';
import { patiently } from '../http.js';
import { listed } from '../lists.js';
import { Refusal } from '../refusal.js';
import { addDays, dayIn, deviceZone, isDay } from '../today/days.js';
import { keepUnit, unitFor } from '../units.js';
import * as series from './series.js';
import { whose } from './whose.js';

export const SPANS = { weeks: 14, month: 30, year: 365 };
const MOST_DAYS = 366; // at once: the summary gives a year, and the one before it to compare
const SEEN = CATEGORIES.filter((category) => category !== 'safety');
const SUMMED = ['sleep', 'exercise', 'meals', 'meetings', 'seizures', 'mood', 'medication', 'health-metrics'];

const asked = new URLSearchParams(location.search);
export const today = dayIn(Date.now(), deviceZone());

/** The range that an address asks for, or the last two weeks. */
export function rangeOf(from, to) {
  if (isDay(from) && isDay(to) && from <= to && series.lengthOf(from, to) <= MOST_DAYS) return { from, to };
  return { from: addDays(today, 1 - SPANS.weeks), to: today };
}

export const range = signal(rangeOf(asked.get('from'), asked.get('to')));
export const days = computed(() => series.daysFrom(range.value.from, range.value.to));
/** The name of the span, where the range is one that ends today. */
export const span = computed(() => (range.value.to === today ? Object.keys(SPANS).find((name) => SPANS[name] === days.value.length) ?? null : null));
/** {person, own, name, sees}, once it is known. */
export const who = signal(null);
export const failed = signal(null);
export const loading = signal(true);
/** What was read of the range: {lines, before, moods, seizures, weights, goals, journal}; what may not be seen is null. */
export const read = signal(null);
export const month = signal(range.value.to.slice(0, 7));
/** The lines of the month in the calendar, or null. */
export const monthLines = signal(null);

const may = (category) => who.value?.sees?.has(category) ?? false;
const of = () => (who.value.own ? '' : `&user_id=${who.value.person}`);
const between = ({ from, to }) => `from=${from}&to=${addDays(to, 1)}`;
const results = async (path) => (await patiently(path)).results;
const summed = () => SUMMED.some(may);

/** The address of this page, or of the report, for a range. */
export function address(path = location.pathname, { from, to } = range.value) {
  const query = new URLSearchParams({ from, to, ...(who.value && !who.value.own && { user_id: who.value.person }) });
  return `${path}?${query}`;
}

async function readRange() {
  const { from, to } = range.value;
  const then = series.before(range.value);
  const doors = {
    moods: may('mood') && `mood/?${between(range.value)}`,
    seizures: may('seizures') && `seizures/?${between(range.value)}`,
    weights: may('health-metrics') && `health-metrics/?metric_type=weight&${between(range.value)}`,
    journal: may('journal') && `journal/?${between(range.value)}`,
    doses: may('medication') && `medication/?${between(range.value)}`,
    goals: may('health-goals') && 'health-goals/?status_filter=active',
  };
  const names = Object.keys(doors).filter((name) => doors[name]);
  const lines = summed() ? await results(`summary/?from=${then.from}&to=${addDays(to, 1)}${of()}`) : [];
  const lists = await listed(names.map((name) => doors[name] + of()));
  return {
    of: range.value,
    lines: lines.filter(({ date }) => date >= from),
    before: lines.filter(({ date }) => date < from),
    ...Object.fromEntries(Object.keys(doors).map((name) => [name, null])),
    ...Object.fromEntries(names.map((name, n) => [name, lists[n]])),
  };
}

let turn = 0;

/** Read the range. What was asked for meanwhile counts alone. */
export async function load() {
  turn += 1;
  const mine = turn;
  loading.value = true;
  failed.value = null;
  try {
    who.value ??= await whose(asked.get('user_id'), {
      day: today, all: SEEN, read: patiently, lists: listed, now: Date.now(), tried: (path) => patiently(path).then(() => true, (refusal) => {
        if (refusal instanceof Refusal && refusal.status === 404) return false;
        throw refusal;
      }),
    });
    const found = who.value.sees?.size ? await readRange() : null;
    if (mine === turn) batch(() => { read.value = found; loading.value = false; });
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    if (mine === turn) batch(() => { failed.value = refusal; who.value = null; loading.value = false; });
  }
}

const units = signal(0); // moves when another is chosen
/** The unit a measure is read in. */
export const unit = (metric) => (units.value, unitFor(metric));
/** Read a measure in another unit. */
export function readIn({ metric, unit: one }) {
  keepUnit(metric, one);
  units.value += 1;
}

/** Look at another range. */
export function choose(next) {
  range.value = next;
  history.replaceState(null, '', address());
  load();
}

/** The lines of a month, for its calendar. */
export async function loadMonth(one = month.value) {
  batch(() => { month.value = one; monthLines.value = null; });
  if (!who.value?.sees?.size || !summed()) return;
  const lines = await results(`summary/?from=${one}-01&to=${series.addMonths(one, 1)}-01${of()}`).catch(() => null);
  if (month.value === one) monthLines.value = lines;
}
