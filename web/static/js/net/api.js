// The HTTP doors the pages' sockets need.

/** The CSRF word of now: a sign-in changes it, so the cookie goes before what the page was given. */
export function csrfWord() {
  const found = /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie);
  return found ? decodeURIComponent(found[1]) : document.body.dataset.csrf;
}

/** No ticket was given. `final`: asking again will not help. */
export class NoTicket extends Error {
  constructor(status, retryAfterMs = 0) {
    super(`no ticket: ${status}`);
    this.status = status;
    this.final = status === 401 || status === 403;
    this.retryAfterMs = retryAfterMs;
  }
}

async function post(path, body, headers) {
  return fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json', ...headers },
    body: JSON.stringify(body),
    cache: 'no-store',
    credentials: 'same-origin',
  });
}

const afterMs = (answer) => 1000 * (Number(answer.headers.get('Retry-After')) || 1);

/**
 * What to ask for in `Accept-Language`: the page's language `spoken` first, where the browser's `languages` name a
 * place for it with that, then the browser's own.
 */
export function acceptLanguage(spoken, languages) {
  const kin = languages.find((one) => one.split('-')[0].toLowerCase() === spoken);
  const order = [...new Set([kin ?? spoken, spoken, ...languages])].slice(0, 10);
  return order.map((one, n) => (n ? `${one};q=${(1 - n / 10).toFixed(1)}` : one)).join(',');
}

/** A new guest's bearer token. Throws NoTicket. */
export async function newGuest() {
  const language = acceptLanguage(document.documentElement.lang, navigator.languages);
  const answer = await post('/api/v1/guests/', {}, { 'Accept-Language': language });
  if (!answer.ok) throw new NoTicket(answer.status, afterMs(answer));
  return (await answer.json()).token;
}

/** A ticket for one hello: with a guest's `token`, else with the browser's session. */
export async function newTicket(token) {
  const proof = token ? { Authorization: `Bearer ${token}` } : { 'X-CSRFToken': csrfWord() };
  const answer = await post('/api/v1/realtime/ticket/', {}, proof);
  if (!answer.ok) throw new NoTicket(answer.status, afterMs(answer));
  return (await answer.json()).ticket;
}

/** The open rooms `[{slug, topic, title, language, people}]`; null when they could not be read. */
export async function openRooms() {
  try {
    const answer = await fetch('/api/v1/rooms/?limit=100', { headers: { Accept: 'application/json' } });
    return answer.ok ? (await answer.json()).results : null;
  } catch {
    return null;
  }
}

/** One topic room by its slug, or null. */
export async function openRoom(slug) {
  try {
    const path = `/api/v1/rooms/${encodeURIComponent(slug)}/`;
    const answer = await fetch(path, { headers: { Accept: 'application/json' } });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}
