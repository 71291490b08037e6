// The words of the moderators' console, in one language.
import { speaker, spoken } from '../i18n/speak.js';

// Literal paths: a storage that renames files by their content can follow them.
const words = spoken === 'es' ? (await import('./words/es.js')).default : (await import('./words/en.js')).default;

/** One text, its `{name}` places filled. With `count`, the language's own plural form is taken. */
export const t = speaker(words);

/** All of the words: what is a list is read from here. */
export { words };

/** One text if there is one under this key, else the fallback. */
export const tOr = (key, fallback) => (key in words ? t(key) : fallback);

/** The lines to begin with when writing to somebody who speaks `language`. */
export const lines = (language) => words.lines[language.split('-')[0]] ?? words.lines.en;
