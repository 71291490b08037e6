// The public API as these pages knock on it: the browser's session, its CSRF word, JSON.
import { csrfWord } from '../net/api.js';
import { Refusal, refusalOf } from './refusal.js';

/** One request. Gives {status, body, etag, date}, whatever the status; throws Refusal (status 0) when no answer came. */
export async function knock(method, path, body, headers = {}) {
  const options = { method, cache: 'no-store', credentials: 'same-origin', headers: { Accept: 'application/json', ...headers } };
  if (method !== 'GET') options.headers['X-CSRFToken'] = csrfWord();
  if (body !== undefined) {
    options.headers['Content-Type'] = 'application/json';
    options.body = JSON.stringify(body);
  }
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Refusal(0, { code: 'offline' });
  }
  const text = await answer.text().catch(() => '');
  let read = null;
  try {
    read = text ? JSON.parse(text) : null;
  } catch {
    // an error page of a proxy
  }
  return { status: answer.status, ok: answer.ok, body: read, etag: answer.headers.get('ETag'), date: answer.headers.get('Date'), after: Number(answer.headers.get('Retry-After')) || 0 };
}

/** Go to the sign-in page and come back here afterwards. */
export function toSignIn() {
  const next = encodeURIComponent(location.pathname + location.search);
  location.assign(`/sign-in/?next=${next}&ended=1${location.hash}`);
  return new Promise(() => {}); // the page is being left
}

/** One request of our API. Gives the decoded body or null; throws Refusal. A session that has ended leads to its door. */
export async function ask(method, path, body, headers) {
  const { status, ok, body: read, after } = await knock(method, `/api/v1/${path}`, body, headers);
  if (ok) return read;
  if (status === 401 && document.body.classList.contains('page-people')) return toSignIn();
  throw refusalOf(status, read, after);
}

const TRIES = 4;

/** What one list or entry holds; waits and asks again when the house says it is asked too fast. Throws Refusal. */
export async function patiently(path) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask('GET', path);
    } catch (refusal) {
      if (!(refusal instanceof Refusal) || refusal.status !== 429 || tries === TRIES) throw refusal;
      await new Promise((done) => setTimeout(done, 1000 * (refusal.retryAfterS || 1)));
    }
  }
}

/** All results of a paged list, up to `most`. */
export async function all(path, most = 500) {
  const found = [];
  let next = `${path}${path.includes('?') ? '&' : '?'}limit=100`;
  while (next && found.length < most) {
    const page = await patiently(next);
    found.push(...page.results);
    const after = page.next && new URL(page.next, location.href);
    next = after ? after.pathname.slice('/api/v1/'.length) + after.search : null;
  }
  return found;
}
