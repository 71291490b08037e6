// One section of the settings.
import { html } from '../../ui.js';

/** A section with its heading and what it is for. */
export function Section({ id, title, sub, danger = false, children }) {
  return html`<section class=${`panel pad-in${danger ? ' danger-z' : ''}`} id=${id} aria-labelledby=${`${id}-h`}><h2 id=${`${id}-h`}>${title}</h2>${sub && html`<p class="meta">${sub}</p>`}${children}</section>`;
}
