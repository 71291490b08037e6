// The one place where Preact and htm meet.
import { Fragment, h, render } from '../vendor/preact.js';
import htm from '../vendor/htm.js';

export const html = htm.bind(h);
export { Fragment, h, render };
export { useEffect, useLayoutEffect, useMemo, useRef, useState } from '../vendor/preact-hooks.js';
export { batch, computed, effect, signal } from '../vendor/signals.js';

/** One icon of the page's sprite. `size`: '' (20 px), 's' (16 px) or 'l' (26 px). */
export function Icon({ name, size = '' }) {
  return html`<svg class=${`i ${size}`} aria-hidden="true"><use href=${`#i-${name}`} /></svg>`;
}
