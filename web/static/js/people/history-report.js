// The report: what was noted in a range, as a doctor can read it, to be printed or kept as a PDF by the browser.
import { Icon, html, signal, useEffect, useMemo } from '../ui.js';
import { spoken, timeOf } from '../i18n/speak.js';
import { describe } from './family/words.js';
import { Table } from './history/cards.js';
import { Chart } from './history/chart.js';
import { figures, goals, journal, setting } from './history/figures.js';
import * as state from './history/state.js';
import { Broken, Loading } from './loading.js';
import { mount } from './mount.js';
import { t } from './say.js';
import { briefDay, datedDay, range, shortest } from './when.js';

const when = { brief: briefDay, dated: datedDay, shorter: shortest, time: timeOf };
const name = signal('');
const withJournal = signal(false);
const AS_TABLE = new Set(['seizures']); // each counts; of the others the chart and the facts say enough

function Controls() {
  return html`<section class="panel pad-in no-print" aria-label=${t('r.print')}><div class="form"><div class="f"><label for="r-name">${t('r.name')}</label><input id="r-name" type="text" maxlength="80" autocomplete="off" aria-describedby="r-hint" value=${name.value} onInput=${({ target }) => { name.value = target.value; }} /><p class="hint" id="r-hint">${t('r.nameHint')}</p></div>
    ${state.read.value?.journal?.length > 0 && html`<label class="check"><input type="checkbox" checked=${withJournal.value} onChange=${({ target }) => { withJournal.value = target.checked; }} /><span>${t('r.journal')}</span></label>`}
    <p class="acts-row"><button type="button" class="btn lamp" onClick=${() => print()}><${Icon} name="print" />${t('r.print')}</button><a class="btn" href=${state.address('/history/')}>${t('r.back')}</a></p><p class="hint">${t('r.printHint')}</p></div></section>`;
}

function Facts({ facts }) {
  return html`<dl class="facts">${facts.map(([what, value]) => html`<div key=${what}><dt>${what}</dt><dd class="num">${value}</dd></div>`)}</dl>`;
}

// What a seizure's row cannot hold: features, what came before, what was given.
function Details({ rows }) {
  const told = rows.map(({ day, entry }) => {
    const { lines } = describe({ kind: 'activity.logged', category: 'seizures', entry: { ...entry, duration_s: null, end: null } }, t);
    return { id: entry.id, day, at: entry.start, text: [entry.features?.join(', '), ...lines].filter(Boolean).join('; ') };
  }).filter(({ text }) => text);
  if (!told.length) return null;
  return html`<h3>${t('r.also')}</h3><ul class="notes">${told.map(({ id, day, at, text }) => html`<li key=${id}><b>${briefDay(day)}, ${timeOf(at)}</b> ${text}</li>`)}</ul>`;
}

function Figure({ figure }) {
  const { name: which, facts, spec, label, says, table } = figure;
  return html`<section class="sheet-part" aria-labelledby=${`r-${which}`}><h2 id=${`r-${which}`}>${t(`h.${which}Title`)}</h2><${Facts} facts=${facts} />
    ${spec && html`<${Chart} name=${which} spec=${spec} label=${label} says=${says} />`}
    ${AS_TABLE.has(which) && html`<${Table} table=${table} caption=${t(`h.${which}Title`)} all /><${Details} rows=${table.rows} />`}
    ${figure.missedDoses?.length > 0 && html`<h3>${t('r.missedDoses')}</h3><ul class="notes">${figure.missedDoses.map((dose) => html`<li key=${dose.id}><b>${briefDay(dose.day)}, ${timeOf(dose.at)}</b> ${dose.name}${dose.dose ? ` ${dose.dose}` : ''}</li>`)}</ul>`}</section>`;
}

function Sheet() {
  const read = state.read.value;
  const s = useMemo(() => setting(read.of, { t, language: spoken, when, unit: state.unit }), [read]);
  // A chart over which the journal's words stand is part of the journal.
  const kept = withJournal.value;
  const shown = useMemo(() => figures(kept ? read : { ...read, journal: null }, s), [read, kept]);
  const aims = goals(read, s);
  const { from, to } = read.of;
  return html`<article class="panel sheet"><header><h1>${t('r.title')}</h1><dl class="facts"><div><dt>${t('r.of')}</dt><dd>${name.value || '…………………………'}</dd></div><div><dt>${t('r.days')}</dt><dd>${range(from, to)}</dd></div><div><dt>${t('r.made')}</dt><dd>${datedDay(state.today)}</dd></div></dl><p class="meta">${t('r.noted')}</p></header>
    ${shown.map((figure) => html`<${Figure} key=${figure.name} figure=${figure} />`)}
    ${!shown.length && html`<p class="empty">${t('h.nothing')}</p>`}
    ${aims.length > 0 && html`<section class="sheet-part" aria-labelledby="r-goals"><h2 id="r-goals">${t('h.goalsTitle')}</h2><ul class="notes">${aims.map(({ id, title, line, part }) => html`<li key=${id}><b>${title}</b> ${line}, ${part === null ? t('h.goalUnknown') : `${Math.round(part * 100)} %`}</li>`)}</ul></section>`}
    ${kept && html`<section class="sheet-part" aria-labelledby="r-journal"><h2 id="r-journal">${t('h.journalTitle')}</h2><ul class="notes">${journal(read).map(({ id, day, at, text }) => html`<li key=${id}><b>${briefDay(day)}, ${timeOf(at)}</b> ${text}</li>`)}</ul></section>`}</article>`;
}

// Paper is light, whatever the room: the charts are drawn anew in its colours, and back afterwards.
function useLightPaper() {
  useEffect(() => {
    let before = null;
    const on = () => {
      before = document.documentElement.dataset.theme ?? '';
      document.documentElement.dataset.theme = 'light';
    };
    const off = () => {
      if (before) document.documentElement.dataset.theme = before;
      else delete document.documentElement.dataset.theme;
    };
    addEventListener('beforeprint', on);
    addEventListener('afterprint', off);
    return () => {
      removeEventListener('beforeprint', on);
      removeEventListener('afterprint', off);
    };
  }, []);
}

function Page() {
  useLightPaper();
  const { failed, who, read } = state;
  const head = html`<h1>${t('r.title')}</h1>`;
  if (failed.value) return html`${head}<${Broken} refusal=${failed.value} again=${state.load} />`;
  if (!who.value || (who.value.sees?.size && !read.value)) return html`${head}<${Loading} />`;
  if (!who.value.sees?.size) return html`${head}<div class="empty"><b>${t('h.notYours')}</b>${t('h.notYoursSub')}<a class="btn" href="/family/">${t('h.toFamily')}</a></div>`;
  return html`<div class="report"><${Controls} /><${Sheet} /></div>`;
}

mount(html`<${Page} />`);
state.load();
