// What the console knows. Nothing of it is kept on the device but one's own load of this shift.
import { batch, computed, signal } from '../ui.js';
import * as storage from '../storage.js';
import { found, inOrder } from './queue.js';
import { goOn } from './shift.js';
import { tOr } from './say.js';

/** id → case, as the queue tells of it. */
export const cases = signal(new Map());
export const loaded = signal(false);
export const broken = signal(null);
/** What the house is known to hold of vital signs, or null: {on_duty, parts}. */
export const vitals = signal(null);
/** slug → room, for its title. */
export const rooms = signal(new Map());

/** The case that the keys stand on, and the one that is open. */
export const at = signal(null);
export const opened = signal(null);
/** case → {fence, until (ms), stream, epoch, head}: what one holds. */
export const holdings = signal(new Map());
/** case → its context, once it was asked for. */
export const contexts = signal(new Map());
/** stream → room, as its log says. */
export const logs = signal(new Map());
/** stream → Map(member → {name, until}). */
export const typing = signal(new Map());
/** What was lost, and why: {id, why}. */
export const lost = signal(null);

export const status = signal('idle');
export const stoppedBy = signal(null);
export const late = signal(false);
/** {on, name}; `on` null while it is not known. */
export const duty = signal({ on: null, name: '' });
/** What is to be said aloud now. */
export const said = signal('');

/** The server's time in ms, a second at a time. */
export const now = signal(Date.now());
let offset = 0;

/** The server's time at this moment. */
export const serverNow = () => Date.now() + offset;

/** Set the clock by a time the server told just now. */
export function setClock(ms) {
  offset = ms - Date.now();
  now.value = serverNow();
}

export const search = signal(null);
export const dialog = signal(null);
export const hidden = signal(false);
/** Which pane shows where there is place for one: 'queue', 'case' or 'why'. */
export const pane = signal('queue');
/** Texts that were revealed, and covers that were lifted (`id n`). */
export const revealed = signal(new Set());
export const lifted = signal(new Set());
/** case → what is being written to its person. */
export const drafts = signal(new Map());

export const shift = signal(goOn(storage.load('shift'), Date.now()));
/** Why a pause is offered: 'hard', 'budget' or null. */
export const pauseFor = signal(null);

/** Change one's load, and keep it on this device. */
export function setShift(next) {
  shift.value = next;
  storage.save('shift', next);
}

/** A room's title. */
export const titleOf = (slug) => (slug ? rooms.value.get(slug)?.title ?? tOr('pairRoom', slug) : tOr('noRoom', ''));

export const listed = computed(() => found(inOrder(cases.value, now.value), search.value ?? '', titleOf));
export const current = computed(() => cases.value.get(opened.value) ?? null);
export const holding = computed(() => holdings.value.get(opened.value) ?? null);
export const context = computed(() => contexts.value.get(opened.value) ?? null);
export const room = computed(() => logs.value.get(holding.value?.stream) ?? null);

/** A map with one key set anew, or without it. */
export function withKey(map, key, value) {
  const next = new Map(map);
  if (value === undefined) next.delete(key);
  else next.set(key, value);
  return next;
}

/** Whether a case is one's own: held by this connection, or under one's name. */
export const isMine = (one) => holdings.value.has(one.id) || Boolean(one.holder && one.holder === duty.value.name);

/** Forget a case one no longer holds: its texts go from the page. */
export function letGo(id, why = null) {
  const holding = holdings.value.get(id);
  if (!holding) return;
  batch(() => {
    holdings.value = withKey(holdings.value, id);
    const still = [...holdings.value.values()].some(({ stream }) => stream === holding.stream);
    if (!still) logs.value = withKey(logs.value, holding.stream);
    if (why) lost.value = { id, why };
  });
}
