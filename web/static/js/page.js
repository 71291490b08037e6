// What every page has: the way out, and light or dark.
import { wipe } from './storage.js';

const ELSEWHERE = 'https://www.wikipedia.org/';
const SHIFTS = 3;
const WITHIN_MS = 5000;

/** Leave at once: blank first, then wipe, then go. `tell`: also the other tabs. */
export function leave(tell = true) {
  document.body.replaceChildren();
  document.title = '';
  wipe();
  if (tell) channel?.postMessage('leave');
  location.replace(ELSEWHERE);
}

const channel = typeof BroadcastChannel === 'function' ? new BroadcastChannel('hearth') : null;
channel?.addEventListener('message', ({ data }) => {
  if (data === 'leave') leave(false);
});

document.addEventListener('click', (event) => {
  if (!event.target.closest?.('[data-exit]')) return;
  event.preventDefault();
  leave();
}, true);

let shifts = [];
document.addEventListener('keydown', (event) => {
  if (event.repeat) return;
  if (event.key !== 'Shift') {
    shifts = []; // a capital letter is typing, not leaving
    return;
  }
  const now = Date.now();
  shifts = [...shifts.filter((at) => now - at < WITHIN_MS), now];
  if (shifts.length < SHIFTS) return;
  shifts = [];
  // At work one does not leave: somebody may be waiting for an answer.
  if (document.body.dataset.atWork) dispatchEvent(new Event('hearth:hide'));
  else leave();
}, true);

// A page that comes back from the browser's own cache would show what was on it.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) location.reload();
});

/** Choose 'light', 'dark' or '' (as the device); the server knows it from a cookie, so no page flickers. */
export function chooseTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  document.cookie = `hearth_theme=${theme}; path=/; SameSite=Lax; Max-Age=${theme ? 31_536_000 : 0}`;
}

for (const group of document.querySelectorAll('[data-theme-switch]')) {
  group.hidden = false;
  group.addEventListener('change', ({ target }) => chooseTheme(target.value));
}
