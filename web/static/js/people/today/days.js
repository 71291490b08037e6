// Days as the page shows them: which day an entry belongs to, the week round it, and what stands in it. Pure.
import { KINDS, kindOf } from './kinds.js';
import { willBe } from './queue.js';

const DAY_MS = 86_400_000;
const formats = new Map();

/** The device's time zone, by its IANA name. */
export const deviceZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

/** The day `YYYY-MM-DD` it is at a moment in a zone; the device's where the zone is unknown. */
export function dayIn(moment, zone) {
  if (!formats.has(zone)) {
    const options = { year: 'numeric', month: '2-digit', day: '2-digit' };
    try {
      formats.set(zone, new Intl.DateTimeFormat('en-CA', { ...options, timeZone: zone }));
    } catch {
      formats.set(zone, new Intl.DateTimeFormat('en-CA', options));
    }
  }
  return formats.get(zone).format(new Date(moment));
}

/** The day `n` days after `day`. */
export const addDays = (day, n) => new Date(Date.parse(`${day}T00:00:00Z`) + n * DAY_MS).toISOString().slice(0, 10);

/** The Monday of a day's week. */
export const mondayOf = (day) => addDays(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7));

/** The seven days of a day's week. */
export const weekOf = (day) => [0, 1, 2, 3, 4, 5, 6].map((n) => addDays(mondayOf(day), n));

/** Whether a text is a day that exists. */
export const isDay = (text) => /^\d{4}-\d\d-\d\d$/.test(text ?? '') && !Number.isNaN(Date.parse(text)) && new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);

/** A moment on a day that a new entry of it begins with: noon on the device, or now if it is today. */
export function momentOn(day, now, zone) {
  return dayIn(now, zone) === day ? new Date(now).toISOString() : new Date(`${day}T12:00:00`).toISOString();
}

function itemOf(path, entry, more) {
  const kind = kindOf(path, entry);
  const at = entry[KINDS[kind].when];
  return { key: entry.id, id: entry.id, path, kind, category: KINDS[kind].category, entry, at, day: entry.date ?? dayIn(at, entry.time_zone), state: 'stored', ...more };
}

/**
 * Everything logged, by what the server has (path → entries) and what waits here: items in the order of their times.
 * What waits to be changed is shown as it will be, what waits to be removed not at all.
 */
export function merged(stored, waiting, zone) {
  const items = new Map();
  for (const [path, entries] of stored) for (const entry of entries) items.set(entry.id, itemOf(path, entry));
  for (const one of waiting) {
    const id = one.id ?? one.key;
    const known = items.get(id);
    const shown = { ...known?.entry, ...willBe(one) };
    if (one.then === 'gone') items.delete(id);
    else if (one.body || known) items.set(id, { ...itemOf(one.path, { time_zone: zone, ...shown, id }, { kind: one.kind }), id: one.id, queued: one.key, state: one.state, error: one.error });
  }
  return [...items.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || (a.key < b.key ? -1 : 1));
}

/** `stored` (path → entries) with one entry in the place of the one with its id, or without it (null). */
export function withEntry(stored, path, id, entry) {
  const rest = (stored.get(path) ?? []).filter((one) => one.id !== id);
  return new Map(stored).set(path, entry ? [...rest, entry] : rest);
}

/** What was read, with what changed while it was: [{path, id, entry}] in order; the lists may be from before any of it. */
export const caughtUp = (read, changes) => changes.reduce((stored, { path, id, entry }) => withEntry(stored, path, id, entry), read);

/** How full a day looks: 0 to 3. */
export const fullness = (count) => (count === 0 ? 0 : count < 3 ? 1 : count < 4 ? 2 : 3);
