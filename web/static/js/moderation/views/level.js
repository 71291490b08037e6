// A level's badge: word, bars and colour say the same.
import { html } from '../../ui.js';
import { t } from '../say.js';

const BARS = [[0.5, 10, 3], [4.5, 7, 6.2], [8.5, 4, 9.4], [12.5, 1, 12.6]];

/** The badge of a level. */
export function Level({ level }) {
  const lit = { L1: 1, L2: 2, L3: 3, L4: 4 }[level];
  const shape = lit ? BARS.map(([x, y, high], n) => html`<rect key=${n} class=${n < lit ? undefined : 'off'} x=${x} y=${y} width="2.6" height=${high} rx=".8" />`)
    : html`<path d=${level === 'H' ? 'M8 0l8 7-8 7-8-7z' : 'M2 1h12v8H8l-4 4V9H2z'} />`;
  return html`<span class=${`lv ${level.toLowerCase()}`}><svg viewBox="0 0 16 14" aria-hidden="true">${shape}</svg>${t(`level.${level}`)}</span>`;
}
