// The supervisors' wall: who is here, what waits at each level, how long things take.
import { html } from '../../ui.js';
import { timeOf } from '../../i18n/speak.js';
import { ask } from '../../people/http.js';
import { LEVELS, running } from '../queue.js';
import { t } from '../say.js';
import { Level } from '../views/level.js';
import { mount, useRead } from './desk.js';

const EVERY_MS = 60_000;
const WIDE = 320;
const STEPS = ['claim', 'first_reply', 'decision'];
const told = (seconds) => (seconds === null ? t('w.never') : running(1000 * seconds));

function Levels({ levels }) {
  return html`<section class="panel"><h2>${t('w.waits')}</h2><table><thead><tr><th scope="col">${t('w.level')}</th><th scope="col" class="n">${t('w.waiting')}</th><th scope="col" class="n">${t('w.overdue')}</th><th scope="col" class="n">${t('w.oldest')}</th></tr></thead>
    <tbody>${LEVELS.map((level) => { const one = levels[level]; return html`<tr key=${level}><th scope="row"><${Level} level=${level} /></th><td class="n">${one.waiting}</td><td class=${one.overdue ? 'n bad' : 'n'}>${one.overdue}</td><td class="n">${one.oldest_at ? running(Date.now() - Date.parse(one.oldest_at)) : t('none')}</td></tr>`; })}</tbody></table></section>`;
}

// Two lengths on one line: half of all were done by the first mark, nineteen of twenty by the second.
function Bar({ span, most }) {
  const x = (seconds) => Math.max(2, Math.round(WIDE * seconds / most));
  if (!span.count) return html`<p class="meta">${t('w.none')}</p>`;
  return html`<svg class="bar-line" preserveAspectRatio="xMinYMid" viewBox=${`0 0 ${WIDE} 18`} aria-hidden="true"><rect y="5" width=${WIDE} height="8" rx="4" fill="var(--sunken)" /><rect y="5" width=${x(span.p95)} height="8" rx="4" fill="var(--chart-sleep)" opacity=".45" /><rect y="5" width=${x(span.p50)} height="8" rx="4" fill="var(--chart-sleep)" /><path d=${`M${x(span.p95)} 1v16`} stroke="var(--ink)" stroke-width="2" /></svg>`;
}

function Times({ times }) {
  const most = Math.max(1, ...STEPS.map((name) => times[name].p95 ?? 0));
  return html`<section class="panel"><h2>${t('w.times')}</h2><p class="meta">${t('w.timesSub')}</p>
    ${STEPS.map((name) => html`<div key=${name} class="took"><h3>${t(`w.${name}`)}</h3><${Bar} span=${times[name]} most=${most} /></div>`)}
    <table><thead><tr><th scope="col">${t('w.step')}</th><th scope="col" class="n">${t('w.count')}</th><th scope="col" class="n">p50</th><th scope="col" class="n">p95</th></tr></thead>
    <tbody>${STEPS.map((name) => html`<tr key=${name}><th scope="row">${t(`w.${name}`)}</th><td class="n">${times[name].count}</td><td class="n">${told(times[name].p50)}</td><td class="n">${told(times[name].p95)}</td></tr>`)}</tbody></table></section>`;
}

function People({ people }) {
  return html`<section class="panel"><h2>${t('w.people')} <span class="num">${people.length}</span></h2>${people.length === 0 ? html`<p class="meta">${t('w.nobody')}</p>`
    : html`<table><thead><tr><th scope="col">${t('w.name')}</th><th scope="col">${t('w.role')}</th><th scope="col" class="n">${t('w.since')}</th><th scope="col" class="n">${t('w.held')}</th></tr></thead>
    <tbody>${people.map((one) => html`<tr key=${one.name}><th scope="row">${one.name}</th><td>${t(`role.${one.role}`)}</td><td class="n">${one.since ? timeOf(one.since) : ''}</td><td class="n">${one.held}</td></tr>`)}</tbody></table>`}</section>`;
}

function Page() {
  const { value, view } = useRead(() => ask('GET', 'moderation/stats/'), EVERY_MS);
  if (view) return view;
  return html`<p class="lead">${t('w.lead')}</p><div class="wall"><${People} people=${value.on_duty} /><${Levels} levels=${value.levels} /><${Times} times=${value.times} /></div>`;
}

mount(html`<${Page} />`);
