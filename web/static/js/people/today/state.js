// What the page of today knows: the entries of the days in view, what waits on this device, what is being done.
import { batch, computed, signal } from '../../ui.js';
import * as storage from '../../storage.js';
import { toast } from '../../toast.js';
import { generalError } from '../form.js';
import { knock } from '../http.js';
import { listed } from '../lists.js';
import { Refusal, refusalOf } from '../refusal.js';
import { t } from '../say.js';
import { addDays, caughtUp, dayIn, deviceZone, isDay, merged, momentOn, weekOf, withEntry } from './days.js';
import { DOORS, KINDS, bodyOf, tapped } from './kinds.js';
import { Queue } from './queue.js';

const KNOWN_DAYS = 14; // so far back a tap looks for the last values
const TICK_MS = 20_000;
const NIGHT_AT_MOST_MS = 24 * 3_600_000;
const { person } = document.body.dataset;
const asked = new URLSearchParams(location.search).get('day');

export const zone = deviceZone();
const now = signal(Date.now());
/** The day it is. */
export const today = computed(() => dayIn(now.value, zone));
const chosen = signal(isDay(asked) && asked <= today.value ? asked : null);
/** The day looked at. */
export const day = computed(() => chosen.value ?? today.value);
export const loaded = signal(false);
export const broken = signal(null);
export const stopped = signal(null);
/** The kind and entry in the form: {kind, item?, at?}, or null. */
export const editing = signal(null);
/** The last thing that was logged by a tap, to be undone: its key. */
export const fresh = signal(null);
/** What was said last, for who listens to the page. */
export const said = signal('');
/** Since when one is in bed, or null. */
export const bed = signal(storage.load(`bed.${person}`));
/** The seizure that is going on: {key, start, called}, or null. */
export const seizure = signal(storage.load(`seizure.${person}`));
/** Names of those who are told of seizures. */
export const told = signal([]);

const stored = signal(new Map());
const waiting = signal([]);
const arrived = new Map(); // queue key → id: what was fresh stays fresh once it has its id

export const items = computed(() => merged(stored.value, waiting.value, zone));
export const ofDay = computed(() => items.value.filter((item) => item.day === day.value));
/** How many entries each day of the week has: [{day, count}]. */
export const week = computed(() => weekOf(day.value).map((one) => ({ day: one, count: items.value.filter((item) => item.day === one).length })));

/** The newest-first entries of a kind, as far back as taps look. */
export const known = (kind) => items.value.filter((item) => item.kind === kind).map(({ entry }) => entry).reverse();
const about = (at) => ({ at, known, items: items.value.filter((item) => item.day === dayIn(at, zone)) });
/** What a tap on a kind would say right now, or null where it opens a form. */
export const wouldSay = (kind) => tapped(kind, about(new Date(now.value).toISOString()));

// Said with each request, since somebody else may have signed in here in another tab.
const whose = `user_id=${person}`;
const path = ({ path: door, id }) => `/api/v1/${door}/${id}/`;
export const queue = new Queue(person, {
  post: (entry) => knock('POST', `/api/v1/${entry.path}/?${whose}`, entry.body, { 'Idempotency-Key': entry.key }),
  change: (entry, patch) => knock('PATCH', path(entry), patch),
  remove: (entry) => knock('DELETE', path(entry)),
  find: async (entry) => {
    const at = Date.parse(entry.body[KINDS[entry.kind].when]);
    const range = `from=${new Date(at).toISOString()}&to=${new Date(at + 1).toISOString()}`;
    const { ok, body } = await knock('GET', `/api/v1/${entry.path}/?${whose}&${range}`);
    return ok ? body.results[0] ?? null : null;
  },
  onChange: () => batch(refresh),
  onStored: (entry, now_) => batch(() => take(entry, now_)),
});

function refresh() {
  waiting.value = queue.list();
  stopped.value = queue.stopped;
}

// Lists that are being read may be from before a change: it is made to them too.
const changed = [];
let turn = 0;

function put(door, id, entry) {
  changed.push({ path: door, id, entry });
  stored.value = withEntry(stored.value, door, id, entry);
}

function take(entry, one) {
  if (one) put(entry.path, one.id, one);
  else if (entry.id) put(entry.path, entry.id, null);
  if (one) arrived.set(entry.key, one.id);
  if (one && seizure.value?.key === entry.key) keepSeizure({ ...seizure.value, id: one.id });
  waiting.value = queue.list();
}

/** Whether an item is what was just logged. */
export const isFresh = (item) => fresh.value !== null && (item.queued === fresh.value || item.id === arrived.get(fresh.value));

/** Read the days in view, and those that taps look back to. */
export async function load() {
  const days = weekOf(day.value);
  const back = day.value > addDays(today.value, -KNOWN_DAYS) ? addDays(today.value, -KNOWN_DAYS) : days[0];
  const from = back < days[0] ? back : days[0];
  const to = addDays(days[6], 1);
  broken.value = null;
  turn += 1;
  const [mine, since] = [turn, changed.length];
  try {
    const found = await listed(DOORS.map(({ path: door, query }) => `${door}/?${whose}&from=${from}&to=${to}${query && `&${query}`}`));
    if (mine !== turn) return;
    batch(() => {
      stored.value = caughtUp(new Map(DOORS.map(({ path: door }, n) => [door, found[n]])), changed.slice(since));
      loaded.value = true;
    });
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    if (!loaded.value || refusal.status !== 0) broken.value = refusal;
  }
}

/** Look at another day. */
export function choose(one) {
  const before = week.value[0].day;
  chosen.value = one === today.value ? null : one;
  history.replaceState(null, '', chosen.value ? `?day=${chosen.value}` : location.pathname);
  fresh.value = null;
  if (week.value[0].day !== before) load();
}

