// Which language the page speaks, and how its words, times and days are told in it.

/** 'en' or 'es'. */
export const spoken = globalThis.document?.documentElement.lang === 'es' ? 'es' : 'en';

const numbers = { en: new Intl.NumberFormat('en'), es: new Intl.NumberFormat('es') };
const plurals = { en: new Intl.PluralRules('en'), es: new Intl.PluralRules('es') };
const locale = spoken === 'en' ? 'en-GB' : spoken;
const timeFormat = new Intl.DateTimeFormat(spoken, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const dayFormat = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' });
const dateFormat = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
const dayKeyFormat = new Intl.DateTimeFormat('en-CA');

/** A function that gives one text of `words`, its `{name}` places filled; with `count`, the language's own plural form. */
export function speaker(words, language = spoken) {
  return (key, values = {}) => {
    let text = words[key];
    if (text && typeof text === 'object') text = text[plurals[language].select(values.count)] ?? text.other;
    if (text === undefined) return key;
    return text.replace(/\{(\w+)\}/g, (_, name) => (typeof values[name] === 'number' ? numbers[language].format(values[name]) : values[name]));
  };
}

/** Hours and minutes where the viewer is. */
export const timeOf = (at) => timeFormat.format(new Date(at));

/** A day and month, short, where the viewer is. */
export const dateOf = (at) => dateFormat.format(new Date(at));

/** The day's name where the viewer is, its first letter as a title has it. */
export function dayName(at) {
  const name = dayFormat.format(new Date(at)).replace(',', '');
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** A day's key where the viewer is, such as 2026-11-21. */
export const dayOf = (at) => dayKeyFormat.format(new Date(at));
