// Who sees what: rows are kinds of entries, columns people, each cell says it in words.
import { Icon, html, signal } from '../../ui.js';
import { dateOf } from '../../i18n/speak.js';
import { CATEGORIES } from '../categories.js';
import { t } from '../say.js';
import { GrantDialog } from './grant.js';
import { lookOf } from './model.js';
import * as state from './state.js';

const LOOKS = { hidden: ['g', null], view: ['g on', 'eye'], contribute: ['g add', 'plus'] };
const editing = signal(null);

function Inside({ grant, look }) {
  const until = look !== 'hidden' && grant.expires_at;
  const quiet = look !== 'hidden' && grant.quiet_hours;
  return html`<span>${t(`look.${look}`)}${until && html`<small>${t('untilDay', { day: dateOf(until) })}</small>`}${quiet && html`<small>${t('quietFrom', quiet)}</small>`}</span>`;
}

function Cell({ member, category }) {
  const grant = state.granted.value.get(member.id)?.get(category);
  const look = lookOf(grant, Date.now());
  const [className, icon] = LOOKS[look];
  const inside = html`${icon && html`<${Icon} name=${icon} size="s" />`}<${Inside} grant=${grant} look=${look} /><span class="sr">: ${t(`cat.${category}`)}, ${member.name}</span>`;
  if (!state.owns.value) return html`<span class=${className}>${inside}</span>`;
  return html`<button type="button" class=${className} aria-haspopup="dialog" onClick=${() => { editing.value = { member, category, grant, look }; }}>${inside}</button>`;
}

/** The matrix of the chosen circle: the owner's buttons, a member's own column to read. */
export function Matrix() {
  const people = state.owns.value ? state.others.value : state.others.value.filter(({ user }) => user === state.me.value);
  return html`<div class="scroll-x" tabindex="0" role="region" aria-label=${t('matrix')}><table class="grants"><caption class="sr">${t('matrix')}</caption>
    <thead><tr><td></td>${people.map(({ id, name, user }) => html`<th key=${id} scope="col">${user === state.me.value ? t('you') : name}</th>`)}</tr></thead>
    <tbody>${CATEGORIES.map((category) => html`<tr key=${category}><th scope="row">${t(`cat.${category}`)}</th>
      ${people.map((member) => html`<td key=${member.id}><${Cell} member=${member} category=${category} /></td>`)}</tr>`)}</tbody></table></div>
    ${editing.value && html`<${GrantDialog} ...${editing.value} onClose=${() => { editing.value = null; }} />`}`;
}
