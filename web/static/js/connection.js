// The chat page's wire: what the server says becomes state.
import { batch } from './ui.js';
import { Session } from './net/session.js';
import { Refused } from './net/link.js';
import { ticket } from './person.js';
import { found } from './seeking.js';
import { t } from './i18n.js';
import * as state from './store/state.js';
import { dropRoom, keepHeld, keepMine, keepRoom, loadHeld } from './store/kept.js';
import { applyMine, emptyMine, minePosition, readBack, withoutRoom } from './store/mine.js';
import { applyLive, applyPage, emptyRoom, position, restart } from './store/room.js';

const LATE_MS = 1500;
const TYPING_MS = 8000;
const hooks = { live: () => {}, caughtUp: () => {}, arrived: () => {}, lost: () => {}, toast: () => {} };
let lateTimer = null;
let owed = 0; // the seq of `me` up to which a resume still replays what happened meanwhile
let overtaking = null; // what came live on `me` while its history is read
const dirty = new Set();
let keeping = null;

/** Let actions.js know of what happened: {live(), caughtUp(), arrived(ids), lost(stream), toast(text)}. */
export function onWire(listeners) {
  Object.assign(hooks, listeners);
}

export const session = new Session({
  url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws/chat/`,
  ticket,
  resume: positions,
  onWelcome: (welcome) => batch(() => welcomed(welcome)),
  onPushes: (pushes) => batch(() => pushed(pushes)),
  onStatus: (status, why) => batch(() => statusChanged(status, why)),
});

/** Send one command; rejects with Refused. */
export const command = (type, fields) => session.command(type, fields);

/** Resolves when the connection is live; rejects with Refused when it will not be. */
export function whenLive() {
  if (state.status.value === 'live') return Promise.resolve();
  session.start();
  return new Promise((resolve, reject) => {
    const stop = state.status.subscribe((status) => {
      if (status === 'live') resolve();
      else if (status === 'stopped') reject(new Refused({ code: 'stopped' }));
      else return;
      queueMicrotask(() => stop());
    });
  });
}

function positions() {
  const found = {};
  const me = minePosition(state.mine.value);
  if (me) found.me = me;
  for (const room of state.rooms.value.values()) {
    const at = position(room);
    if (at) found[room.stream] = at;
  }
  return found;
}

function statusChanged(status, why) {
  state.status.value = status;
  state.stoppedBy.value = status === 'stopped' ? why : null;
  if (status === 'live' || status === 'idle') {
    clearTimeout(lateTimer);
    lateTimer = null;
    state.late.value = false;
  } else if (status === 'connecting') {
    lateTimer ??= setTimeout(() => { state.late.value = true; }, LATE_MS);
  }
  if (status !== 'live') return;
  hooks.live();
  if (state.mine.value.seq >= owed) hooks.caughtUp();
}

function welcomed({ streams }) {
  const next = new Map();
  for (const [stream, info] of Object.entries(streams)) {
    if (stream === 'me') meWelcomed(info);
    else next.set(stream, roomWelcomed(stream, info));
  }
  // Who of a pair is connected may have changed unheard: unknown until it is told again.
  const pairs = [...next.values()].filter(({ slug }) => state.infos.value.get(slug)?.pair);
  state.people.value = pairs.reduce((people, { stream }) => state.withKey(people, stream), state.people.value);
  for (const stream of state.rooms.value.keys()) if (!next.has(stream)) lost(stream);
  state.rooms.value = next;
  for (const stream of next.keys()) keepSoon(stream);
}

function roomWelcomed(stream, { status, epoch, head, room, member, read }) {
  const known = state.rooms.value.get(stream) ?? emptyRoom(stream);
  const goesOn = status === 'resumed' && known.epoch === epoch;
  const base = goesOn ? known : restart(known, epoch, head);
  return { ...base, slug: room ?? base.slug, me: member ?? base.me, read: Math.max(read ?? 0, goesOn ? base.read : 0) };
}

function meWelcomed({ status, epoch, head }) {
  owed = head;
  if (status === 'resumed') return;
  state.mine.value = { ...emptyMine(), epoch, seq: head };
  if (head > 0) setTimeout(() => readMine(epoch));
}

// No position on this device: take the fates of held messages, letters and today's cards from the log.
async function readMine(epoch) {
  const heard = [];
  overtaking = heard;
  const page = await command('history', { stream: 'me', limit: 50 }).catch(() => null);
  if (overtaking === heard) overtaking = null;
  if (!page || state.mine.value.epoch !== epoch) return;
  const { mine: read, effects } = readBack(epoch, page.events, heard, Date.now());
  const { seq, eventId } = state.mine.value.seq > read.seq ? state.mine.value : read;
  const mine = { ...read, seq, eventId };
  batch(() => {
    state.mine.value = mine;
    for (const effect of effects) if (['released', 'refused'].includes(effect.do)) carryOut(effect);
    keepMine(mine);
  });
}

function pushed(pushes) {
  const byStream = new Map();
  for (const push of pushes) {
    if (push.type === 'signal') signalled(push);
    else byStream.set(push.stream, [...(byStream.get(push.stream) ?? []), push]);
  }
  for (const [stream, events] of byStream) {
    if (stream === 'me') mePushed(events);
    else roomPushed(stream, events);
  }
}

function roomPushed(stream, events) {
  const before = state.rooms.value.get(stream);
  if (!before) return; // its `joined` or the reply to `join` follows; the gap is read then
  const after = applyLive(before, events);
  state.setRoom(after);
  keepSoon(stream);
  hooks.arrived(new Set(events.map((event) => event.event_id)));
  let missed = 0;
  for (const event of events) {
    if (event.kind !== 'message' || event.seq <= before.seq) continue;
    stopTyping(stream, event.member.id);
    if (event.member.id !== after.me?.id) missed += 1;
  }
  if (missed && after.slug === state.slug.value && !state.pinned.value) state.missed.value += missed;
  if (after.gap) fillGap(stream);
}

async function fillGap(stream) {
  for (;;) {
    const room = state.rooms.value.get(stream);
    const page = room && await command('history', { stream, after: room.seq, limit: 200 }).catch(() => null);
    const now = state.rooms.value.get(stream);
    if (!page || !now || now.epoch !== room.epoch) return;
    state.setRoom({ ...applyPage(now, page), gap: page.more });
    if (!page.more) break;
  }
  keepSoon(stream);
}

function mePushed(events) {
  overtaking?.push(...events);
  const before = state.mine.value.seq;
  const { mine, effects } = applyMine(state.mine.value, events);
  state.mine.value = mine;
  keepMine(mine);
  for (const effect of effects) carryOut(effect);
  if (before < owed && mine.seq >= owed) hooks.caughtUp();
}

function carryOut({ do: what, event }) {
  if (what === 'joined' || what === 'matched') gained(what, event);
  else if (what === 'left') lost(event.room_stream);
  else if (what === 'unmatched') hooks.toast(t('partnerLeft'));
  else if (what === 'released') setHeld(event.client_id, null);
  else if (what === 'refused') {
    const entry = state.held.value.get(event.client_id);
    if (entry) setHeld(event.client_id, { ...entry, state: 'refused' });
  }
}

function gained(what, event) {
  const { room_stream: stream, epoch, head, room: slug, member } = event;
  if (!state.rooms.value.has(stream)) {
    state.setRoom({ ...restart(emptyRoom(stream), epoch, head), slug, me: member, read: head });
    keepSoon(stream);
  }
  if (what !== 'matched') return;
  const infos = new Map(state.infos.value);
  state.infos.value = infos.set(slug, { pair: true, title: event.with?.name ?? '' });
  if (state.wish.value) {
    found(slug);
    state.wish.value = null;
    state.called.value = slug;
  }
}

/** Forget a room one is no longer in. */
export function lost(stream) {
  const slug = state.rooms.value.get(stream)?.slug;
  state.rooms.value = state.withKey(state.rooms.value, stream);
  state.mine.value = withoutRoom(state.mine.value, stream, slug);
  hooks.lost(stream);
  dropRoom(stream, slug);
  state.held.value = loadHeld();
}

/** Keep or, with null, forget a held message, on this device and on the page. */
export function setHeld(client_id, entry) {
  keepHeld(client_id, entry);
  state.held.value = entry ? state.withKey(state.held.value, client_id, entry) : state.withKey(state.held.value, client_id);
}

/** Another tab kept or forgot a held message. */
export function heldElsewhere() {
  state.held.value = loadHeld();
}

function signalled({ stream, kind, member, on, people, seq }) {
  const room = state.rooms.value.get(stream);
  if (!room) return;
  if (kind === 'presence') {
    state.people.value = state.withKey(state.people.value, stream, people);
  } else if (kind === 'read') {
    if (seq > room.read) state.setRoom({ ...room, read: seq });
  } else if (kind === 'typing' && member.id !== room.me?.id && !state.blockedIn(stream).has(member.id)) {
    if (on) startTyping(stream, member);
    else stopTyping(stream, member.id);
  }
}

function startTyping(stream, { id, name }) {
  const until = Date.now() + TYPING_MS;
  const those = state.withKey(state.typing.value.get(stream) ?? new Map(), id, { name, until });
  state.typing.value = state.withKey(state.typing.value, stream, those);
  setTimeout(() => {
    if (state.typing.value.get(stream)?.get(id)?.until === until) stopTyping(stream, id);
  }, TYPING_MS);
}

function stopTyping(stream, id) {
  const those = state.typing.value.get(stream);
  if (those?.has(id)) state.typing.value = state.withKey(state.typing.value, stream, state.withKey(those, id));
}

/** Keep a room on the device shortly: a busy one must not write at every message. */
export function keepSoon(stream) {
  dirty.add(stream);
  keeping ??= setTimeout(keepNow, 400);
}

/** Keep what waits to be kept. */
export function keepNow() {
  clearTimeout(keeping);
  keeping = null;
  for (const stream of dirty) {
    const room = state.rooms.value.get(stream);
    if (room) keepRoom(room);
  }
  dirty.clear();
}
