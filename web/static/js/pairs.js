// The other one of a pair's room: whether they are connected now, and finding somebody else instead.
import { leaveRoom, refreshMembers } from './actions.js';
import { seek, wishBehind } from './seeking.js';
import { t } from './i18n.js';
import { SURE_MS, UNKNOWN, other, reading } from './store/pair.js';
import * as state from './store/state.js';
import { toast } from './toast.js';
import { computed, effect } from './ui.js';

const AGAIN_MS = 10_000; // the signal of a quick return may be left out: what stands is asked now and then
let known = UNKNOWN;
let stream = null;
let asking = null;

/** The other one of the pair's room looked at: {id, name, left, away}; null in other rooms or where none is known. */
export const partner = computed(() => {
  const room = state.room.value;
  const found = room && state.infos.value.get(room.slug)?.pair && other(room);
  return found ? { ...found, away: state.away.value === room.stream } : null;
});

function look() {
  const room = state.room.value;
  const live = state.status.value === 'live';
  const one = partner.value;
  if (room?.stream !== stream) known = UNKNOWN;
  stream = room?.stream ?? null;
  clearTimeout(asking);
  if (!one || one.left || !live) return;
  const before = known;
  known = reading(known, state.people.value.get(stream), Date.now());
  if (before.away && !known.away) queueMicrotask(() => toast(t('pairBack', { name: one.name }))); // not watched here
  if (known.since !== null) asking = setTimeout(refreshMembers, known.away ? AGAIN_MS : SURE_MS);
  state.away.value = known.away ? stream : null;
}

/** Watch whether the other one of the room looked at is connected. */
export const watchPair = () => effect(look);

/** Leave the pair's room, and look for somebody else for what one had looked for there. */
export async function findAnother() {
  const { stream: leaving, slug } = state.room.value;
  const wish = wishBehind(slug);
  await leaveRoom(leaving, () => {
    if (wish) seek(wish);
    location.assign(wish ? '/' : '/#match');
  });
}
