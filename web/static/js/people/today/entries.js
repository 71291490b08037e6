// The week, and what was noted on the day looked at.
import { Icon, html, useEffect, useRef } from '../../ui.js';
import { timeOf } from '../../i18n/speak.js';
import { describe } from '../family/words.js';
import { fieldError } from '../form.js';
import { refusalOf } from '../refusal.js';
import { t } from '../say.js';
import { longDay, weekdayTwo } from '../when.js';
import { Loading } from '../loading.js';
import { addDays, fullness } from './days.js';
import { KINDS } from './kinds.js';
import * as state from './state.js';

/** The seven days of the week looked at, each with how much it holds. */
export function Week() {
  const first = state.week.value[0].day;
  return html`<nav class="week-nav" aria-label=${t('d.week')}><button type="button" class="icon-btn" aria-label=${t('d.weekBefore')} onClick=${() => state.choose(addDays(state.day.value, -7))}><${Icon} name="back" /></button>
    <ol class="week">${state.week.value.map((one) => html`<${Day} key=${one.day} ...${one} />`)}</ol>
    <button type="button" class="icon-btn" aria-label=${t('d.weekAfter')} disabled=${addDays(first, 7) > state.today.value} onClick=${() => state.choose(later(state.day.value))}><${Icon} name="next" /></button></nav>`;
}

const later = (day) => (addDays(day, 7) > state.today.value ? state.today.value : addDays(day, 7));

function Day({ day, count }) {
  const face = html`<span aria-hidden="true">${weekdayTwo(day)}</span><b aria-hidden="true">${Number(day.slice(8))}</b>`;
  if (day > state.today.value) return html`<li><span class="future">${face}<span class="sr">${longDay(day)}</span></span></li>`;
  const known = state.loaded.value || count > 0;
  return html`<li><button type="button" aria-current=${day === state.day.value ? 'date' : undefined} onClick=${() => state.choose(day)}>${face}
    <i class=${`d${known ? fullness(count) : 0}`} aria-hidden="true"></i><span class="sr">${longDay(day)}${known ? `, ${t(count ? 'd.entries' : 'd.entriesNone', { count })}` : ''}</span></button></li>`;
}

/** When it was, in words. */
function when({ kind, entry, at }) {
  if (kind === 'sleep') return t('d.fromTo', { from: timeOf(entry.start), to: timeOf(entry.end) });
  return timeOf(at);
}

/** The title and the rest of an item, in words. */
export function inWords(item) {
  const said = describe({ kind: 'activity.logged', category: item.category, entry: item.entry }, t);
  const told = { ...said, lines: said.lines.map((line) => line.charAt(0).toLowerCase() + line.slice(1)) }; // they follow a time
  if (item.kind === 'water') return { title: t('w.water', { n: String(Math.round(item.entry.water_ml)) }), lines: item.entry.note ? [t('w.quoted', { text: item.entry.note })] : [] };
  if (item.kind === 'exercise' && item.entry.kind === 'walk') return { ...told, title: told.title.replace(/^Walk/, t('d.walk')) };
  return told;
}

const WAITS = { waiting: 'd.waits', failed: 'd.failed' };

function why({ id, error }) {
  if (!error) return '';
  if (!state.own && (error.status === 403 || (error.status === 404 && !id))) return t('d.notLet', { name: state.ownerName.value });
  const refusal = refusalOf(error.status, error.body);
  const [wrong] = Object.entries(refusal.fields);
  if (wrong) return `${t(`d.f.${wrong[0]}`)}: ${fieldError(...wrong)}`;
  return refusal.code === 'not_found' ? t('d.goneElsewhere') : refusal.said || t('err.field');
}

