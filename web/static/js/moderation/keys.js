// Which key does what. Pure. Single keys count outside fields only, and none does what cannot be undone.

/** key → word, in the order the help lists them. */
export const KEYS = {
  j: 'down', k: 'up', Enter: 'open', n: 'next', c: 'claim', r: 'reply', v: 'reveal', w: 'why', g: 'card', e: 'escalate',
  h: 'hold', t: 'retract', u: 'undo', d: 'decide', s: 'snooze', '/': 'search', '?': 'help',
};

/** The word for a pressed key, or null: with a modifier, in a field, on a control that takes the key itself. */
export function wordOf({ key, ctrlKey, metaKey, altKey, repeat }, { field, control, dialog }) {
  if (ctrlKey || metaKey || altKey || field || dialog) return null;
  const word = KEYS[key] ?? KEYS[key.length === 1 ? key.toLowerCase() : key] ?? null;
  if (word === 'open' && control) return null;
  if (repeat && word !== 'down' && word !== 'up') return null;
  return word;
}
