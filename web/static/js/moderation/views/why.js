// Why a case is here: what fired and what nearly did, the scores, earlier episodes, what its level asks, the card.
import { Icon, html, useEffect, useState } from '../../ui.js';
import { dateOf } from '../../i18n/speak.js';
import { knock } from '../../people/http.js';
import { t, tOr, words } from '../say.js';
import * as state from '../state.js';
import { Care } from './care.js';
import { Level } from './level.js';

const THRESHOLDS = JSON.parse(document.body.dataset.thresholds || '{}');
const WIDE = 120;

// The latest word of each rule, the strictest first.
function fired(reasons) {
  const rules = new Map();
  for (const flag of reasons) for (const reason of flag.reasons) if (reason.score === undefined) rules.set(reason.rule, reason);
  return [...rules.values()];
}

function nearest(reasons) {
  return reasons.flatMap(({ nearest: near }) => near ?? []).at(-1) ?? null;
}

const ruleName = ({ rule, category }) => tOr(`rule.${rule.split('.').slice(1).join('.')}`, tOr(`cat.${category}`, category));

function Rule({ reason, near = false }) {
  return html`<li><span class=${near ? 'near' : 'fired'}><${Icon} name=${near ? 'x' : 'check'} size="s" /></span><div><b>${near ? t('nearest') : ruleName(reason)}</b><code>${reason.rule} v${reason.version}${near ? '' : `, ${reason.level}`}</code>
    ${near && html`<p class="meta">${t('keptQuiet', { name: ruleName(reason), guard: reason.guard ?? '' })}</p>`}</div></li>`;
}

function Raised({ reasons }) {
  const rules = fired(reasons);
  const near = nearest(reasons);
  const reports = state.context.value.reports ?? [];
  return html`<section><h3>${t('raised', { level: state.current.value?.level ?? '' })}</h3><ul class="reasons">${rules.map((reason) => html`<${Rule} key=${reason.rule} reason=${reason} />`)}
    ${reports.map((one, n) => html`<li key=${n}><span class="fired"><${Icon} name="flag" size="s" /></span><div><b>${t(`report.${one.reason}`)}</b>${one.note && html`<p class="meta">${one.note}</p>`}</div></li>`)}
    ${near && html`<${Rule} reason=${near} near />`}${!rules.length && !reports.length && html`<li class="meta">${t('noRule')}</li>`}</ul></section>`;
}

function Score({ label, value }) {
  const from = THRESHOLDS[label];
  const hot = from !== undefined && value >= from;
  return html`<div><dt>${tOr(`score.${label}`, label)}</dt><dd><svg viewBox=${`0 0 ${WIDE} 12`} aria-hidden="true"><rect y="3" width=${WIDE} height="6" rx="3" fill="var(--sunken)" /><rect y="3" width=${Math.max(2, Math.round(WIDE * value))} height="6" rx="3" fill=${hot ? 'var(--chart-seizure)' : 'var(--chart-sleep)'} />
    ${from !== undefined && html`<path d=${`M${Math.round(WIDE * from)} 0v12`} stroke="var(--ink)" stroke-width="1.5" />`}</svg><span class="num">${value.toFixed(2)}</span>${hot && html`<span class="sr">${t('overLine')}</span>`}</dd></div>`;
}

function Scores({ reasons }) {
  const scored = reasons.filter(({ scores }) => scores).at(-1);
  const owed = reasons.some(({ scoring }) => scoring === 'unscored');
  if (!scored) return html`<section><h3>${t('classifier')}</h3><p class="meta">${t(owed ? 'scoreOwed' : 'notScored')}</p></section>`;
  return html`<section><h3>${t('classifier')} <small class="meta">${scored.model_version}</small></h3>
    <dl class="scores">${Object.entries(scored.scores).filter(([label, value]) => typeof value === 'number' && label !== 'sentiment').map(([label, value]) => html`<${Score} key=${label} label=${label} value=${value} />`)}</dl><p class="meta">${t('lineIs')}</p></section>`;
}

function Earlier({ episodes }) {
  return html`<section><h3>${t('earlier')}</h3>${episodes.length === 0 ? html`<p class="meta">${t('noEarlier')}</p>`
    : html`<ul class="early">${episodes.map((one) => html`<li key=${one.case}><span class="num">${dateOf(one.opened_at)}</span><${Level} level=${one.level} /><span>${one.decision ? tOr(`action.${one.decision}`, one.decision) : t(`st.${one.state}`)}, ${t('flags', { count: one.flags })}</span></li>`)}</ul>`}</section>`;
}

function Policy({ level }) {
  return html`<section><h3>${t('asks', { level })}</h3><ol class="policy">${(words.policy[level] ?? []).map((line) => html`<li key=${line}>${line}</li>`)}</ol></section>`;
}

function Card({ language }) {
  const [card, setCard] = useState(null);
  useEffect(() => {
    let here = true;
    knock('GET', `/moderation/card/?language=${encodeURIComponent(language)}`).then(({ ok, body }) => here && ok && setCard(body), () => {});
    return () => { here = false; };
  }, [language]);
  return html`<section><h3>${t('theCard')} <small class="meta">${language}</small></h3>${card ? html`<${Care} card=${card} />` : html`<p class="meta">${t('loading')}</p>`}</section>`;
}

/** The pane that tells why. */
export function Why() {
  const context = state.context.value;
  const one = state.current.value;
  return html`<section class="why" id="why" tabindex="-1" aria-labelledby="w-h"><div class="pane-h"><h2 id="w-h">${t('whyCase')}</h2><kbd>w</kbd></div>
    ${context && one ? html`<${Raised} reasons=${context.reasons} /><${Scores} reasons=${context.reasons} /><${Earlier} episodes=${context.episodes} /><${Policy} level=${one.level} /><${Card} language=${known(context.language)} />` : html`<p class="meta why-none">${t('whyNone')}</p>`}<${SelfCare} /></section>`;
}

const known = (language) => (!language || language === 'und' ? document.documentElement.lang : language);

function SelfCare() {
  const why = state.pauseFor.value;
  const exposed = state.shift.value.exposed;
  const text = why ? t(`pause.${why}`) : t('exposed', { count: exposed });
  return html`<section class="selfcare" aria-label=${t('care')}><p><${Icon} name="cup" size="s" /><span>${text}</span></p><button type="button" class="btn dense" onClick=${() => { state.dialog.value = { kind: 'pause' }; }}>${t('pause')}</button></section>`;
}