function Row({ item }) {
  const { title, lines } = inWords(item);
  const row = useRef(null);
  const isNew = state.isFresh(item);
  useEffect(() => {
    if (isNew) row.current?.scrollIntoView({ block: 'nearest' });
  }, [isNew, item.state, state.stopped.value]);
  const told = [when(item), ...lines, state.addedBy(item.entry)].filter(Boolean).join(', ');
  const undo = isNew && item.state !== 'failed' && state.mayChange(item);
  return html`<li ref=${row} class=${`entry${isNew ? ' fresh' : ''}${item.state === 'failed' ? ' bad' : ''}`} data-kind=${item.kind} data-state=${item.state}>
    <${Icon} name=${KINDS[item.kind].icon} /><div><b>${title}</b><span class="meta">${told}${item.state === 'stored' ? '' : html`, <em>${t(WAITS[item.state])}</em>`}</span>
      ${item.state === 'failed' && html`<span class="state bad"><${Icon} name="warn" size="s" /><span>${why(item)}</span></span>`}</div>
    <span class="entry-acts">${undo && html`<button type="button" class="btn quiet dense" onClick=${() => state.undo(item)}>${t('d.undo')}<span class="sr">: ${title}</span></button>`}
      ${state.mayChange(item) && html`<button type="button" class="icon-btn" aria-label=${t('d.edit', { what: `${title}, ${when(item)}` })} onClick=${() => { state.editing.value = { kind: item.kind, item }; }}><${Icon} name="pen" /></button>`}</span></li>`;
}

function InBed() {
  const since = state.bed.value;
  if (!since || state.day.value !== state.today.value) return null;
  return html`<li class="entry fresh" data-kind="bed"><${Icon} name="moon" /><div><b>${t('d.inBed')}</b><span class="meta">${t('d.since', { time: timeOf(since) })}</span></div>
    <span class="entry-acts"><button type="button" class="btn quiet dense" onClick=${() => state.goToBed(null)}>${t('d.undo')}</button></span></li>`;
}

/** What was noted on the day, in the order of its times. */
export function Entries() {
  const items = state.ofDay.value;
  const broken = state.broken.value;
  const heading = html`<h2 class="sr">${t('d.notedOn', { day: longDay(state.day.value) })}</h2>`;
  const again = broken && broken.status !== 0 && html`<div class="empty" role="alert"><b>${t('broken')}</b>${t('brokenSub')}<button type="button" class="btn" onClick=${state.load}>${t('tryAgain')}</button></div>`;
  if (!state.loaded.value && !broken && !items.length && !state.bed.value) return html`${heading}<${Loading} />`;
  if (!items.length && !state.bed.value) return html`${heading}${again || html`<p class="nothing">${state.tw(state.day.value === state.today.value ? 'd.nothing' : 'd.nothingThen')}</p>`}`;
  return html`${heading}${again}<ol class="entries">${items.map((item) => html`<${Row} key=${item.queued ?? item.key} item=${item} />`)}<${InBed} /></ol>`;
}

/** What was refused of somebody else's days: it stays until one puts it away, or it may be sent after all. */
export function Refused() {
  const items = state.own ? [] : state.refused.value;
  if (!items.length) return null;
  return html`<section class="refused" role="alert" aria-labelledby="refused-h"><h2 id="refused-h">${t('d.refused')}</h2><ol class="entries">${items.map((item) => html`<${RefusedRow} key=${item.queued} item=${item} />`)}</ol></section>`;
}

function RefusedRow({ item }) {
  const { title, lines } = inWords(item);
  return html`<li class="entry bad" data-kind=${item.kind} data-state="failed"><${Icon} name=${KINDS[item.kind].icon} /><div><b>${title}</b><span class="meta">${[longDay(item.day), when(item), ...lines].join(', ')}</span>
      <span class="state bad"><${Icon} name="warn" size="s" /><span>${why(item)}</span></span></div>
    <span class="entry-acts">${state.adds.value?.has(item.category) && html`<button type="button" class="btn quiet dense" onClick=${() => state.sendAgain(item)}>${t('d.sendAgain')}<span class="sr">: ${title}</span></button>`}
      <button type="button" class="btn quiet dense" onClick=${() => state.dismiss(item)}>${t('d.dismiss')}<span class="sr">: ${title}</span></button></span></li>`;
}
