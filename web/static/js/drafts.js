// What stands in the box of each room, kept until it is sent. Each room has its own key.
import * as storage from './storage.js';

/** The draft of a room (by its slug): {text, reply_to?, at?}, `at` being when it was last written on. */
export function draftOf(slug) {
  return storage.load(`draft.${slug}`, { text: '' });
}

/** Keep a room's draft; an empty one is forgotten. */
export function keepDraft(slug, draft) {
  if (draft.text || draft.reply_to) storage.save(`draft.${slug}`, { ...draft, at: new Date().toISOString() });
  else storage.drop(`draft.${slug}`);
}
