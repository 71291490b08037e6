import { landscape } from '../avatar.js';
import { html } from '../ui.js';

/** The window of a pseudonym. `size`: '', 's', 'l' or 'pair'. */
export function Avatar({ name, size = '' }) {
  const it = landscape(name);
  return html`<svg class=${`av ${size}`} viewBox="0 0 40 40" aria-hidden="true">
    <path fill=${it.sky} d="M0 0H40V40H0Z" />
    <circle cx=${it.x} cy=${it.y} r=${it.r} fill=${it.moon} />
    ${it.crescent && html`<circle cx=${it.x + 0.45 * it.r} cy=${it.y - 0.3 * it.r} r=${0.85 * it.r} fill=${it.sky} />`}
    <path fill=${it.far} d=${it.farPath} /><path fill=${it.near} d=${it.nearPath} />
  </svg>`;
}

const ICONS = { anxiety: 'wave', 'low-mood': 'cloud', sleep: 'moon', epilepsy: 'pulse', caring: 'hands', talking: 'cup' };

/** The icon of a topic. */
export const topicIcon = (topic) => ICONS[topic] ?? 'cup';

/** The house's mark. */
export const Mark = () => html`<a class="mark" href="/"><svg viewBox="0 0 26 30" aria-hidden="true"><path d="M2 29V13a11 11 0 0 1 22 0v16z" fill="var(--mark)" /><path d="M13 27c-4 0-6.400-2.400-6.400-5.600 0-4.200 4.600-5.200 4.200-10.600 3.800 1.600 8.600 5.600 8.600 10.600 0 3.400-2.600 5.600-6.400 5.600z" fill="var(--window)" /></svg>Hearth</a>`;
