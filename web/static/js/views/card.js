// The card that stands in the flow after a message that sounds heavy. It folds; it never goes.
import { Icon, html } from '../ui.js';
import { t } from '../i18n.js';
import { fold } from '../actions.js';
import * as state from '../store/state.js';

// Numbers come from the verified contacts, as the server sent them. A directory alone is a button too; beside a
// line that can be called it is one tap further, on the help page.
function links(contacts) {
  const found = [];
  for (const { label, phone, text } of contacts) {
    if (phone) found.push({ href: `tel:${dial(phone)}`, icon: 'phone', label: t('cardCall', { number: phone }), of: label });
    if (text) found.push({ href: sms(text), icon: 'text', label: t('cardText', { number: text }), of: label });
  }
  if (found.length) return found.slice(0, 4);
  return contacts.filter(({ url }) => url).map(({ url, label }) => ({ href: url, icon: 'globe', label, of: '' }));
}

// A text line may want a first word: `HOME → 741741`.
function sms(text) {
  const [, word, number] = /^(?:(.+?)\s*→\s*)?([\d+ ]+)$/.exec(text) ?? [null, '', text];
  return `sms:${dial(number)}${word ? `?&body=${encodeURIComponent(word)}` : ''}`;
}

const dial = (number) => number.replaceAll(' ', '');

// Who answers, by name.
const answering = (contacts) => contacts.filter(({ phone, text }) => phone || text).map(({ label }) => label).join(' · ');

// The card's own title opens the server's text too: say it once.
function body(text) {
  const title = t('cardTitle');
  return text.startsWith(title) ? text.slice(title.length).replace(/^[.\s]+/, '') : text;
}

/** One card. The call is the screen's one amber button while it stands open. */
export function Care({ card }) {
  const id = `care-${card.event_id}`;
  const contacts = card.contacts ?? [];
  if (state.folded.value.has(card.event_id)) {
    return html`<aside class="care folded" aria-labelledby=${id}><p><${Icon} name="buoy" size="s" /><span id=${id}>${t('cardFolded')}</span>
      <button type="button" class="linky" aria-expanded="false" onClick=${() => fold(card.event_id, false)}>${t('unfold')}</button></p></aside>`;
  }
  return html`<aside class="care" aria-labelledby=${id} aria-live="polite">
    <svg class="art" viewBox="0 0 104 78" aria-hidden="true"><path d="M0 0H104V78H0Z" fill="var(--hill-far)" /><path d="M0 50Q30 34 60 46T104 40V78H0Z" fill="var(--hill-mid)" /><path d="M0 62Q40 46 104 58V78H0Z" fill="var(--hill-near)" /><path d="M60 54V42l8-7 8 7v12z" fill="var(--house)" /><path d="M65 50v-5a3 3 0 0 1 6 0v5z" fill="var(--window)" /></svg>
    <div class="care-in">
      <h3 id=${id}>${t('cardTitle')}</h3>
      <p>${body(card.text ?? '')}</p>
      ${answering(contacts) && html`<p class="meta">${answering(contacts)}</p>`}
      <div class="care-contacts">${links(contacts).map(({ href, icon, label, of }, n) => html`<a key=${href} class=${n === 0 ? 'btn lamp' : 'btn'} href=${href} aria-label=${of ? `${label}, ${of}` : label} rel="noreferrer" target=${href.startsWith('http') ? '_blank' : undefined}><${Icon} name=${icon} />${label}</a>`)}</div>
      <div class="care-foot"><a href="/help/" target="_blank" rel="noopener">${t('cardOther')}</a><button type="button" class="linky" aria-expanded="true" onClick=${() => fold(card.event_id, true)}>${t('fold')}</button></div>
    </div></aside>`;
}
