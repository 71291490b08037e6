// What the page of today knows: the entries of the days in view, what waits on this device, what is being done.
import { batch, computed, signal } from '../../ui.js';
import * as storage from '../../storage.js';
import { toast } from '../../toast.js';
import { generalError } from '../form.js';
import { knock } from '../http.js';
import { listed } from '../lists.js';
import { Refusal, refusalOf } from '../refusal.js';
import { t, tOr } from '../say.js';
import { addsOf, sharedBy } from '../history/whose.js';
import { addDays, caughtUp, dayIn, deviceZone, isDay, merged, momentOn, weekOf, withEntry } from './days.js';
import { DOORS, KINDS, NOTED, bodyOf, tapped } from './kinds.js';
import { Queue } from './queue.js';

const KNOWN_DAYS = 14; // so far back a tap looks for the last values
const TICK_MS = 20_000;
const NIGHT_AT_MOST_MS = 24 * 3_600_000;
/** Who is signed in. */
export const { person } = document.body.dataset;
const query = new URLSearchParams(location.search);
const asked = query.get('day');
const owner = [null, '', 'me'].includes(query.get('for')) ? person : query.get('for');
/** Whether these are one's own days; else they are those of somebody who lets one add to them. */
export const own = owner === person;
const mark = own ? person : `${person}.${owner}`; // under which a night and a seizure that go on are kept

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
/** Since when they are in bed, or null. */
export const bed = signal(storage.load(`bed.${mark}`));
/** The seizure that is going on: {key, start, called}, or null. */
export const seizure = signal(storage.load(`seizure.${mark}`));
/** Names of those who are told of seizures. */
export const told = signal([]);
/** The categories that may be added to: all of one's own; null until it is known. */
export const adds = signal(own ? NOTED : null);
const named = signal(null);
/** What the person is called whose days these are; null for oneself, and where nobody says. */
export const ownerName = computed(() => named.value ?? waiting.value.find(({ of: whom }) => !own && whom?.id === owner)?.of.name ?? null);
const names = signal(new Map()); // person → what they are called in the circle

const stored = signal(new Map());
const waiting = signal([]);
const arrived = new Map(); // queue key → id: what was fresh stays fresh once it has its id

const here = ({ of }) => (of?.id ?? person) === owner;
export const items = computed(() => merged(stored.value, waiting.value.filter(here), zone));
/** Whose other days something waits or was refused for: [{id, name, count, failed}]. */
export const elsewhere = computed(() => {
  const found = new Map();
  for (const { of, state } of waiting.value.filter((one) => !here(one))) {
    const id = of?.id ?? person;
    const before = found.get(id) ?? { id, name: of?.name ?? null, count: 0, failed: 0 };
    found.set(id, { ...before, count: before.count + 1, failed: before.failed + (state === 'failed') });
  }
  return [...found.values()];
});
/** What was refused of what one noted for these days, whichever day it is of. */
export const refused = computed(() => items.value.filter(({ state }) => state === 'failed'));
/** Who added an entry: '' where it is the person whose days these are, or nobody can say. */
export function addedBy({ author }) {
  if (!author || author === owner) return '';
  if (author === person) return t('d.addedYou');
  return names.value.has(author) ? t('d.addedBy', { name: names.value.get(author) }) : t('d.addedSomeone');
}
/** Whether one may change an item: one's own days, and what one added to somebody else's. */
export const mayChange = ({ queued, entry }) => own || Boolean(queued) || entry.author === person;
// What was refused of somebody else's days stands apart, whichever day it is of.
export const ofDay = computed(() => items.value.filter((item) => item.day === day.value && (own || item.state !== 'failed')));
/** How many entries each day of the week has: [{day, count}]. */
export const week = computed(() => weekOf(day.value).map((one) => ({ day: one, count: items.value.filter((item) => item.day === one).length })));

/** The newest-first entries of a kind, as far back as taps look. */
export const known = (kind) => items.value.filter((item) => item.kind === kind).map(({ entry }) => entry).reverse();
const about = (at) => ({ at, known, items: items.value.filter((item) => item.day === dayIn(at, zone)) });
/** What a tap on a kind would say right now, or null where it opens a form. */
export const wouldSay = (kind) => tapped(kind, about(new Date(now.value).toISOString()));