/** Log an entry of a kind: kept here at once, and sent. Returns its key. */
export function log(kind, body) {
  const { key } = queue.add({ path: KINDS[kind].path, kind, body: { ...bodyOf(kind, body), time_zone: zone } });
  fresh.value = key;
  said.value = t('d.noted', { what: t(`d.kind.${kind}`) });
  return key;
}

/** One tap on a kind: logs it, or opens the form where a tap alone does not say enough. */
export function tap(kind) {
  now.value = Date.now();
  const at = new Date().toISOString();
  if (day.value !== today.value) editing.value = { kind, at: momentOn(day.value, at, zone) };
  else if (kind === 'sleep') tapSleep(at);
  else {
    const body = tapped(kind, about(at));
    if (body) log(kind, body);
    else editing.value = { kind, at };
  }
}

/** Whether it is the time to have slept and nothing says so yet. */
export const morning = computed(() => {
  const hour = new Date(now.value).getHours();
  return !bed.value && hour >= 4 && hour < 12 && !items.value.some((item) => item.kind === 'sleep' && item.day === today.value);
});

function tapSleep(at) {
  const since = bed.value;
  if (!since && morning.value) editing.value = { kind: 'sleep', at };
  else if (!since) goToBed(at);
  else {
    goToBed(null);
    if (Date.parse(at) - Date.parse(since) > NIGHT_AT_MOST_MS) editing.value = { kind: 'sleep', at };
    else log('sleep', { start: since, end: at });
  }
}

/** Note since when one is in bed; null: one is not. */
export function goToBed(at) {
  bed.value = at;
  if (at) storage.save(`bed.${person}`, at);
  else storage.drop(`bed.${person}`);
}

function keepSeizure(one) {
  seizure.value = one;
  if (one) storage.save(`seizure.${person}`, one);
  else storage.drop(`seizure.${person}`);
}

/** A seizure begins: it is told at once, and its clock runs. */
export function seizureBegins() {
  const start = new Date().toISOString();
  keepSeizure({ start, key: log('seizure', { start, seizure_class: 'unknown' }), called: false });
}

/** The seizure has lasted until now. It is over, or so long that the family is to be called. */
export function seizureLasts({ over }) {
  const { key, called } = seizure.value;
  const { id } = seizure.value; // once the server has it
  const end = new Date().toISOString();
  const waits = queue.list().some((entry) => entry.key === key);
  if (over) keepSeizure(null);
  else if (!called) keepSeizure({ ...seizure.value, called: true });
  if (waits) queue.edit(key, { end });
  else if (id) queue.amend({ path: 'seizures', kind: 'seizure', id }, { end });
}

/** It was no seizure: the clock stops and the entry goes. */
export function seizureNot() {
  const { key, id } = seizure.value;
  keepSeizure(null);
  const item = items.value.find((one) => one.queued === key || one.id === id);
  if (item) undo(item);
}

/** Take back what was logged. */
export function undo(item) {
  if (item.queued) queue.take(item.queued);
  else queue.amend(item, 'gone');
  if (seizure.value && (item.queued === seizure.value.key || item.id === seizure.value.id)) keepSeizure(null);
  fresh.value = null;
  said.value = t('d.undone');
}

/** Read one entry anew: {entry, etag}. Throws Refusal. */
export async function readEntry(item) {
  const { ok, status, body, etag, after } = await knock('GET', path(item));
  if (!ok) throw refusalOf(status, body, after);
  return { entry: body, etag };
}

/** Change an entry as it was read. Throws Refusal; 412 where it was changed meanwhile. */
export async function change(item, patch, etag) {
  const { ok, status, body, after } = await knock('PATCH', path(item), patch, { 'If-Match': etag });
  if (!ok) throw refusalOf(status, body, after);
  put(item.path, body.id, body);
}

/** Remove an entry as it was read. Throws Refusal. */
export async function remove(item, etag) {
  const { ok, status, body, after } = await knock('DELETE', path(item), undefined, { 'If-Match': etag });
  if (!ok && status !== 404) throw refusalOf(status, body, after);
  put(item.path, item.id, null);
  toast(t('d.removed'));
}

// Whom a seizure is told to: those of one's circles who may see seizures. A tap tells them all the same.
async function readTold() {
  try {
    const [circles] = await listed(['circles/']);
    const own = circles.filter(({ owner }) => owner === person);
    const read = await listed(own.flatMap(({ id }) => [`circles/${id}/members/`, `circles/${id}/grants/`]));
    const names = new Map(read.flatMap((rows) => rows.filter(({ name }) => name).map(({ id, name }) => [id, name])));
    const grants = read.flat().filter(({ category, access, expires_at: end }) => category === 'seizures' && access && (!end || Date.parse(end) > Date.now()));
    told.value = [...new Set(grants.map(({ member }) => names.get(member)).filter(Boolean))];
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal; // the button says less then
  }
}

/** Why something did not happen, at the bottom of the page. */
export const tell = (refusal) => toast(generalError(refusal) || t('err.broken'));

/** Begin: what waits goes out, the days come in, and both again whenever one comes back. */
export function start() {
  refresh();
  storage.watch((key) => {
    if (key.startsWith('days.')) batch(refresh);
    if (key === `bed.${person}`) bed.value = storage.load(key);
    if (key === `seizure.${person}`) seizure.value = storage.load(key);
  });
  const back = () => {
    now.value = Date.now();
    queue.pump();
    if (loaded.value) load();
  };
  addEventListener('online', back);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) back(); });
  setInterval(() => { now.value = Date.now(); }, TICK_MS);
  queue.pump();
  load().then(readTold);
}
