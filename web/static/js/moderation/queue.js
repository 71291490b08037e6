// The moderators' queue: cases by id, from events that each carry a whole case; their order; their clocks. Pure.

const RANK = { C: 1, L1: 2, L2: 3, L3: 4, H: 5, L4: 6 };
const PAGED = new Set(['L4', 'L3', 'H']); // somebody is called when nobody takes these in time
const LIVE = new Set(['open', 'claimed', 'waiting', 'escalated']);

/** The levels, the most urgent first. */
export const LEVELS = ['L4', 'H', 'L3', 'L2', 'L1', 'C'];

/** Whether somebody has still to deal with a case. */
export const isLive = ({ state }) => LIVE.has(state);

/** Whether a case waits for a second moderator's word on its decision. */
export const waitsForSecond = ({ state, level }) => state === 'decided' && level === 'L4';

/** The cases after events of the queue, in the order they came. */
export function applyQueue(cases, events) {
  const next = new Map(cases);
  for (const { kind, case: told } of events) {
    if (!kind.startsWith('case.') || !told) continue;
    if (isLive(told) || waitsForSecond(told)) next.set(told.id, told);
    else next.delete(told.id);
  }
  return next;
}

// One whose level pages nobody rises when its time is over; see moderation/state.py.
const urgency = ({ level, due_at: due }, now) => (level === 'L2' && Date.parse(due) <= now ? RANK.L3 : RANK[level] ?? 0);
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** The cases as they stand in the queue: level, then time left, then the oldest; what only waits for a second word last. */
export function inOrder(cases, now) {
  return [...cases.values()].sort((a, b) => waitsForSecond(a) - waitsForSecond(b) || urgency(b, now) - urgency(a, now)
    || compare(a.due_at ?? '9', b.due_at ?? '9') || compare(a.opened_at, b.opened_at) || compare(a.id, b.id));
}

/** Those of the cases in which a word is found: in the room's title, the level, the holder. */
export function found(cases, word, titleOf) {
  const sought = word.trim().toLowerCase();
  if (!sought) return cases;
  return cases.filter((one) => [one.level, one.state, one.holder ?? '', titleOf(one.room), one.id].some((text) => text.toLowerCase().includes(sought)));
}

/** How a case's clock stands: {left: ms, all: ms, late: in its last third or over}; null where it has none. */
export function clockOf(one, now) {
  if (!one.due_at || !['open', 'escalated'].includes(one.state)) return null;
  const due = Date.parse(one.due_at);
  const all = Math.max(1, due - Date.parse(one.opened_at));
  return { left: due - now, all, late: due - now <= all / 3 };
}

/** What of a clock is to be said aloud between two moments: 'half', 'over' or null. */
export function spokenOf(one, before, now) {
  const clock = PAGED.has(one.level) && clockOf(one, now);
  if (!clock) return null;
  const due = now + clock.left;
  if (before < due && now >= due) return 'over';
  const half = due - clock.all / 2;
  return before < half && now >= half ? 'half' : null;
}

const two = (n) => String(n).padStart(2, '0');

/** A time as it runs: `0:18`, `6:40`; from 20 minutes `48 min`, from an hour `3 h 12`. */
export function running(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 60) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)}`;
  if (minutes >= 20) return `${minutes} min`;
  return `${minutes}:${two(seconds % 60)}`;
}

/** The oldest case of each level that nobody has taken: [{level, ms}], the most urgent level first. */
export function oldest(cases, now) {
  const first = new Map();
  for (const one of cases.values()) {
    if (!['open', 'escalated'].includes(one.state)) continue;
    const ms = now - Date.parse(one.opened_at);
    if (ms > (first.get(one.level) ?? -1)) first.set(one.level, ms);
  }
  return LEVELS.filter((level) => first.has(level)).map((level) => ({ level, ms: first.get(level) }));
}
