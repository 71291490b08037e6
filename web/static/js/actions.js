// What a person does on the chat page.
import { batch } from './ui.js';
import * as storage from './storage.js';
import { command, keepSoon, lost, session, setHeld, whenLive } from './connection.js';
import { language, t } from './i18n.js';
import { openRoom, openRooms } from './net/api.js';
import { Outbox } from './outbox.js';
import { become, forget, isKnown } from './person.js';
import { stopSeeking } from './seeking.js';
import * as state from './store/state.js';
import { keepBlocked } from './store/kept.js';
import { applyPage, emptyRoom, restart } from './store/room.js';
import { toast } from './toast.js';

const PAGE = 50;
const PAIR = /^pair-[0-9a-f]{16}$/; // a pair's room is listed nowhere, so its address has to say it
const TYPING_EVERY_MS = 3000;
const READ_EVERY_MS = 1000;

export const outbox = new Outbox({
  send: ({ stream, client_id, text, reply_to }) => command('send', { stream, client_id, text, ...(reply_to && { reply_to }) }),
  onChange: () => { state.outgoing.value = outbox.list(); },
  onDelivered: (entry, { seq }) => {
    const room = state.rooms.value.get(entry.stream);
    if (room && room.seq >= seq) outbox.forget(entry.client_id);
  },
  onKept: (entry, { status, review_by }) => setHeld(entry.client_id, { ...entry, state: status, review_by }),
  onWait: (entry, code, ms) => toast(t(code === 'slow_mode' ? 'slow' : 'wait', { count: Math.ceil(ms / 1000) }), null, 'wait'),
});

/** Look at a room. `enter`: go in where one is not a member; else its door is shown. */
export async function open(slug, enter = false) {
  batch(() => {
    state.slug.value = slug;
    state.door.value = null;
    state.replying.value = null;
    state.active.value = null;
    state.missed.value = 0;
    state.pinned.value = true;
    state.broken.value = false;
    if (state.called.value === slug) state.called.value = null;
    state.readLine.value = state.room.value?.read ?? null;
  });
  learn(slug);
  if (!isKnown() && !enter) {
    state.door.value = 'ask';
    return;
  }
  if (!state.room.value) state.door.value = 'entering';
  try {
    await become();
    await whenLive();
  } catch (error) {
    if (!state.room.value && state.slug.value === slug) state.door.value = error.status === 403 ? 'off' : 'ask';
    return;
  }
  if (state.slug.value !== slug) return;
  if (state.room.value) opened();
  else if (enter) await join(slug);
  else state.door.value = 'ask';
}

/** Go into a room, under `name` if one was chosen. */
export async function join(slug, name = '') {
  state.door.value = 'entering';
  try {
    await become();
    await whenLive();
    const said = await command('join', { room: slug, ...(name && { name }) });
    joined(slug, said);
  } catch (error) {
    notJoined(slug, error, name);
  }
}

function joined(slug, { stream, epoch, head, member, people }) {
  batch(() => {
    const known = state.rooms.value.get(stream);
    const base = known?.epoch === epoch ? known : restart(emptyRoom(stream), epoch, head);
    state.setRoom({ ...base, slug, me: member, read: Math.max(base.read, head) });
    state.people.value = state.withKey(state.people.value, stream, people);
    state.door.value = null;
    keepSoon(stream);
  });
  opened();
}

function notJoined(slug, { code, reply, status }, name) {
  if (code === 'room_full' && reply.room && reply.room !== slug) {
    toast(t('movedRoom'));
    go(reply.room, { enter: true, replace: true });
    return;
  }
  const doors = { not_found: 'lost', banned: 'banned', forbidden: 'banned', conflict: 'many', room_full: 'many' };
  const taken = name && ['conflict', 'bad_field', 'forbidden', 'too_long'].includes(code);
  state.door.value = taken ? 'taken' : doors[code] ?? (status === 403 ? 'off' : 'ask');
  if (state.door.value === 'ask') toast(t('didNotWork'));
}

/** Go to a room without leaving the page. */
export function go(slug, { enter = false, replace = false } = {}) {
  const address = `/rooms/${encodeURIComponent(slug)}/`;
  if (replace) history.replaceState({ slug }, '', address);
  else if (location.pathname !== address) history.pushState({ slug }, '', address);
  return open(slug, enter);
}

// One is in the room that is looked at, and connected.
async function opened() {
  const room = state.room.value;
  if (!room) return;
  state.door.value = null;
  state.readLine.value ??= room.read;
  if (room.from > room.seq || room.messages.size === 0) await loadLatest(room);
  loadMembers(room.stream);
  readSoon();
}

