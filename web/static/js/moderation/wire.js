// The console's wire: `/ws/moderation/`, what it says becomes state; leases are renewed here.
import { batch } from '../ui.js';
import { openRoom, openRooms } from '../net/api.js';
import { Session } from '../net/session.js';
import { ask, knock } from '../people/http.js';
import { ticket } from '../person.js';
import { applyLive, applyPage, emptyRoom, position, restart } from '../store/room.js';
import { applyQueue, isLive, spokenOf } from './queue.js';
import { t } from './say.js';
import * as state from './state.js';
import { toast } from '../toast.js';

const LATE_MS = 1500;
const RENEW_MS = 20_000;
const TYPING_MS = 8000;
const VITALS_MS = 20_000;
let lateTimer = null;
let heard = null; // what the queue told while it is being read

export const session = new Session({
  url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws/moderation/`,
  ticket,
  resume: positions,
  onWelcome: (welcome) => batch(() => welcomed(welcome)),
  onPushes: (pushes) => batch(() => pushed(pushes)),
  onStatus: (status, why) => batch(() => statusChanged(status, why)),
});

/** Send one command; rejects with Refused. */
export const command = (type, fields) => session.command(type, fields);

function positions() {
  const found = {};
  for (const room of state.logs.value.values()) {
    const at = position(room);
    if (at) found[room.stream] = at;
  }
  return found;
}

function statusChanged(status, why) {
  state.status.value = status;
  state.stoppedBy.value = status === 'stopped' ? why : null;
  clearTimeout(lateTimer);
  if (status === 'connecting') lateTimer = setTimeout(() => { state.late.value = true; }, LATE_MS);
  else state.late.value = false;
  if (status === 'live') settle();
}

function welcomed({ streams }) {
  const held = new Map();
  for (const [stream, info] of Object.entries(streams)) {
    if (!info.case) continue;
    const known = state.logs.value.get(stream) ?? emptyRoom(stream);
    const goesOn = info.status === 'resumed' && known.epoch === info.epoch;
    state.logs.value = state.withKey(state.logs.value, stream, goesOn ? known : restart(known, info.epoch, info.head));
    held.set(info.case, { fence: info.fence, until: Date.parse(info.lease_until), stream, epoch: info.epoch, head: info.head });
  }
  for (const id of state.holdings.value.keys()) if (!held.has(id)) state.letGo(id, 'away');
  state.holdings.value = held;
  heard = [];
}

// What is read once a connection stands: the queue as it is, duty, and the rooms of what one holds.
async function settle() {
  readQueue();
  readDuty();
  readVitals();
  openRooms().then((rooms) => {
    if (rooms) state.rooms.value = new Map([...state.rooms.value, ...rooms.map((room) => [room.slug, room])]);
    knowRooms();
  });
  for (const stream of state.logs.value.keys()) latest(stream);
  for (const id of state.holdings.value.keys()) readContext(id);
}

/** Read the whole queue; what it tells meanwhile comes after. */
export async function readQueue() {
  const mine = heard ?? (heard = []);
  state.broken.value = null;
  try {
    const read = await listed(mine);
    if (heard !== mine) return; // a new connection reads anew
    batch(() => {
      const kept = read.map((one) => ({ kind: 'case.updated', case: one }));
      state.cases.value = applyQueue(new Map(), [...kept, ...mine]);
      state.loaded.value = true;
    });
    heard = null;
    knowRooms();
  } catch (refusal) {
    if (heard === mine) state.broken.value = refusal;
  }
}

const asked = new Set();

// A room that the list of rooms does not hold is a younger one, or two people's own, which nobody lists.
async function knowRooms() {
  const unknown = [...new Set([...state.cases.value.values()].map(({ room }) => room))].filter((slug) => slug && !state.rooms.value.has(slug) && !asked.has(slug));
  await Promise.all(unknown.map(async (slug) => {
    asked.add(slug);
    const room = await openRoom(slug);
    if (room) state.rooms.value = state.withKey(state.rooms.value, slug, room);
  }));
}

// Who must be seen to stands first in the list, so it is read until it tells of what is done. What moved from page to
// page meanwhile the queue has told, and it is read again.
async function listed(mine, tries = 3) {
  const found = [];
  let next = 'moderation/cases/?limit=100';
  while (next) {
    const page = await ask('GET', next);
    found.push(...page.results);
    const more = page.next && page.results.every(isLive) && new URL(page.next, location.href);
    next = more ? more.pathname.slice('/api/v1/'.length) + more.search : null;
  }
  if (found.length > 100 && mine.length && tries > 1) return listed(mine, tries - 1);
  const { results } = await ask('GET', 'moderation/cases/?state=decided&level=L4&limit=100');
  return [...found, ...results];
}

async function readDuty() {
  const { ok, body, date } = await knock('GET', '/api/v1/moderation/duty/').catch(() => ({}));
  if (date) state.setClock(Date.parse(date) + 500); // told in whole seconds
  if (ok) state.duty.value = { on: body.on, name: body.name ?? state.duty.value.name };
}

/** Read how many are on duty and which parts do less than they should. */
export async function readVitals() {
  const { ok, body } = await knock('GET', '/moderation/parts/').catch(() => ({}));
  if (ok) state.vitals.value = body;
}

function pushed(pushes) {
  const queue = [];
  const rooms = new Map();
  for (const push of pushes) {
    if (push.type === 'signal') signalled(push);
    else if (push.stream === 'queue') queue.push(push);
    else if (push.stream === 'me') mine(push);
    else rooms.set(push.stream, [...rooms.get(push.stream) ?? [], push]);
  }
  if (queue.length) queueTold(queue);
  for (const [stream, events] of rooms) roomTold(stream, events);
}

function queueTold(events) {
  heard?.push(...events);
  const before = state.cases.value;
  state.cases.value = applyQueue(before, events);
  const known = knowRooms();
  for (const { kind, case: told } of events) {
    const holding = state.holdings.value.get(told.id);
    if (kind === 'case.opened' && ['L4', 'L3', 'H'].includes(told.level)) known.then(() => { state.said.value = t('sayOpened', { level: t(`level.${told.level}`), room: state.titleOf(told.room) }); });
    if (kind === 'case.updated' && state.contexts.value.has(told.id) && (holding || told.id === state.opened.value)) readContext(told.id);
    if (holding && told.state !== 'claimed') dropped(told);
    else if (holding && told.holder && state.duty.value.name && told.holder !== state.duty.value.name) state.letGo(told.id, 'taken');
    else if (!holding && kind === 'case.claimed' && told.holder === state.duty.value.name && !taking.size) takeBack(told.id);
  }
}

// One's own doing lets go before the queue tells of it; whatever comes first, it is said once.
function dropped(told) {
  const why = { open: 'back', waiting: null, escalated: 'escalated', decided: null }[told.state] ?? null;
  state.letGo(told.id, leaving.has(told.id) ? null : why);
}

/** Claims under way: what the queue tells of them is no news. */
export const taking = new Set();

/** Cases one is letting go of oneself: their loss is no news. */
export const leaving = new Set();

// A waiting case came back by itself: its holder gets a new fence, which claiming again tells.
async function takeBack(id) {
  const got = await command('claim', { case: id }).catch(() => null);
  if (got) took(id, got);
}

/** Keep what a claim gave. */
export function took(id, { fence, lease_until: until, stream, epoch, head }) {
  batch(() => {
    state.holdings.value = state.withKey(state.holdings.value, id, { fence, until: Date.parse(until), stream, epoch, head });
    state.lost.value = null;
    if (stream && state.logs.value.get(stream)?.epoch !== epoch) state.logs.value = state.withKey(state.logs.value, stream, restart(emptyRoom(stream), epoch, head));
  });
  if (stream) latest(stream);
  return readContext(id);
}

function mine({ kind, case: id, text, why, at }) {
  if (kind === 'answer') {
    const context = state.contexts.value.get(id);
    if (context) state.contexts.value = state.withKey(state.contexts.value, id, { ...context, talk: [...context.talk, { by: null, own: true, text, at }] });
    toast(t('answered', { room: state.titleOf(state.cases.value.get(id)?.room) }), null, `answer ${id}`);
  } else if (kind === 'page') {
    toast(t(`page.${why}`) === `page.${why}` ? t('paged') : t(`page.${why}`), { label: t('openIt'), run: () => { state.at.value = id; state.opened.value = id; } }, `page ${id}`);
  }
}

function roomTold(stream, events) {
  const before = state.logs.value.get(stream);
  if (!before) return;
  const after = applyLive(before, events);
  state.logs.value = state.withKey(state.logs.value, stream, after);
  for (const { kind, member } of events) if (kind === 'message') stopTyping(stream, member.id);
  if (after.gap) fillGap(stream);
}

/** Read the latest page of a room one looks into. */
async function latest(stream) {
  const { epoch } = state.logs.value.get(stream);
  const page = await command('history', { stream, limit: 50 }).catch(() => null);
  const now = state.logs.value.get(stream);
  if (page && now?.epoch === epoch) state.logs.value = state.withKey(state.logs.value, stream, { ...applyPage(now, page), more: page.more });
}

/** Read the page before the oldest that is shown. */
export async function older(stream) {
  const { epoch, from } = state.logs.value.get(stream);
  const page = await command('history', { stream, before: from, limit: 50 }).catch(() => null);
  const now = state.logs.value.get(stream);
  if (page && now?.epoch === epoch) state.logs.value = state.withKey(state.logs.value, stream, { ...applyPage(now, page), more: page.more });
}

async function fillGap(stream) {
  for (;;) {
    const room = state.logs.value.get(stream);
    const page = room && await command('history', { stream, after: room.seq, limit: 200 }).catch(() => null);
    const now = state.logs.value.get(stream);
    if (!page || !now || now.epoch !== room.epoch) return;
    state.logs.value = state.withKey(state.logs.value, stream, { ...applyPage(now, page), gap: page.more });
    if (!page.more) return;
  }
}

const reading = new Map();

/** Read what a case is about; that it was looked at is recorded. One reading at a time. */
export function readContext(id) {
  const under = reading.get(id);
  if (under) return under;
  const read = command('context', { case: id }).then((context) => {
    state.contexts.value = state.withKey(state.contexts.value, id, context);
    return context;
  }).finally(() => reading.delete(id));
  reading.set(id, read);
  read.catch(() => {});
  return read;
}

function signalled({ stream, kind, member, on }) {
  if (kind !== 'typing' || !state.logs.value.has(stream)) return;
  if (!on) {
    stopTyping(stream, member.id);
    return;
  }
  const until = Date.now() + TYPING_MS;
  const those = state.withKey(state.typing.value.get(stream) ?? new Map(), member.id, { name: member.name, until });
  state.typing.value = state.withKey(state.typing.value, stream, those);
  setTimeout(() => {
    if (state.typing.value.get(stream)?.get(member.id)?.until === until) stopTyping(stream, member.id);
  }, TYPING_MS);
}

function stopTyping(stream, id) {
  const those = state.typing.value.get(stream);
  if (those?.has(id)) state.typing.value = state.withKey(state.typing.value, stream, state.withKey(those, id));
}

async function renewAll() {
  for (const [id, { fence }] of state.holdings.value) {
    try {
      const { lease_until: until } = await command('renew', { case: id, fence });
      const now = state.holdings.value.get(id);
      if (now?.fence === fence) state.holdings.value = state.withKey(state.holdings.value, id, { ...now, until: Date.parse(until) });
    } catch (refused) {
      if (['stale_fence', 'off_duty', 'not_found', 'forbidden'].includes(refused.code)) state.letGo(id, refused.code === 'off_duty' ? 'offDuty' : 'back');
    }
  }
}

function tick() {
  const before = state.now.value;
  const now = state.serverNow();
  batch(() => {
    state.now.value = now;
    for (const one of state.cases.value.values()) {
      const word = spokenOf(one, before, now);
      if (word) state.said.value = t(word === 'over' ? 'sayOver' : 'sayHalf', { level: t(`level.${one.level}`), room: state.titleOf(one.room) });
    }
    for (const [id, { until }] of state.holdings.value) if (until <= now) state.letGo(id, 'lease');
  });
}

/** Begin: connect, and keep the clocks. */
export function start() {
  setInterval(tick, 1000);
  setInterval(renewAll, RENEW_MS);
  setInterval(() => state.status.value === 'live' && !document.hidden && readVitals(), VITALS_MS);
  addEventListener('offline', () => session.networkLost());
  addEventListener('online', () => session.networkBack());
  document.addEventListener('visibilitychange', () => { if (!document.hidden) session.probe(); });
  session.start();
}
