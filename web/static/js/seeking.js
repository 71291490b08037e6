// Waiting for a match outlives the page: the connection may be a room's, the wish is kept here.
import * as storage from './storage.js';

const KEY = 'seeking';

/** The match being looked for, `{topic, title, role, language, since}` (ms), or null. */
export const seeking = () => storage.load(KEY);

/** Begin to look; `wish` is {topic, title, role, language}. */
export function seek(wish) {
  storage.save(KEY, { ...wish, since: Date.now() });
}

/** Look no more. */
export const stopSeeking = () => storage.drop(KEY);

/** Whole seconds waited as m:ss. */
export function waited(since, now = Date.now()) {
  const seconds = Math.max(0, Math.floor((now - since) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
