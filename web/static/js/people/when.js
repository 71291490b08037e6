// Days as people say them. A day is `YYYY-MM-DD`, whatever the zone; its noon stands for it.
import { spoken } from '../i18n/speak.js';

const locale = spoken === 'en' ? 'en-GB' : spoken;
const format = (options) => new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options });
const formats = {
  weekday: format({ weekday: 'long' }),
  two: format({ weekday: 'short' }),
  shortest: format({ day: 'numeric', month: 'short' }),
  short: format({ day: 'numeric', month: 'long' }),
  long: format({ weekday: 'long', day: 'numeric', month: 'long' }),
  brief: format({ weekday: 'short', day: 'numeric', month: 'short' }),
  dated: format({ day: 'numeric', month: 'short', year: 'numeric' }),
  month: format({ month: 'long', year: 'numeric' }),
};
const noon = (day) => new Date(`${day}T12:00:00Z`);
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const said = (name) => (day) => formats[name].format(noon(day));

/** `Saturday`, `sábado`. */
export const weekday = said('weekday');
/** The weekday in two letters. */
export const weekdayTwo = (day) => capital(said('two')(day).replace('.', '')).slice(0, 2);
/** `21 November`. */
export const shortDay = said('short');
/** `Saturday 21 November`. */
export const longDay = (day) => capital(said('long')(day).replace(',', ''));
/** `Sat 21 Nov`. */
export const briefDay = (day) => capital(said('brief')(day).replaceAll(',', ''));
/** `21 Nov`. */
export const shortest = said('shortest');
/** `21 Nov 2026`. */
export const datedDay = said('dated');
/** `November 2026`. */
export const monthOf = (day) => capital(said('month')(day));

/** Two days with a year: `8 to 21 November 2026`, as the language writes ranges. */
export function range(from, to) {
  const ranged = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' });
  return ranged.formatRange(noon(from), noon(to));
}