// Said with each request, since somebody else may have signed in here in another tab.
const whose = `user_id=${owner}`;
const of = (entry) => `user_id=${entry.of?.id ?? person}`;
const path = ({ path: door, id }) => `/api/v1/${door}/${id}/`;
export const queue = new Queue(person, {
  post: (entry) => knock('POST', `/api/v1/${entry.path}/?${of(entry)}`, entry.body, { 'Idempotency-Key': entry.key }),
  change: (entry, patch) => knock('PATCH', path(entry), patch),
  remove: (entry) => knock('DELETE', path(entry)),
  find: async (entry) => {
    const at = Date.parse(entry.body[KINDS[entry.kind].when]);
    const range = `from=${new Date(at).toISOString()}&to=${new Date(at + 1).toISOString()}`;
    const { ok, body } = await knock('GET', `/api/v1/${entry.path}/?${of(entry)}&${range}`);
    return ok ? body.results.find(({ author }) => !entry.of || author === person) ?? null : null;
  },
  signedIn: async () => {
    const { ok, status, body } = await knock('GET', '/api/v1/users/me/');
    if (!ok && status !== 401) throw new Refusal(0); // nobody can say right now
    return ok ? body.id : null;
  },
  onChange: () => batch(refresh),
  onRefused: (entry) => { if (!own && here(entry)) load(); }, // what may be added has changed, most likely
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
  if (one && here(entry)) put(entry.path, one.id, one);
  else if (entry.id && here(entry)) put(entry.path, entry.id, null);
  if (one) arrived.set(entry.key, one.id);
  if (one) settle(entry, one.id);
  waiting.value = queue.list();
}

// A seizure that goes on is to be ended by its id once it has one, on whosever page.
function settle({ key, of: whom }, id) {
  const place = `seizure.${whom ? `${person}.${whom.id}` : person}`;
  const kept = storage.load(place);
  if (kept?.key !== key) return;
  storage.save(place, { ...kept, id });
  if (here({ of: whom })) seizure.value = { ...kept, id };
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
    const shared = own ? null : await sharedBy(owner, { lists: listed, now: Date.now() });
    const may = own ? NOTED : new Set([...shared.adds].filter((category) => NOTED.has(category)));
    const doors = DOORS.filter(({ category }) => may.has(category));
    const found = await listed(doors.map(({ path: door, query: more }) => `${door}/?${whose}&from=${from}&to=${to}${more && `&${more}`}`));
    if (mine !== turn) return;
    batch(() => {
      if (shared) share(may, shared);
      stored.value = caughtUp(new Map(doors.map(({ path: door }, n) => [door, found[n]])), changed.slice(since));
      loaded.value = true;
    });
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    if (!loaded.value || refusal.status !== 0) broken.value = refusal;
  }
}

function share(may, { name, names: those }) {
  adds.value = may;
  named.value = name ?? named.value;
  names.value = those;
  if (editing.value && !editing.value.item && !may.has(KINDS[editing.value.kind].category)) editing.value = null;
}

/** The page of a person's days; one's own unless told. */
export const pageOf = (id, one = null) => {
  const parts = new URLSearchParams({ ...(id !== person && { for: id }), ...(one && { day: one }) });
  return parts.size ? `/today/?${parts}` : '/today/';
};

/** Look at another day. */
export function choose(one) {
  const before = week.value[0].day;
  chosen.value = one === today.value ? null : one;
  history.replaceState(null, '', pageOf(owner, chosen.value));
  fresh.value = null;
  if (week.value[0].day !== before) load();
}

const theirs = () => (own ? null : { id: owner, name: ownerName.value });

/** A text, as it is said of somebody else where these are their days. */
export const tw = (key, values) => (own || !tOr(`${key}.of`, '') ? t(key, values) : t(`${key}.of`, { name: ownerName.value, ...values }));

/** Log an entry of a kind: kept here at once, and sent. Returns its key. */
export function log(kind, body) {
  // Somebody else's days are in the zone of their profile, wherever it is that one adds to them.
  const said_ = { ...bodyOf(kind, body), ...(own && { time_zone: zone }) };
  const { key } = queue.add({ path: KINDS[kind].path, kind, body: said_, of: theirs() });
  fresh.value = key;
  said.value = tw('d.noted', { what: t(`d.kind.${kind}`) });
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
  if (at) storage.save(`bed.${mark}`, at);
  else storage.drop(`bed.${mark}`);
}

function keepSeizure(one) {
  seizure.value = one;
  if (one) storage.save(`seizure.${mark}`, one);
  else storage.drop(`seizure.${mark}`);
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
  else if (id) queue.amend({ path: 'seizures', kind: 'seizure', id, of: theirs() }, { end });
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
  else queue.amend({ ...item, of: theirs() }, 'gone');
  if (seizure.value && (item.queued === seizure.value.key || item.id === seizure.value.id)) keepSeizure(null);
  fresh.value = null;
  said.value = t('d.undone');
}

/** Forget what was refused. */
export function dismiss(item) {
  queue.take(item.queued);
  said.value = t('d.dismissed');
}

/** Send what was refused once more. */
export const sendAgain = (item) => queue.edit(item.queued, {});

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
    const mine = circles.filter((circle) => circle.owner === person);
    const read = await listed(mine.flatMap(({ id }) => [`circles/${id}/members/`, `circles/${id}/grants/`]));
    const faces = read.flat().filter(({ name }) => name);
    const called = new Map(faces.map(({ id, name }) => [id, name]));
    names.value = new Map(faces.map(({ user, name }) => [user, name]));
    const grants = read.flat().filter(({ category, access, expires_at: end }) => category === 'seizures' && access && (!end || Date.parse(end) > Date.now()));
    told.value = [...new Set(grants.map(({ member }) => called.get(member)).filter(Boolean))];
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
    if (key === `bed.${mark}`) bed.value = storage.load(key);
    if (key === `seizure.${mark}`) seizure.value = storage.load(key);
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
  load().then(() => own && readTold());
}
