// One case: who, how urgent, whose; the conversation; what can be done.
import { Icon, html } from '../../ui.js';
import { timeOf } from '../../i18n/speak.js';
import { Avatar } from '../../views/picture.js';
import { claim, revealAll, takeAway } from '../doing.js';
import { messagesAround, nameOf } from '../talk.js';
import { running, waitsForSecond } from '../queue.js';
import { t } from '../say.js';
import * as state from '../state.js';
import { Conversation } from './conversation.js';
import { Level } from './level.js';
import { Reply } from './reply.js';

const supervises = Boolean(document.body.dataset.supervises);
const LEASE_MS = 1000 * Number(document.body.dataset.lease);

/** The name of the person the open case is about, or what stands for it. */
export const personName = () => nameOf(state.context.value, messagesAround(state.room.value, state.context.value)) || t('someone');

function Lease({ until }) {
  const left = Math.min(LEASE_MS, Math.max(0, until - state.now.value)); // this clock is right to a second alone
  const arc = Math.round(90 * Math.min(1, left / LEASE_MS));
  return html`<div class="lease" role="timer" aria-label=${t('leaseLabel', { count: Math.ceil(left / 1000) })}><svg viewBox="0 0 36 36" aria-hidden="true"><circle cx="18" cy="18" r="15" fill="none" stroke="var(--line)" stroke-width="3" /><circle cx="18" cy="18" r="15" fill="none" stroke="var(--accent)" stroke-width="3" stroke-linecap="round" pathLength="90" stroke-dasharray=${`${arc} 90`} transform="rotate(-90 18 18)" /></svg><span class="num">${running(left)}</span><small>${t('yoursSmall')}</small></div>`;
}

function Whose({ one }) {
  const holding = state.holding.value;
  if (holding) return html`<${Lease} until=${holding.until} />`;
  if (one.holder && !state.isMine(one)) return html`<p class="whose"><${Icon} name="lock" size="s" />${t('heldBy', { name: one.holder })}${supervises && html`<button type="button" class="btn dense" onClick=${takeAway}>${t('takeAway')}</button>`}</p>`;
  if (waitsForSecond(one)) return html`<button type="button" class="btn lamp dense" onClick=${() => { state.dialog.value = { kind: 'decide' }; }}>${t('confirm')} <kbd>d</kbd></button>`;
  return html`<button type="button" class="btn dense" onClick=${() => claim(one.id)}>${t('claim')} <kbd>c</kbd></button>`;
}

// In a talk that goes on, uncovering each line would cost the time that somebody may not have.
function All() {
  const all = state.revealed.value.has('all');
  if (!state.context.value) return null;
  return html`<button type="button" class="icon-btn all" aria-pressed=${String(all)} aria-label=${t('revealAll')} title=${t('revealAll')} onClick=${() => revealAll(!all)}><${Icon} name="eye" /></button>`;
}

function Head({ one }) {
  const name = personName();
  return html`<div class="case-top" id="case"><button type="button" class="icon-btn only-phone" aria-label=${t('backToQueue')} onClick=${() => { state.pane.value = 'queue'; }}><${Icon} name="back" /></button>
    <${Avatar} name=${name} /><div class="case-id"><h2>${name}</h2><p class="meta"><${Level} level=${one.level} /> <span>${t('caseMeta', { room: state.titleOf(one.room), time: timeOf(one.opened_at) })}</span></p></div><${All} /><${Whose} one=${one} /></div>`;
}

function Lost() {
  const lost = state.lost.value;
  if (!lost || lost.id !== state.opened.value) return null;
  return html`<div class="banner warn"><${Icon} name="warn" /><span>${t(`lost.${lost.why}`)}</span><button type="button" class="btn dense" onClick=${() => claim(lost.id)}>${t('claimAgain')}</button></div>`;
}

function Nothing() {
  return html`<div class="empty nothing"><b>${t('noCase')}</b><p>${t(!state.duty.value.on ? 'noCaseOff' : 'noCaseSub')}</p></div>`;
}

/** The pane of the case that is open. */
export function Case() {
  const one = state.current.value;
  if (!one) return html`<section class="caseview" id="main-case" aria-label=${t('case')}><div role="alert"><${Lost} /></div><${Nothing} /></section>`;
  return html`<section class="caseview" id="main-case" aria-label=${t('case')}><div><${Head} one=${one} /><div role="alert"><${Lost} /></div></div><${Conversation} />
    ${state.holding.value ? html`<${Reply} name=${personName()} />` : html`<p class="reply not-held">${t(one.holder && !state.isMine(one) ? 'readOnlyHeld' : 'readOnly', { name: one.holder ?? '' })}</p>`}</section>`;
}
