// One room as its log says it is. Pure: a room and events give a new room. Facts are kept with the seq that told
// them, so events may be applied in any order (live ones forward, older pages backward) and twice.

import { takeLive, takePage } from './log.js';

export { position } from './log.js';

/** A room of which nothing is known but its stream. */
export function emptyRoom(stream) {
  return {
    stream, epoch: '', slug: '', me: null,
    seq: 0, eventId: '', // the newest event taken
    from: 1, // the oldest seq taken; from = seq + 1 when nothing was
    read: 0, more: false, gap: false,
    messages: new Map(), notices: new Map(), fates: new Map(), reactions: new Map(),
  };
}

/** The room with nothing taken, standing at `head`: what was known of its log no longer counts. */
export function restart(room, epoch, head) {
  return {
    ...emptyRoom(room.stream), slug: room.slug, me: room.me, read: room.read,
    epoch, seq: head, from: head + 1, more: head > 0,
  };
}

const copied = (room) => ({
  ...room,
  messages: new Map(room.messages), notices: new Map(room.notices),
  fates: new Map(room.fates), reactions: new Map(room.reactions),
});

/** Apply pushed events of this room's stream, in the order they came. What was taken before changes nothing. */
export const applyLive = (room, events) => takeLive(copied(room), events, fold);

/** Apply a page of `history`: older messages, or what a hole left out. */
export const applyPage = (room, page) => takePage(copied(room), page, fold);

function fold(room, event) {
  const { kind, seq } = event;
  if (kind === 'message') {
    const { event_id, at, member, text, reply_to, gone } = event;
    room.messages.set(event_id, { event_id, seq, at, member, text, reply_to, gone });
  } else if (kind === 'message.removed' || kind === 'message.retracted') {
    fate(room, event, { gone: kind === 'message.removed' ? 'removed' : 'retracted' });
  } else if (kind === 'message.restored') {
    if (event.text != null) fate(room, event, { gone: null, text: event.text });
  } else if (kind === 'reaction') {
    react(room, event);
  } else if (kind === 'room.notice' || kind === 'member.joined' || kind === 'member.left') {
    room.notices.set(seq, { seq, at: event.at, kind, member: event.member, text: event.text, code: event.code });
  }
}

function fate(room, event, what) {
  const known = room.fates.get(event.target);
  if (!known || known.seq < event.seq) room.fates.set(event.target, { seq: event.seq, ...what });
}

function react(room, { target, member, reaction, on, seq }) {
  const key = `${target} ${reaction} ${member.id}`;
  const known = room.reactions.get(key);
  if (!known || known.seq < seq) room.reactions.set(key, { target, reaction, member: member.id, on, seq });
}

/** The messages in order, each as it now is: `{…, text, gone, reactions: [{reaction, count, mine}]}`. */
export function messages(room, hiddenMembers = new Set()) {
  const counts = reactionsByTarget(room, hiddenMembers);
  return [...room.messages.values()]
    .filter((message) => !hiddenMembers.has(message.member.id))
    .sort((a, b) => a.seq - b.seq)
    .map((message) => {
      const now = room.fates.get(message.event_id);
      const gone = now ? now.gone : message.gone ?? null;
      const text = gone ? null : now?.text ?? message.text;
      return { ...message, gone, text, reactions: gone ? [] : counts.get(message.event_id) ?? [] };
    });
}

export const REACTIONS = ['heart', 'hug', 'strength', 'thanks'];

function reactionsByTarget(room, hiddenMembers) {
  const found = new Map();
  for (const { target, reaction, member, on } of room.reactions.values()) {
    if (!on || hiddenMembers.has(member)) continue;
    const of = found.get(target) ?? new Map();
    const one = of.get(reaction) ?? { reaction, count: 0, mine: false };
    of.set(reaction, { reaction, count: one.count + 1, mine: one.mine || member === room.me?.id });
    found.set(target, of);
  }
  const ordered = new Map();
  for (const [target, of] of found) {
    ordered.set(target, REACTIONS.filter((word) => of.has(word)).map((word) => of.get(word)));
  }
  return ordered;
}

/** How many messages of others came after what was read, among those taken. */
export function unread(room, hiddenMembers = new Set()) {
  let count = 0;
  for (const { seq, member, event_id, gone } of room.messages.values()) {
    const standing = !gone && !room.fates.get(event_id)?.gone;
    if (seq > room.read && member.id !== room.me?.id && standing && !hiddenMembers.has(member.id)) count += 1;
  }
  return count;
}
