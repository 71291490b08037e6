// The month: what each day holds, in marks and in words.
import { Icon, html } from '../../ui.js';
import { t } from '../say.js';
import { longDay, monthOf, weekdayTwo } from '../when.js';
import { addMonths, calendar } from './series.js';
import { cell } from './figures.js';
import * as state from './state.js';

const MONDAY = ['2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20', '2026-11-21', '2026-11-22']; // any week gives the names

function Day({ day, line, number }) {
  if (!day) return html`<td></td>`;
  const { words, mood, slept, seizures } = cell(line, { t, number });
  const marks = html`<b aria-hidden="true">${Number(day.slice(8))}</b><span class="marks" aria-hidden="true">${mood !== null && html`<i class=${`m m${Math.round(mood)}`}>${number(Math.round(mood))}</i>`}${slept && html`<${Icon} name="moon" size="s" />`}${seizures > 0 && html`<${Icon} name="zap" size="s" />`}</span><span class="sr">${longDay(day)}: ${words}</span>`;
  const now = day === state.today ? 'date' : undefined;
  if (day > state.today) return html`<td class="future-d">${Number(day.slice(8))}</td>`;
  return html`<td>${state.who.value.own ? html`<a href=${`/today/?day=${day}`} aria-current=${now}>${marks}</a>` : html`<span aria-current=${now}>${marks}</span>`}</td>`;
}

/** The calendar of one month, and the way to the others. */
export function Calendar({ number }) {
  const month = state.month.value;
  const lines = new Map((state.monthLines.value ?? []).map((line) => [line.date, line]));
  const move = (n) => state.loadMonth(addMonths(month, n));
  return html`<section class="panel card" data-card="month" aria-labelledby="c-month"><div class="card-h month-h"><h2 id="c-month" aria-live="polite">${monthOf(`${month}-01`)}</h2>
    <p><button type="button" class="icon-btn" aria-label=${t('h.monthBefore')} onClick=${() => move(-1)}><${Icon} name="back" /></button><button type="button" class="icon-btn" aria-label=${t('h.monthAfter')} disabled=${month >= state.today.slice(0, 7)} onClick=${() => move(1)}><${Icon} name="next" /></button></p></div>
    <table class="month" aria-busy=${String(!state.monthLines.value)}><thead><tr>${MONDAY.map((day) => html`<th key=${day} scope="col">${weekdayTwo(day)}</th>`)}</tr></thead>
      <tbody>${calendar(month).map((week, n) => html`<tr key=${n}>${week.map((day, at) => html`<${Day} key=${day ?? at} day=${day} line=${lines.get(day)} number=${number} />`)}</tr>`)}</tbody></table>
    <p class="meta legend"><span><i class="m m6" aria-hidden="true">6</i> ${t('h.moodTitle')}</span><span><${Icon} name="moon" size="s" /> ${t('h.sleepTitle')}</span><span><${Icon} name="zap" size="s" /> ${t('h.seizuresTitle')}</span></p></section>`;
}
