// A room's newest part as it is kept on the device: position and content in one value, so that they always agree.
import { emptyRoom, position } from './room.js';

const KEPT_MESSAGES = 120;
const STUB = '-';
const NOWHERE = { ...emptyRoom(''), epoch: STUB };
/** How long the device keeps what was written: rooms keep most messages a day. Milliseconds. */
export const KEPT_MS = 24 * 3600 * 1000;

/** What to keep of `room`, as plain JSON: without a position to resume from, no more than that one is in it. */
export function freeze(room, now) {
  if (!position(room)) return { ...freeze(NOWHERE, now), slug: room.slug, me: room.me, read: room.read };
  const all = [...room.messages.values()].sort((a, b) => a.seq - b.seq);
  const young = all.filter((message) => Date.parse(message.at) > now - KEPT_MS).slice(-KEPT_MESSAGES);
  const from = young.length === all.length ? room.from : young[0]?.seq ?? room.seq + 1;
  const recent = (fact) => fact.seq >= from;
  return {
    v: 1, epoch: room.epoch, seq: room.seq, eventId: room.eventId, from, slug: room.slug, me: room.me,
    read: room.read, messages: young.filter(recent), notices: [...room.notices.values()].filter(recent),
    fates: [...room.fates].filter(([, fact]) => recent(fact)),
    reactions: [...room.reactions].filter(([, fact]) => recent(fact)),
  };
}

/** The room that `freeze` kept, or null where that is nothing this version can read. */
export function thaw(stream, kept, now) {
  if (kept?.v !== 1) return null;
  const young = kept.messages.filter((message) => Date.parse(message.at) > now - KEPT_MS);
  const cut = young.length < kept.messages.length;
  return {
    ...emptyRoom(stream), epoch: kept.epoch === STUB ? '' : kept.epoch, seq: kept.seq, eventId: kept.eventId, slug: kept.slug, me: kept.me,
    read: kept.read, from: cut ? young[0]?.seq ?? kept.seq + 1 : kept.from, more: cut || kept.from > 1,
    messages: new Map(young.map((message) => [message.event_id, message])),
    notices: new Map(kept.notices.map((notice) => [notice.seq, notice])),
    fates: new Map(kept.fates), reactions: new Map(kept.reactions),
  };
}
