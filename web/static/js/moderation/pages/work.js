// My work: what one did in the last day, and one's load this shift, which only this device knows.
import { Icon, html } from '../../ui.js';
import { timeOf } from '../../i18n/speak.js';
import { ask } from '../../people/http.js';
import { EXPOSURE_BUDGET, used } from '../shift.js';
import { t } from '../say.js';
import * as state from '../state.js';
import { mount, useRead } from './desk.js';

const WIDE = 320;

function Load() {
  const shift = state.shift.value;
  return html`<section class="panel"><h2>${t('mw.shift')}</h2><p class="meta">${t('mw.shiftSub')}</p><dl class="facts-list"><div><dt>${t('mw.since')}</dt><dd>${timeOf(shift.since)}</dd></div><div><dt>${t('mw.cases')}</dt><dd class="num">${shift.cases.length}</dd></div><div><dt>${t('mw.hard')}</dt><dd class="num">${shift.hard}</dd></div><div><dt>${t('mw.read')}</dt><dd class="num">${shift.exposed} / ${EXPOSURE_BUDGET}</dd></div></dl>
    <svg class="bar-line" preserveAspectRatio="xMinYMid" viewBox=${`0 0 ${WIDE} 18`} aria-hidden="true"><rect y="5" width=${WIDE} height="8" rx="4" fill="var(--sunken)" /><rect y="5" width=${Math.round(WIDE * Math.min(1, used(shift)))} height="8" rx="4" fill="var(--chart-mood)" /></svg>
    <p class="meta"><${Icon} name="cup" size="s" /> ${t(used(shift) >= 1 ? 'pause.budget' : 'mw.fine')}</p></section>`;
}

function Page() {
  const { value, view } = useRead(() => Promise.all([ask('GET', 'moderation/stats/'), ask('GET', 'moderation/duty/')]));
  if (view) return view;
  const [{ mine }, duty] = value;
  return html`<p class="lead">${t('mw.lead', { name: duty.name })}</p><div class="wall"><section class="panel"><h2>${t('mw.day')}</h2><dl class="facts-list">${['held', 'claimed', 'decided'].map((name) => html`<div key=${name}><dt>${t(`mw.${name}`)}</dt><dd class="num">${mine[name]}</dd></div>`)}</dl></section><${Load} /></div>`;
}

mount(html`<${Page} />`);
