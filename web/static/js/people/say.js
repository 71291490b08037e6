// The words of the pages of people with an account, in one language.
import { speaker, spoken } from '../i18n/speak.js';

// Literal paths: a storage that renames files by their content can follow them.
const words = spoken === 'es' ? (await import('./words/es.js')).default : (await import('./words/en.js')).default;

/** One text, its `{name}` places filled. With `count`, the language's own plural form is taken. */
export const t = speaker(words);

/** One text if there is one under this key, else the fallback. */
export const tOr = (key, fallback) => (key in words ? t(key) : fallback);
