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

/** Somebody was found, in the pair's room `slug`: look no more, and know what for. */
export function found(slug) {
  const wish = seeking();
  if (!wish) return;
  const { topic, title, role, language } = wish;
  storage.save(`pair.${slug}`, { topic, title, role, language });
  stopSeeking();
}

/** What was looked for when the pair's room `slug` was found, `{topic, title, role, language}`; null on another device. */
export const wishBehind = (slug) => storage.load(`pair.${slug}`);

/** Whole seconds waited as m:ss. */
export function waited(since, now = Date.now()) {
  const seconds = Math.max(0, Math.floor((now - since) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
