// What the chat page knows, as signals. Only connection.js and actions.js write here; views read.
import { computed, signal } from '../ui.js';
import { dropOld, loadBlocked, loadHeld, loadMine, loadRooms } from './kept.js';
import { messages, unread } from './room.js';
import { timeline } from './timeline.js';
import { dayOf } from '../i18n.js';
import { seeking } from '../seeking.js';

dropOld();

/** stream → room, of every room one is in. */
export const rooms = signal(loadRooms());
/** The room looked at, by its slug. */
export const slug = signal('');
/** 'idle', 'connecting', 'live', 'offline' or 'stopped', and the close code for the last. */
export const status = signal('idle');
export const stoppedBy = signal(null);
/** Whether connecting has taken long enough to say so. */
export const late = signal(false);
/** slug → {title, topic, language, people, retention?} or {pair: true}. */
export const infos = signal(new Map());
/** The slugs of the open rooms as listed. */
export const listed = signal([]);
/** stream → people here, stream → members. */
export const people = signal(new Map());
export const members = signal(new Map());
/** stream → Map of member id → {name, until}. */
export const typing = signal(new Map());
export const mine = signal(loadMine());
export const held = signal(loadHeld());
/** This tab's outbox, in order. */
export const outgoing = signal([]);
/** stream → Map of member id → name, of those one blocked. */
export const blocked = signal(new Map());
/** What stands instead of the log: null, 'ask', 'entering', 'lost', 'banned', 'many', 'taken', 'off'. */
export const door = signal(null);
export const wish = signal(seeking());
/** The slug of a pair's room that was just matched and is not looked at yet. */
export const called = signal(null);
/** The message being answered, reported, or whose actions show (by event_id). */
export const replying = signal(null);
export const reporting = signal(null);
export const active = signal(null);
/** Up to where the log had been read when it was opened; the unread line stands after it. */
export const readLine = signal(null);
/** Whether the log shows its end, and what came while it did not. */
export const pinned = signal(true);
export const missed = signal(0);
export const loadingOlder = signal(false);
export const broken = signal(false);
/** Whether the pane about the room is open over a narrower page. */
export const sideOpen = signal(false);
/** The pair's room looked at, by its stream, while the other one is not connected. */
export const away = signal(null);
/** Cards folded by the person: their event ids. */
export const folded = signal(new Set());

/** The room looked at, or undefined. */
export const room = computed(() => [...rooms.value.values()].find((one) => one.slug === slug.value));

/** Put one room in, replacing what was known of its stream. */
export function setRoom(next) {
  rooms.value = new Map(rooms.value).set(next.stream, next);
}

/** A new map with one key set (or, with undefined, taken out): signals tell by identity. */
export function withKey(map, key, value) {
  const next = new Map(map);
  if (value === undefined) next.delete(key);
  else next.set(key, value);
  return next;
}

/** The members of a stream one blocked: id → name. */
export function blockedIn(stream) {
  return blocked.value.get(stream) ?? loadBlocked(stream);
}

const blockedIds = (stream) => new Set(blockedIn(stream).keys());

/** The messages of the room looked at, as they are now. */
export const shown = computed(() => (room.value ? messages(room.value, blockedIds(room.value.stream)) : []));

/** How many messages of a room are unread. */
export const unreadIn = (one) => unread(one, blockedIds(one.stream));

/** The rows of the log. */
export const rows = computed(() => {
  const one = room.value;
  if (!one) return [];
  return timeline({
    messages: shown.value,
    notices: [...noticesOf(one), ...letters()],
    cards: mine.value.cards.filter((card) => card.room === one.stream || card.room === one.slug),
    entries: [...ownEntries(one)],
    me: one.me,
    readUpTo: readLine.value,
    dayOf,
  });
});

function noticesOf(one) {
  const pair = infos.value.get(one.slug)?.pair;
  return [...one.notices.values()].filter(
    ({ kind, member }) => kind === 'room.notice' || (pair && member && member.id !== one.me?.id),
  );
}

// What a moderator wrote to this person alone stands in whatever room is looked at.
function letters() {
  const found = mine.value.letters.filter(({ kind, text }) => kind === 'moderator' && text);
  return found.map(({ event_id, at, kind, member, text }) => ({ seq: event_id, at, kind, member, text }));
}

// What is not in the log yet: waiting, held, refused. An entry whose event overtook its reply is there already.
function* ownEntries(one) {
  for (const entry of held.value.values()) if (entry.stream === one.stream) yield entry;
  const own = shown.value.filter((message) => message.member.id === one.me?.id);
  for (const entry of outgoing.value) {
    if (entry.stream !== one.stream) continue;
    const there = own.some((message) => message.event_id === entry.event_id
      || (message.text === entry.text && message.seq > (entry.after ?? Infinity)));
    if (!there) yield entry;
  }
}

/** Whether a card stands open: its call is the screen's one amber button then. */
export const cardOpen = computed(() => rows.value.some((row) => row.type === 'card' && !folded.value.has(row.card.event_id)));
