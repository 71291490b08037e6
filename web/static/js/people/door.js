// What the pages for who is not signed in share.
import { Icon, html, useEffect, useRef } from '../ui.js';
import { whereNext } from './next.js';
import { t } from './say.js';

const { dataset } = document.body;

/** The key that a mailed link carried. */
export const { key } = dataset;

/** Go where one wanted to go. `fallback`: where nothing was asked for. */
export function onward(fallback) {
  location.assign(whereNext(dataset.next, location.hash, fallback));
}

/** The address of another door, with what was asked for kept. */
export function doorLink(path) {
  return `${path}${dataset.next ? `?next=${encodeURIComponent(dataset.next)}` : ''}${location.hash}`;
}

/** Heading and lead of the card; `step` changes move the focus to the new heading. */
export function Head({ title, lead, step = 0 }) {
  const heading = useRef(null);
  useEffect(() => {
    if (step) heading.current?.focus();
  }, [step]);
  return html`<h1 id="door-h" ref=${heading} tabindex="-1">${title}</h1>${lead && html`<p class="sub">${lead}</p>`}`;
}

/** A good end, and the way on. */
export function Done({ title, text, to, label, onClick }) {
  return html`<${Head} title=${title} step=${1} /><p class="done" role="status"><${Icon} name="check" /><span>${text}</span></p>
    ${onClick ? html`<button type="button" class="btn lamp" onClick=${onClick}>${label}</button>` : html`<a class="btn lamp" href=${to}>${label}</a>`}`;
}

/** Who was invited is told why they stand here. */
export function Invited() {
  return /^#invite=/.test(location.hash) ? html`<p class="done"><${Icon} name="people" /><span>${t('invitedDoor')}</span></p>` : null;
}
