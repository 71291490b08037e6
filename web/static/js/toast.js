// Lines at the bottom that go by themselves.
import { html, signal, useEffect, useState } from './ui.js';

const TOAST_MS = 8000;
let last = 0;

/** The lines that stand now: [{id, text, action}]. */
export const toasts = signal([]);

/** Show a line at the bottom for a while. `action`: {label, run}. */
export function toast(text, action = null) {
  last += 1;
  toasts.value = [...toasts.value.slice(-2), { id: last, text, action }];
}

/** Take a line away. */
export function untoast(id) {
  toasts.value = toasts.value.filter((one) => one.id !== id);
}

function Line({ toast: one }) {
  const [paused, pause] = useState(false);
  useEffect(() => {
    if (paused) return undefined;
    const timer = setTimeout(untoast, TOAST_MS, one.id);
    return () => clearTimeout(timer);
  }, [paused, one.id]);
  const act = () => {
    one.action.run();
    untoast(one.id);
  };
  return html`<p class="toast" onFocusIn=${() => pause(true)} onFocusOut=${() => pause(false)} onPointerEnter=${() => pause(true)} onPointerLeave=${() => pause(false)}>
    <span>${one.text}</span>${one.action && html`<button type="button" onClick=${act}>${one.action.label}</button>`}</p>`;
}

/** Where they stand. */
export function Toasts() {
  return html`<div class="toasts" role="status">${toasts.value.map((one) => html`<${Line} key=${one.id} toast=${one} />`)}</div>`;
}
