// The words of the chat page in one language.
const spoken = globalThis.document?.documentElement.lang === 'es' ? 'es' : 'en';

// Literal paths: a storage that renames files by their content can follow them.
const words = spoken === 'es' ? (await import('./i18n/es.js')).default : (await import('./i18n/en.js')).default;

const plural = new Intl.PluralRules(spoken);
const number = new Intl.NumberFormat(spoken);
const timeFormat = new Intl.DateTimeFormat(spoken, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const dayFormat = new Intl.DateTimeFormat(spoken === 'en' ? 'en-GB' : spoken, { weekday: 'long', day: 'numeric', month: 'long' });
const dayKeyFormat = new Intl.DateTimeFormat('en-CA');

/** The page's language. */
export const language = spoken;

/** One text, its `{name}` places filled. With `count`, the language's own plural form is taken. */
export function t(key, values = {}) {
  let text = words[key];
  if (text && typeof text === 'object') text = text[plural.select(values.count)] ?? text.other;
  if (text === undefined) return key;
  return text.replace(/\{(\w+)\}/g, (_, name) => (typeof values[name] === 'number' ? number.format(values[name]) : values[name]));
}

/** A topic's one line under its name, or nothing. */
export const topicLine = (topic) => words.topics[topic] ?? '';

/** Hours and minutes where the viewer is. */
export const timeOf = (at) => timeFormat.format(new Date(at));

/** The day's name where the viewer is, its first letter as a title has it. */
export function dayName(at) {
  const name = dayFormat.format(new Date(at)).replace(',', '');
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** A day's key where the viewer is, such as 2026-11-21. */
export const dayOf = (at) => dayKeyFormat.format(new Date(at));