async function loadLatest({ stream, epoch }) {
  state.broken.value = false;
  try {
    const page = await command('history', { stream, limit: PAGE });
    const now = state.rooms.value.get(stream);
    if (now?.epoch !== epoch) return;
    state.setRoom({ ...applyPage(now, page), more: page.more });
    keepSoon(stream);
  } catch ({ code }) {
    if (code !== 'disconnected') state.broken.value = true;
  }
}

/** Try once more to load what did not load. */
export const loadAgain = () => state.room.value && loadLatest(state.room.value);

/** Read the page of history before the oldest message shown. */
export async function loadOlder() {
  const room = state.room.value;
  if (!room || state.loadingOlder.value || !room.more || room.from <= 1 || state.status.value !== 'live') return;
  if (room.from > room.seq) return; // nothing is loaded yet: the latest page is under way
  state.loadingOlder.value = true;
  const page = await command('history', { stream: room.stream, before: room.from, limit: PAGE }).catch(() => null);
  batch(() => {
    state.loadingOlder.value = false;
    const now = state.rooms.value.get(room.stream);
    if (page && now?.epoch === room.epoch) state.setRoom({ ...applyPage(now, page), more: page.more });
  });
}

async function loadMembers(stream) {
  const said = await command('members', { stream }).catch(() => null);
  if (!said) return;
  batch(() => {
    state.members.value = state.withKey(state.members.value, stream, said.members);
    state.people.value = state.withKey(state.people.value, stream, said.people);
    const room = state.rooms.value.get(stream);
    const info = state.infos.value.get(room?.slug);
    const other = said.members.find(({ id }) => id !== room?.me?.id);
    if (info?.pair && other) state.infos.value = state.withKey(state.infos.value, room.slug, { ...info, title: other.name });
  });
}

/** The members list of the room looked at, afresh. */
export const refreshMembers = () => state.room.value && state.status.value === 'live' && loadMembers(state.room.value.stream);

/** The connection is live: go on where it stopped. */
export function resumed() {
  outbox.adopt();
  for (const room of state.rooms.value.values()) {
    learn(room.slug);
    if (room.slug !== state.slug.value && room.from > room.seq && room.seq > room.read) loadLatest(room);
  }
  if (state.room.value) opened();
}

/** All that happened to oneself meanwhile is known: whoever still waits for a match says so again. */
export function waitOn() {
  const wish = state.wish.value;
  if (wish) command('match', { topic: wish.topic, role: wish.role, language: wish.language }).catch(unwish);
}

function unwish({ code }) {
  if (code === 'disconnected') return;
  stopSeeking();
  state.wish.value = null;
}

/** Look for nobody any more. */
export async function stopLooking() {
  stopSeeking();
  state.wish.value = null;
  await command('unmatch').catch(() => {});
}

/** Learn a room's title and topic; a pair's room is listed nowhere. */
async function learn(slug) {
  const known = state.infos.value.get(slug);
  if (!slug || known?.retention || (known?.pair && known.title)) return;
  const info = PAIR.test(slug) ? { pair: true } : await openRoom(slug);
  if (!info) return;
  state.infos.value = state.withKey(state.infos.value, slug, { ...state.infos.value.get(slug), ...info });
  if (info.pair && state.room.value?.slug === slug) refreshMembers();
}

/** The list of open rooms, afresh. */
export async function refreshRooms() {
  const found = document.hidden ? null : await openRooms();
  if (!found) return;
  batch(() => {
    const infos = new Map(state.infos.value);
    for (const room of found) infos.set(room.slug, room);
    state.infos.value = infos;
    const ours = found.filter((room) => room.language === language);
    ours.sort((a, b) => b.people - a.people || a.title.localeCompare(b.title));
    state.listed.value = ours.map((room) => room.slug);
  });
}

/** Send what was written. It is kept on the device until the server has it. */
export function send(text) {
  const room = state.room.value;
  const words = text.trim();
  if (!room || !words) return;
  const last = state.shown.value.at(-1)?.at ?? '';
  const now = new Date().toISOString();
  const reply_to = state.replying.value?.event_id;
  outbox.add({ stream: room.stream, room: room.slug, text: words, reply_to, at: now > last ? now : last, after: room.seq });
  batch(() => {
    state.replying.value = null;
    state.readLine.value = null;
  });
  sayTyping(false);
}

let adopting = null;

/** Another tab changed the outbox: what it left behind is taken up when it is gone. */
export function adoptSoon() {
  clearTimeout(adopting);
  adopting = setTimeout(() => outbox.adopt(), 1000);
}

