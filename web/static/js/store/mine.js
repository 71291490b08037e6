// What one's own stream (`me`) says, folded: cards, held messages' fates, rooms gained and lost. Pure.

const DAY_MS = 24 * 3600 * 1000;

/** Nothing heard yet. `unattended`: the client_ids of what is held while no moderator is on duty. */
export function emptyMine() {
  return { epoch: '', seq: 0, eventId: '', cards: [], letters: [], unattended: [] };
}

/**
 * Apply events of `me`. Returns {mine, effects}: effects are what the caller carries out, in order:
 * {do: 'joined'|'left'|'matched'|'unmatched'|'released'|'refused'|'held', event}. What was taken before has none.
 */
export function applyMine(mine, events) {
  const next = { ...mine, cards: [...mine.cards], letters: [...mine.letters], unattended: [...mine.unattended] };
  const effects = [];
  for (const event of events) {
    if (event.seq <= next.seq) continue;
    next.seq = event.seq;
    next.eventId = event.event_id;
    foldMine(next, effects, event);
  }
  return { mine: next, effects };
}

/**
 * What a page of the log comes to, with what came live while it was read, which it may hold in part. Cards older than
 * a day are over. `effects` are the page's: the others were carried out when they came.
 */
export function readBack(epoch, events, heard, now) {
  const read = applyMine({ ...emptyMine(), epoch }, events);
  const { mine } = applyMine(read.mine, heard);
  return { mine: { ...mine, cards: mine.cards.filter(({ at }) => Date.parse(at) > now - DAY_MS) }, effects: read.effects };
}

function foldMine(next, effects, event) {
  const { kind, event_id, at } = event;
  if (kind === 'card') {
    const { room, text, contacts } = event;
    next.cards = [...next.cards.slice(-9), { event_id, at, room, text, contacts }];
  } else if (kind === 'moderator' || kind === 'decision') {
    next.letters = [...next.letters.slice(-19), { ...event }];
  } else if (kind.startsWith('message.')) {
    next.unattended = waiting(next.unattended, event);
    effects.push({ do: kind.slice('message.'.length), event });
  } else if (['joined', 'left', 'matched', 'unmatched'].includes(kind)) {
    effects.push({ do: kind, event });
  }
}

function waiting(unattended, { kind, client_id, on_duty }) {
  const others = unattended.filter((one) => one !== client_id);
  return kind === 'message.held' && on_duty === false ? [...others.slice(-49), client_id] : others;
}

/** The same without the cards of a room, which names itself by its stream or its slug. */
export function withoutRoom(mine, stream, slug) {
  return { ...mine, cards: mine.cards.filter(({ room }) => room !== stream && room !== slug) };
}

/** The position to resume `me` from, or null. */
export function minePosition({ epoch, seq, eventId }) {
  if (!epoch || (seq > 0 && !eventId)) return null;
  return { epoch, seq, event_id: eventId };
}
