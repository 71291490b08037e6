// Lines at the bottom that go by themselves.
import { html, signal } from './ui.js';

const TOAST_MS = 8000;
const AT_ONCE = 3;
let last = 0;
const leaving = new Map(); // id → timer; a line that is looked at has none

/** The lines that stand now: [{id, kind, text, action}]. */
export const toasts = signal([]);

/**
 * Show a line at the bottom for a while. `action`: {label, run}. One of the same kind (else: the same text) that still
 * stands becomes this one, and its time begins anew.
 */
export function toast(text, action = null, kind = text) {
  const same = toasts.value.find((one) => one.kind === kind);
  last += 1;
  const line = { id: same?.id ?? last, kind, text, action };
  if (!same) for (const { id } of toasts.value.slice(0, 1 - AT_ONCE)) untoast(id);
  toasts.value = same ? toasts.value.map((one) => (one === same ? line : one)) : [...toasts.value, line];
  if (!same || leaving.has(line.id)) letGo(line.id);
}

/** Take a line away. */
export function untoast(id) {
  hold(id);
  toasts.value = toasts.value.filter((one) => one.id !== id);
}

/** Let a line stand for as long as it is looked at, and from then on for its whole time. */
export function hold(id) {
  clearTimeout(leaving.get(id));
  leaving.delete(id);
}

/** The end of `hold`. */
export function letGo(id) {
  hold(id);
  if (toasts.value.some((one) => one.id === id)) leaving.set(id, setTimeout(untoast, TOAST_MS, id));
}

function Line({ toast: one }) {
  const stay = () => hold(one.id);
  const go = () => letGo(one.id);
  const act = () => {
    one.action.run();
    untoast(one.id);
  };
  return html`<p class="toast" onFocusIn=${stay} onFocusOut=${go} onPointerEnter=${stay} onPointerLeave=${go}>
    <span>${one.text}</span>${one.action && html`<button type="button" onClick=${act}>${one.action.label}</button>`}</p>`;
}

/** Where they stand. */
export function Toasts() {
  return html`<div class="toasts" role="status">${toasts.value.map((one) => html`<${Line} key=${one.id} toast=${one} />`)}</div>`;
}
