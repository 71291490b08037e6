// The bar over the log, and what has to be said under it.
import { Icon, html, useEffect, useState } from '../ui.js';
import { t } from '../i18n.js';
import { connectAgain, go, startAnew, stopLooking } from '../actions.js';
import { findAnother, partner } from '../pairs.js';
import { waited } from '../seeking.js';
import * as state from '../store/state.js';
import { titleOf } from './rail.js';

/** Title, who is here, help and the way out. */
export function Bar() {
  const room = state.room.value;
  const info = state.infos.value.get(state.slug.value);
  const people = room ? state.people.value.get(room.stream) ?? info?.people : info?.people;
  const unread = [...state.rooms.value.values()].reduce((sum, one) => sum + (one === room ? 0 : state.unreadIn(one)), 0);
  const back = unread ? t('backUnread', { count: unread }) : t('backToRooms');
  return html`<header class="bar">
    <a class="icon-btn only-phone" href="/" aria-label=${back}><${Icon} name="back" />${unread > 0 && html`<span class="dot" aria-hidden="true"></span>`}</a>
    <div class="bar-title"><h1>${titleOf(state.slug.value)}</h1>
      ${info?.pair ? html`<span class="meta">${t(partner.value?.left ? 'gone' : partner.value?.away ? 'away' : 'two')}</span>` : people != null && html`<span class="presence">${t('here', { count: people })}</span>`}
      <button type="button" class="about" aria-label=${t('aboutRoom')} aria-expanded=${String(state.sideOpen.value)} onClick=${() => { state.sideOpen.value = !state.sideOpen.value; }}></button></div>
    <div class="safety">
      <a class="help-now" href="/help/" target="_blank" rel="noopener"><${Icon} name="buoy" size="s" />${t('helpNow')}</a>
      <a class="quick-exit" href="https://www.wikipedia.org/" rel="noreferrer" data-exit title=${t('exitTitle')}><${Icon} name="exit" size="s" />${t('exit')}</a>
    </div>
  </header>`;
}

function Waited({ since }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return html`<span aria-live="off">${t('looking', { waited: waited(since) })}</span>`;
}

function Connection() {
  const status = state.status.value;
  const why = state.stoppedBy.value;
  if (status === 'stopped') {
    const known = [4003, 4005, 4006].includes(why);
    return html`<div class="banner"><${Icon} name="warn" /><span>${t(known ? `stopped${why}` : 'stopped')}</span>
      ${why === 4006
        ? html`<button type="button" class="btn dense" onClick=${startAnew}>${t('newStart')}</button>`
        : why !== 4003 && html`<button type="button" class="btn dense" onClick=${connectAgain}>${t('tryAgain')}</button>`}</div>`;
  }
  if (status === 'offline') return html`<div class="banner"><${Icon} name="off" /><span>${t('offline')}</span></div>`;
  if (status === 'connecting' && state.late.value) {
    return html`<div class="banner"><${Icon} name="off" /><span>${t('reconnecting')}</span></div>`;
  }
  return null;
}

// The other one of a pair is not connected, or left: one may wait, or find somebody else.
function Partner() {
  const one = partner.value;
  if (!one || state.status.value !== 'live' || !(one.left || one.away)) return null;
  return html`<div class="banner wide"><${Icon} name=${one.left ? 'exit' : 'off'} /><span>${t(one.left ? 'pairGone' : 'pairAway', { name: one.name })}</span>
    <button type="button" class="btn dense" onClick=${findAnother}>${t('findAnother')}</button></div>`;
}

/** What stands under the bar: the connection's state, the other one of a pair, a search for one person, a match found. */
export function Banners() {
  const wish = state.wish.value;
  const called = state.called.value;
  return html`<div class="banners">
    <div role="status"><${Connection} /><${Partner} /></div>
    ${wish && html`<div class="banner"><${Icon} name="people" /><${Waited} since=${wish.since} /><button type="button" class="btn dense" onClick=${stopLooking}>${t('stopLooking')}</button></div>`}
    ${called && html`<div class="banner warn" role="alert"><${Icon} name="bell" /><span>${t('matchedToast')}</span><button type="button" class="btn dense" onClick=${() => go(called)}>${t('openMatch')}</button></div>`}
  </div>`;
}
