// What a page makes of the other one in a pair's room. Pure: time is an argument, in milliseconds.

/** How long the other one must have been without a connection before it is told: a page that loads anew is back by then. */
export const SURE_MS = 2500;

/** Nothing is known of whether the other one is connected. */
export const UNKNOWN = { since: null, away: false };

/**
 * What is known after one more reading of how many `people` of the pair are connected, oneself among them:
 * {since: when they were first missed or null, away: whether that is told}.
 */
export function reading({ since, away }, people, now) {
  if (people !== 1) return UNKNOWN;
  const first = since ?? now;
  return { since: first, away: away || now - first >= SURE_MS };
}

/** The other member `{id, name}` as the room's log last named them, and whether they left for good; null if it did not. */
export function other({ me, notices, messages }) {
  const told = [...notices.values(), ...messages.values()].filter(({ member }) => member && member.id !== me?.id);
  const last = told.reduce((a, b) => (a && a.seq > b.seq ? a : b), null);
  return last && { ...last.member, left: last.kind === 'member.left' };
}
