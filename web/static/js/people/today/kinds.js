// What can be logged with one tap: to which door it goes, what a form asks of it, and what a tap alone says. Pure.

import { inUnit, unitsOf } from '../units.js';

const choice = (name, options, more = {}) => ({ name, type: 'choice', options, ...more });
const number = (name, min, max, more = {}) => ({ name, type: 'number', min, max, ...more });
const moment = (name) => ({ name, type: 'moment', required: true });
const NOTE = { name: 'note', type: 'prose' };
const FIVE = ['1', '2', '3', '4', '5'];

/** Every kind: `path` of its door, `category` of its grants, `icon`, the time it stands at, its fields in a form. */
export const KINDS = {
  mood: { path: 'mood', category: 'mood', icon: 'sun', when: 'at', fields: [moment('at'), number('score', 1, 10, { required: true }), number('energy', 1, 10), { name: 'activities', type: 'words' }, NOTE] },
  sleep: { path: 'sleep', category: 'sleep', icon: 'moon', when: 'end', fields: [moment('start'), moment('end'), choice('quality', FIVE, { numeric: true }), number('awakenings', 0, 50), NOTE] },
  meal: { path: 'meals', category: 'meals', icon: 'fork', when: 'at', fields: [moment('at'), choice('meal_type', ['breakfast', 'lunch', 'dinner', 'snack'], { required: true }), number('calories', 0, 10_000), NOTE] },
  water: { path: 'meals', category: 'meals', icon: 'drop', when: 'at', fixed: { meal_type: 'snack' }, fields: [moment('at'), number('water_ml', 1, 10_000, { required: true, step: 50 }), NOTE] },
  exercise: { path: 'exercise', category: 'exercise', icon: 'walk', when: 'start', fields: [moment('start'), { name: 'kind', type: 'line', required: true }, number('duration_min', 1, 1440, { required: true }), choice('intensity', ['low', 'medium', 'high'], { required: true }), number('steps', 0, 100_000), NOTE] },
  meeting: { path: 'meetings', category: 'meetings', icon: 'people', when: 'at', fields: [moment('at'), choice('who', ['family', 'friends', 'work', 'other'], { required: true }), choice('positivity', FIVE, { required: true, numeric: true }), NOTE] },
  medication: { path: 'medication', category: 'medication', icon: 'pill', when: 'at', fields: [moment('at'), { name: 'name', type: 'line', required: true }, { name: 'dose', type: 'line' }, choice('status', ['taken', 'missed'], { required: true }), NOTE] },
  journal: { path: 'journal', category: 'journal', icon: 'pen', when: 'at', fields: [moment('at'), { name: 'text', type: 'prose', required: true }, { name: 'tags', type: 'words' }] },
  weight: { path: 'health-metrics', category: 'health-metrics', icon: 'scale', when: 'recorded_at', fixed: { metric_type: 'weight' }, query: 'metric_type=weight', fields: [moment('recorded_at'), { name: 'value', type: 'number', required: true, step: 0.1 }, choice('unit', unitsOf('weight'), { required: true }), NOTE] },
  seizure: {
    path: 'seizures', category: 'seizures', icon: 'zap', when: 'start',
    fields: [
      moment('start'), { name: 'end', type: 'moment' }, choice('seizure_class', ['focal', 'generalized', 'unknown', 'unclassified'], { required: true }), choice('consciousness', ['preserved', 'impaired', 'undetermined']),
      { name: 'features', type: 'words' }, { name: 'trigger', type: 'line' }, { name: 'rescue_medication', type: 'line' }, { name: 'witness', type: 'line' }, NOTE,
    ],
  },
};

/** The doors that the page reads, each once: [{path, category, query}]. */
export const DOORS = [...new Map(Object.values(KINDS).map(({ path, category, query = '' }) => [path, { path, category, query }])).values()];

/** The categories that can be noted here. */
export const NOTED = new Set(Object.values(KINDS).map(({ category }) => category));

/** Which kind an entry of a door is. */
export function kindOf(path, entry) {
  if (path === 'meals') return entry.water_ml && !entry.calories && entry.meal_type === 'snack' ? 'water' : 'meal';
  return Object.keys(KINDS).find((kind) => KINDS[kind].path === path);
}

/** The hour of a moment in the device's zone, with its minutes as a part. */
const hourOf = (at) => new Date(at).getHours() + new Date(at).getMinutes() / 60;

/** 'night', 'morning', 'afternoon' or 'evening'. */
export function partOfDay(at) {
  const hour = hourOf(at);
  return hour < 5 ? 'night' : hour < 12 ? 'morning' : hour < 18 ? 'afternoon' : 'evening';
}

/** Which meal one has at this time; what was had today already makes it a snack. `items` are today's. */
export function mealAt(at, items) {
  const hour = hourOf(at);
  const meal = hour >= 5 && hour < 11 ? 'breakfast' : hour >= 11.5 && hour < 15.5 ? 'lunch' : hour >= 18 && hour < 22.5 ? 'dinner' : 'snack';
  return items.some(({ kind, entry }) => kind === 'meal' && entry.meal_type === meal) ? 'snack' : meal;
}

const DAY_H = 24;
const apart = (a, b) => Math.min(Math.abs(a - b), DAY_H - Math.abs(a - b));
const SAME_DOSE_H = 3;