/** Try a message that failed again, or give it up. */
export const resend = (entry) => outbox.retry(entry.client_id);
export const discard = (entry) => outbox.forget(entry.client_id);

// A click while the page still connects waits for the connection.
async function ask(type, fields) {
  if (state.status.value === 'connecting') await whenLive();
  return command(type, fields);
}

/** Take back a message that is still held, or put a refused one away. */
export async function takeBack({ stream, client_id, state: stands }) {
  try {
    if (stands === 'held') {
      await ask('remove', { stream, client_id });
      toast(t('takenBack'));
    }
    setHeld(client_id, null);
  } catch ({ code }) {
    if (code === 'not_found') setHeld(client_id, null); // it was decided meanwhile
    else toast(t('didNotWork'));
  }
}

const tell = (promise) => promise.catch(({ code }) => {
  if (code !== 'disconnected') toast(t('didNotWork'));
  else toast(t('offline'));
  throw new Error(code);
});

/** Turn one's reaction to a message on or off. */
export function react({ event_id, reactions }, reaction) {
  const on = !reactions.find((one) => one.reaction === reaction)?.mine;
  return tell(ask('react', { stream: state.room.value.stream, event_id, reaction, on })).catch(() => {});
}

/** Remove one's own message. */
export function remove({ event_id }) {
  return tell(ask('remove', { stream: state.room.value.stream, event_id })).catch(() => {});
}

/** Report a message; throws when it did not arrive. */
export async function report({ event_id }, reason, note) {
  await tell(ask('report', { stream: state.room.value.stream, event_id, reason, ...(note && { note }) }));
  toast(t('reported'));
}

/** See no more of a member in this room. */
export async function block(member) {
  const { stream } = state.room.value;
  await tell(ask('block', { stream, member: member.id })).then(() => {
    setBlocked(stream, state.withKey(state.blockedIn(stream), member.id, member.name));
    toast(t('blocked', { name: member.name }), { label: t('undo'), run: () => unblock(stream, member) });
  }).catch(() => {});
}

/** See a member again. What they wrote meanwhile came as `hidden`, so the log is read anew. */
export async function unblock(stream, member) {
  await tell(ask('unblock', { stream, member: member.id })).then(async () => {
    setBlocked(stream, state.withKey(state.blockedIn(stream), member.id));
    toast(t('unblocked', { name: member.name }));
    const room = state.rooms.value.get(stream);
    if (!room) return;
    const anew = { ...restart(room, room.epoch, room.seq), read: room.read };
    state.setRoom(anew);
    await loadLatest(anew);
  }).catch(() => {});
}

function setBlocked(stream, those) {
  keepBlocked(stream, those);
  state.blocked.value = state.withKey(state.blocked.value, stream, those);
}

/** Leave a room for good, and go on with `next`. */
export async function leaveRoom(stream, next = () => location.assign('/')) {
  await tell(ask('leave', { stream })).then(() => {
    lost(stream);
    next();
  }).catch(() => {});
}

let typingSince = 0;
let typingStops = null;

/** Tell the room that one is writing, or has stopped. */
export function sayTyping(on) {
  const room = state.room.value;
  clearTimeout(typingStops);
  if (!room || state.status.value !== 'live') return;
  const now = Date.now();
  if (on) {
    typingStops = setTimeout(() => sayTyping(false), 5000);
    if (now - typingSince < TYPING_EVERY_MS) return;
    typingSince = now;
  } else {
    if (!typingSince) return;
    typingSince = 0;
  }
  command('typing', { stream: room.stream, on }).catch(() => {});
}

let reading = null;

/** The end of the log is in view: say so, at most once a second. */
export function readSoon() {
  reading ??= setTimeout(() => {
    reading = null;
    const room = state.room.value;
    if (!room || document.hidden || !state.pinned.value || state.status.value !== 'live') return;
    if (room.seq <= room.read) return;
    state.setRoom({ ...room, read: room.seq });
    keepSoon(room.stream);
    command('read', { stream: room.stream, seq: room.seq }).catch(() => {});
  }, READ_EVERY_MS);
}

/** Signed out, or the guest is gone: begin again as somebody new. */
export function startAnew() {
  session.stop();
  forget();
  location.reload();
}

/** Connect again by hand. */
export const connectAgain = () => session.start();

/** Fold or unfold a card. */
export function fold(event_id, on) {
  const next = new Set(state.folded.value);
  if (on) next.add(event_id);
  else next.delete(event_id);
  state.folded.value = next;
  storage.save('folded', [...next]);
}
