// A chart's card: its title, the finding as a sentence, the chart, and the table beside it.
import { Icon, html, useState } from '../../ui.js';
import { t } from '../say.js';
import { briefDay, datedDay } from '../when.js';
import { Chart } from './chart.js';

const ROWS = 31;

/** A table, a month of rows at a time. */
export function Table({ table, caption, all = false }) {
  const [page, turn] = useState(0);
  const pages = Math.ceil(table.rows.length / ROWS);
  const shown = all ? table.rows : table.rows.slice(ROWS * page, ROWS * (page + 1));
  const year = table.rows.length && table.rows[0].day.slice(0, 4) !== table.rows.at(-1).day.slice(0, 4);
  return html`<div class="scroll-x" tabindex="0" role="region" aria-label=${caption}><table class="plain-t"><caption class="sr">${caption}</caption><thead><tr>${table.heads.map((head) => html`<th key=${head} scope="col">${head}</th>`)}</tr></thead>
    <tbody>${shown.map(({ day, key, cells }) => html`<tr key=${key ?? day}><th scope="row">${year || all ? datedDay(day) : briefDay(day)}</th>${cells.map((cell, n) => html`<td key=${n} class="num">${cell}</td>`)}</tr>`)}</tbody></table></div>
    ${!all && pages > 1 && html`<p class="acts-row pages"><button type="button" class="btn dense" disabled=${page === 0} onClick=${() => turn(page - 1)}>${t('h.newer')}</button><span class="meta" role="status">${t('h.page', { page: page + 1, pages })}</span><button type="button" class="btn dense" disabled=${page + 1 >= pages} onClick=${() => turn(page + 1)}>${t('older')}</button></p>`}`;
}

/** One figure's card. */
export function Card({ figure, onUnit }) {
  const { name, finding, label, spec, says, table, other } = figure;
  return html`<section class="panel card" data-card=${name} aria-labelledby=${`c-${name}`}><div class="card-h"><h2 id=${`c-${name}`}>${t(`h.${name}Title`)}</h2><p><b class="num">${finding[0]}</b> ${finding[1]}</p></div>
    ${other && html`<p class="acts-row"><button type="button" class="btn quiet dense" onClick=${() => onUnit(other)}>${t('h.inUnit', { unit: other.unit })}</button></p>`}
    ${spec && html`<${Chart} name=${name} spec=${spec} label=${label} says=${says} />`}
    <details open=${table.open}><summary><${Icon} name="table" size="s" />${t('h.asTable')}<span class="sr">: ${t(`h.${name}Title`)}</span></summary><${Table} table=${table} caption=${t(`h.${name}Title`)} /></details></section>`;
}

/** The goals and how far they are. */
export function Goals({ goals }) {
  if (!goals.length) return null;
  return html`<section class="panel card" data-card="goals" aria-labelledby="c-goals"><div class="card-h"><h2 id="c-goals">${t('h.goalsTitle')}</h2></div>
    <ul class="goals">${goals.map(({ id, title, line, part }) => html`<li key=${id}><p><b id=${`g-${id}`}>${title}</b> <span class="meta">${line}</span></p>
      ${part === null ? html`<p class="meta">${t('h.goalUnknown')}</p>` : html`<p class="meter"><progress aria-labelledby=${`g-${id}`} max="1" value=${part}></progress><b class="num">${Math.round(part * 100)} %</b></p>`}</li>`)}</ul></section>`;
}
