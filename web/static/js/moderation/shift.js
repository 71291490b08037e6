// One's own load this shift, kept on this device and nowhere else: nobody counts what somebody could bear.

const GAP_MS = 4 * 3600 * 1000; // longer off duty, and a new shift begins

/** How many texts one reads in a shift before a pause is spoken of. † */
export const EXPOSURE_BUDGET = 60;

/** A shift in which nothing was done. */
export const freshShift = (now) => ({ since: now, last: now, cases: [], exposed: 0, hard: 0, pauses: 0 });

/** The shift that goes on, or a fresh one where the last ended long ago. */
export function goOn(shift, now) {
  return shift && now - shift.last < GAP_MS ? { ...shift, last: now } : freshShift(now);
}

/** The shift after one took a case. */
export const took = (shift, id, now) => ({ ...shift, last: now, cases: shift.cases.includes(id) ? shift.cases : [...shift.cases, id] });

/** The shift after one revealed a text. */
export const read = (shift, now, count = 1) => ({ ...shift, last: now, exposed: shift.exposed + count });

/** The shift after a case of the highest level ended. */
export const hardOne = (shift, now) => ({ ...shift, last: now, hard: shift.hard + 1 });

/** How much of the budget is used: 0 to 1, or more. */
export const used = ({ exposed }) => exposed / EXPOSURE_BUDGET;
