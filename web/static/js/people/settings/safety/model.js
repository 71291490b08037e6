// What stands in the safety section. Pure.

/** By which ways, and how much, contacts can be told. */
export const WAYS = ['email', 'sms', 'member'];
export const DETAILS = ['check_in', 'level', 'own_words'];
export const LEVELS = ['low', 'moderate', 'high', 'imminent'];

/** Where a contact is reached, in words: an address, or a member's name in their circle. `gone` for one who left. */
export function whereOf({ channel, address }, members, gone) {
  if (channel !== 'member') return address;
  const member = members.find(({ id }) => id === address);
  return member ? `${member.name} · ${member.circle}` : gone;
}

/** What to send for a filled form. */
export function asked({ name, channel, address, detail, by_moderator: moderator }) {
  return { name: name.trim(), channel, address: address.trim(), detail, by_moderator: Boolean(moderator) };
}

/** Whole seconds until a moment, never less than none. `now` in milliseconds. */
export const secondsLeft = (due, now) => Math.max(0, Math.ceil((Date.parse(due) - now) / 1000));

/** `0:07`. */
export const clockOf = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

/** The contacts with one moved up by a place. */
export function movedUp(contacts, id) {
  const at = contacts.findIndex((one) => one.id === id);
  if (at < 1) return contacts;
  const next = [...contacts];
  [next[at - 1], next[at]] = [next[at], next[at - 1]];
  return next.map((one, place) => ({ ...one, place: place + 1 }));
}
