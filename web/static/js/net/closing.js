// What a client does when its socket closes. Pure.

/** How a close code is to be answered: 'stop', 'ticket' (a new ticket, once), 'backoff' or 'now'. */
export function answerTo(code) {
  if (code === 4002) return 'ticket';
  if (code >= 4000 && code < 4100) return 'stop';
  if (code >= 4200 && code < 4300) return 'now';
  return 'backoff'; // 4100–4199, and what networks do: 1001, 1006, 1009, 1012 …
}

/**
 * Milliseconds to wait before the `attempt`-th (from 0) new connection in a row.
 * `random` is in [0, 1); `floor` is what the server asked for at least (retry_after_ms).
 */
export function delay(answer, attempt, random, floor = 0) {
  if (answer === 'now' && attempt === 0) return floor + Math.round(random * 500);
  const ceiling = Math.min(30_000, 1000 * 2 ** Math.min(attempt, 5));
  return floor + Math.round(random * ceiling);
}
