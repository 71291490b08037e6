// The words of the chat page in one language.
import { speaker, spoken } from './i18n/speak.js';

export { dayName, dayOf, timeOf } from './i18n/speak.js';

// Literal paths: a storage that renames files by their content can follow them.
const words = spoken === 'es' ? (await import('./i18n/es.js')).default : (await import('./i18n/en.js')).default;

/** The page's language. */
export const language = spoken;

/** One text, its `{name}` places filled. With `count`, the language's own plural form is taken. */
export const t = speaker(words);

/** A topic's one line under its name, or nothing. */
export const topicLine = (topic) => words.topics[topic] ?? '';