/** The medicine usually taken about this time that was not just taken: {name, dose?}, or null. `entries` newest first. */
export function usualMedicine(entries, at) {
  const now = Date.parse(at);
  const named = ({ name, dose }) => JSON.stringify([name, dose ?? null]);
  const just = new Set(entries.filter((entry) => Math.abs(now - Date.parse(entry.at)) < SAME_DOSE_H * 3_600_000).map(named));
  const open = entries.filter((entry) => entry.name && !just.has(named(entry)));
  const distance = (entry) => apart(hourOf(entry.at), hourOf(at));
  const [found] = open.sort((a, b) => distance(a) - distance(b) || Date.parse(b.at) - Date.parse(a.at));
  return found ? { name: found.name, ...(found.dose && { dose: found.dose }) } : null;
}

const minutesBefore = (at, minutes) => new Date(Date.parse(at) - minutes * 60_000).toISOString();
const picked = (entry, ...names) => Object.fromEntries(names.filter((name) => entry?.[name] != null).map((name) => [name, entry[name]]));

/**
 * What a tap says at `at`: the last values, at this time. Null where a tap alone cannot know (the form asks then).
 * `items` are today's entries, `known` the newest-first entries of a kind: kind → [entry].
 */
export function tapped(kind, { at, items, known }) {
  const last = known(kind)[0];
  if (kind === 'meal') return { at, meal_type: mealAt(at, items) };
  if (kind === 'water') return { at, meal_type: 'snack', water_ml: last?.water_ml ?? 250 };
  if (kind === 'exercise') {
    const usual = { kind: 'walk', duration_min: 20, intensity: 'low', ...picked(last, 'kind', 'duration_min', 'intensity') };
    return { start: minutesBefore(at, usual.duration_min), ...usual };
  }
  if (kind === 'meeting') return { at, who: 'family', positivity: 4, ...picked(last, 'who', 'positivity') };
  if (kind === 'medication') {
    const usual = usualMedicine(known(kind).filter(({ status }) => status === 'taken'), at);
    return usual && { at, status: 'taken', ...usual };
  }
  if (kind === 'seizure') return { start: at, seizure_class: 'unknown' };
  return null;
}

/** What a form for a new entry begins with. */
export function begun(kind, { at, items, known }) {
  const last = known(kind)[0];
  if (kind === 'sleep') return { ...nightBefore(at, last) };
  if (kind === 'weight') return { recorded_at: at, ...picked(last, 'value', 'unit') };
  if (kind === 'medication') return { at, status: 'taken', ...picked(last, 'name', 'dose') };
  return tapped(kind, { at, items, known }) ?? { [KINDS[kind].when]: at };
}

// The last night's hours of the clock, so that most nights are right but for some minutes.
function nightBefore(at, last) {
  const end = new Date(at);
  if (last) {
    const usual = new Date(last.end);
    end.setHours(usual.getHours(), usual.getMinutes(), 0, 0);
    if (end > new Date(at)) end.setTime(Date.parse(at));
  }
  const long = last ? Date.parse(last.end) - Date.parse(last.start) : 8 * 3_600_000;
  return { start: new Date(end.getTime() - long).toISOString(), end: end.toISOString() };
}

const two = (n) => String(n).padStart(2, '0');

/** A moment as a form's field has it, in the device's zone: `2026-11-21T18:42`; '' for none. */
export function localOf(moment) {
  if (!moment) return '';
  const at = new Date(moment);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

// A field holds minutes: what was not touched keeps its seconds.
const momentOf = (value, before) => (!value ? null : before && localOf(before) === value ? before : new Date(value).toISOString());
const wordsOf = (value) => value.split(',').map((word) => word.trim()).filter(Boolean);

function valueOf(field, text, before) {
  const value = (text ?? '').trim();
  if (field.type === 'moment') return momentOf(value, before);
  if (field.type === 'words') return wordsOf(value);
  if (!value) return null;
  return field.type === 'number' || field.numeric ? Number(value) : value;
}

/** What a form's values say: name → value; what is empty is null. `before` is the entry as it stood. */
export function read(kind, values, before = {}) {
  return Object.fromEntries(KINDS[kind].fields.map((field) => [field.name, valueOf(field, values[field.name], before[field.name])]));
}

/** A new entry's body: what is filled in, with what the kind itself says. */
export function bodyOf(kind, said) {
  const filled = Object.entries(said).filter(([, value]) => value !== null && !(Array.isArray(value) && !value.length));
  return { ...Object.fromEntries(filled), ...KINDS[kind].fixed };
}

const same = (a, b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null) || (Array.isArray(a) && !a.length && !b);
const sameMoment = (a, b) => Boolean(a && b) && Date.parse(a) === Date.parse(b);

/** What of `said` differs from an entry: the fields one has changed, and no other. A value and its unit go together. */
export function changes(said, entry) {
  const changed = Object.entries(said).filter(([name, value]) => !same(value, entry[name]) && !sameMoment(value, entry[name]));
  const found = Object.fromEntries(changed);
  return 'value' in found || 'unit' in found ? { ...found, value: said.value, unit: said.unit } : found;
}

/** An entry as a form shows it: a measure in the unit one reads in. */
export function asRead(kind, entry, unit) {
  const metric = KINDS[kind].fixed?.metric_type;
  return metric ? { unit, ...inUnit({ metric_type: metric, ...entry }, unit) } : entry;
}
