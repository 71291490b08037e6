// The card as a person in distress gets it, small.
import { html } from '../../ui.js';

/** The text and the contacts of a card; nothing of it can be called from here. */
export function Care({ card }) {
  return html`<div class="mini-card"><p>${card.text}</p><ul>${card.contacts.map(({ label, phone, text, url }) => html`<li key=${label}><b>${label}</b> <span class="num">${[phone, text, url].filter(Boolean).join(', ')}</span></li>`)}</ul></div>`;
}
