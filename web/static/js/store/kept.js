// What the device keeps of the rooms and of `me`, through the one storage.
import * as storage from '../storage.js';
import { emptyMine, withoutRoom } from './mine.js';
import { position } from './room.js';
import { KEPT_MS, freeze, thaw } from './snapshot.js';

/** The rooms kept on this device, by stream. */
export function loadRooms(now = Date.now()) {
  const rooms = new Map();
  for (const key of storage.keys('room.')) {
    const stream = key.slice('room.'.length);
    const room = thaw(stream, storage.load(key), now);
    if (room) rooms.set(stream, room);
    else storage.drop(key);
  }
  return rooms;
}

/** Keep a room, unless another tab kept a later state of the same log. */
export function keepRoom(room, now = Date.now()) {
  const frozen = freeze(room, now);
  const kept = storage.load(`room.${room.stream}`);
  if (kept && frozen.seq === 0 && kept.epoch !== frozen.epoch && !position(room)) return;
  if (kept?.epoch === frozen.epoch && kept.seq > frozen.seq) return;
  storage.save(`room.${room.stream}`, frozen);
}

/** Forget all of a room one is no longer in: also what was drafted, held and not yet sent there, and its cards. */
export function dropRoom(stream, slug) {
  storage.drop(`room.${stream}`);
  storage.drop(`blocked.${stream}`);
  for (const start of slug ? ['draft.', 'pair.'] : []) storage.drop(start + slug);
  dropWhere(['held.', 'outbox.'], (entry) => entry.stream === stream);
  const mine = storage.load('mine');
  if (mine) storage.save('mine', withoutRoom({ ...emptyMine(), ...mine }, stream, slug));
}

/** Forget what is older than a day: drafts, held messages, cards, and messages that could not be sent. */
export function dropOld(now = Date.now()) {
  const old = ({ at }) => !(Date.parse(at) > now - KEPT_MS);
  dropWhere(['draft.', 'held.'], old);
  dropWhere(['outbox.'], (entry) => entry.state === 'failed' && old(entry));
  const mine = storage.load('mine');
  if (mine?.cards?.some(old)) storage.save('mine', { ...mine, cards: mine.cards.filter((card) => !old(card)) });
}

function dropWhere(starts, unwanted) {
  for (const key of starts.flatMap((start) => storage.keys(start))) {
    const entry = storage.load(key);
    if (!entry || unwanted(entry)) storage.drop(key);
  }
}

/** What is kept of one's own stream. */
export function loadMine() {
  return { ...emptyMine(), ...storage.load('mine', {}) };
}

/** Keep one's own stream's state, unless another tab is further. */
export function keepMine(mine) {
  const kept = storage.load('mine');
  if (kept?.epoch === mine.epoch && kept.seq > mine.seq) return;
  storage.save('mine', mine);
}

/** One's own held or refused messages: client_id → {client_id, stream, text, at, state, review_by?}. */
export function loadHeld() {
  return new Map(storage.keys('held.').map((key) => [key.slice('held.'.length), storage.load(key)]));
}

/** Keep, or with null forget, one held message. */
export function keepHeld(client_id, entry) {
  if (entry) storage.save(`held.${client_id}`, entry);
  else storage.drop(`held.${client_id}`);
}

/** The members one blocked in a room: id → name. The server tells no list of them. */
export function loadBlocked(stream) {
  return new Map(storage.load(`blocked.${stream}`, []));
}

/** Keep the members one blocked in a room. */
export function keepBlocked(stream, blocked) {
  if (blocked.size) storage.save(`blocked.${stream}`, [...blocked]);
  else storage.drop(`blocked.${stream}`);
}
