// The conversation around a case: the room's log, what is held, what was said to the person alone. Pure.
import { timeline } from '../store/timeline.js';
import { messages as messagesOf } from '../store/room.js';

/** Why each message was flagged: id → {level, n, rose, spans, reasons}, from a case's context. */
export function flagsOf(context) {
  const flags = new Map();
  let highest = 0;
  for (const [n, flag] of (context?.reasons ?? []).entries()) {
    const rank = RANKS[flag.level] ?? 0;
    const known = flags.get(flag.message);
    const spans = [...known?.spans ?? [], ...flag.reasons.map(({ span }) => span).filter(Boolean)];
    flags.set(flag.message, { level: flag.level, n: known?.n ?? n + 1, rose: highest > 0 && rank > highest, spans });
    highest = Math.max(highest, rank);
  }
  return flags;
}

const RANKS = { C: 1, L1: 2, L2: 3, L3: 4, H: 5, L4: 6 };

/** The messages known of a case, by id: of the room's log where it is followed, and of its context. */
export function messagesAround(room, context) {
  const known = new Map();
  for (const { id, ...rest } of context?.messages ?? []) known.set(id, fromContext(id, rest));
  for (const message of room ? messagesOf(room) : []) {
    const before = known.get(message.event_id);
    // A retracted message is shown to the room no more; to who holds its case the kept text still is.
    known.set(message.event_id, { ...message, text: message.text ?? before?.text ?? null, held: false });
  }
  return known;
}

function fromContext(id, { seq, at, member, text, visibility }) {
  const gone = ['delivered', 'held'].includes(visibility) ? null : visibility ?? null;
  return { event_id: id, seq: seq ?? Infinity, at, member: member ?? null, text: text ?? null, gone, held: visibility === 'held' };
}

/** The name of the person a case is about, or nothing while it is not known. */
export function nameOf(context, known) {
  for (const { member } of known.values()) if (member?.id === context?.member) return member.name;
  return '';
}

/** The rows of the conversation, as the chat page groups them; what was said privately stands by its time. */
export function conversation({ room, context, dayOf }) {
  const known = messagesAround(room, context);
  const all = [...known.values()].filter(({ at, member }) => at && member).sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const letters = (context?.talk ?? []).map((one, n) => ({ seq: `talk ${n}`, kind: 'letter', ...one }));
  const notices = room ? [...room.notices.values()].filter(({ kind }) => kind === 'room.notice') : [];
  const rows = timeline({ messages: all, notices: [...notices, ...letters], cards: [], entries: [], me: null, readUpTo: null, dayOf });
  return { rows, known, name: nameOf(context, known) };
}
