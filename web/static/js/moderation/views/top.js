// The top bar: how the house is, what is oldest, one's own shift, duty, and the way to hide the screen.
import { Icon, html } from '../../ui.js';
import { toSignIn } from '../../people/http.js';
import { goOnDuty, hide } from '../doing.js';
import { oldest, running } from '../queue.js';
import { t, tOr } from '../say.js';
import * as state from '../state.js';
import { session } from '../wire.js';

function parts() {
  if (state.status.value !== 'live') return ['queue'];
  return (state.vitals.value?.degraded ?? []);
}

function Parts() {
  const ill = parts();
  if (ill.length) return html`<dd class="ill"><${Icon} name="warn" size="s" />${ill.map((part) => tOr(`part.${part}`, part)).join(', ')}</dd>`;
  return html`<dd class="ok"><${Icon} name="check" size="s" />${t('allWell')}</dd>`;
}

function Vitals() {
  const waiting = oldest(state.cases.value, state.now.value).slice(0, 3);
  const { cases, since } = state.shift.value;
  const there = state.vitals.value?.on_duty;
  return html`<dl class="vitals">
    <div><dt>${t('oldest')}</dt>${waiting.length ? waiting.map(({ level, ms }) => html`<dd key=${level} class="num"><span class="lvx">${level}</span> ${running(ms)}</dd>`) : html`<dd>${t('none')}</dd>`}</div>
    <div><dt>${t('parts')}</dt><${Parts} /></div>
    ${there !== undefined && html`<div><dt>${t('onDutyN')}</dt><dd class="num">${there}</dd></div>`}
    <div><dt>${t('myShift')}</dt><dd class="num">${t('shiftCases', { count: cases.length })}, ${running(Math.max(0, Date.now() - since))}</dd></div></dl>`;
}

function Duty() {
  const { on } = state.duty.value;
  return html`<button type="button" class=${on ? 'duty' : 'duty off'} aria-pressed=${String(Boolean(on))} onClick=${() => goOnDuty(!on)}><span class="knob" aria-hidden="true"></span><span class="duty-w">${t(on ? 'dutyOn' : 'dutyOff')}</span></button>`;
}

/** What stands in the bar behind the tabs. */
export function Top() {
  return html`<${Vitals} /><${Duty} /><button type="button" class="icon-btn" aria-label=${t('hideScreen')} title=${t('hideScreen')} onClick=${() => hide(true)}><${Icon} name="hide" /></button>`;
}

/** What is wrong with the connection or the house, in words. */
export function Banner() {
  const word = state.status.value;
  if (word === 'stopped') {
    const why = state.stoppedBy.value;
    return html`<div class="banner warn"><${Icon} name="warn" /><span>${t([4003, 4005, 4006].includes(why) ? `stopped${why}` : 'stopped')}</span>${why !== 4003 && html`<button type="button" class="btn dense" onClick=${why === 4006 ? toSignIn : () => session.start()}>${t(why === 4006 ? 'signIn' : 'tryAgain')}</button>`}</div>`;
  }
  if (word === 'offline') return html`<div class="banner warn"><${Icon} name="off" /><span>${t('offline')}</span></div>`;
  if (word === 'connecting' && state.late.value) return html`<div class="banner"><${Icon} name="off" /><span>${t('reconnecting')}</span></div>`;
  const ill = word === 'live' ? parts() : [];
  if (ill.length) return html`<div class="banner warn"><${Icon} name="warn" /><span>${t('degraded', { parts: ill.map((part) => tOr(`part.${part}`, part)).join(', ') })}</span></div>`;
  return null;
}
