// Which language somebody is spoken to in, and in which country, as the house keeps it.

/** `language` with the country that the browser's `languages` name for it: 'es-MX', or 'es' where they name none. */
export function localeOf(language, languages) {
  const known = languages.map((one) => new Intl.Locale(one));
  const country = known.find((one) => one.language === language && /^[A-Z]{2}$/.test(one.region ?? ''))?.region;
  return country ? `${language}-${country}` : language;
}
