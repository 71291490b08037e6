// History: what the days came to, as charts with their tables, and a month at a glance.
import { Icon, html, useMemo } from '../ui.js';
import { spoken, timeOf } from '../i18n/speak.js';
import { useForm, Field, FormError } from './form.js';
import { Card, Goals } from './history/cards.js';
import { Calendar } from './history/calendar.js';
import { figures, goals, journal, setting } from './history/figures.js';
import * as series from './history/series.js';
import * as state from './history/state.js';
import { Broken, Loading } from './loading.js';
import { mount } from './mount.js';
import { Refusal } from './refusal.js';
import { t } from './say.js';
import { addDays } from './today/days.js';
import { briefDay, datedDay, range, shortest } from './when.js';

const when = { brief: briefDay, dated: datedDay, shorter: shortest, time: timeOf };
const set = (of) => setting(of, { t, language: spoken, when, unit: state.unit });

function Spans() {
  return html`<div class="span" role="group" aria-label=${t('h.span')}>${Object.entries(state.SPANS).map(([name, long]) => html`<button key=${name} type="button" aria-pressed=${String(state.span.value === name)} onClick=${() => state.choose({ from: addDays(state.today, 1 - long), to: state.today })}>${t(`h.span.${name}`)}</button>`)}</div>`;
}

function Range() {
  const { from, to } = state.range.value;
  const form = useForm(async (asked) => {
    const found = state.rangeOf(asked.from, asked.to);
    if (found.from !== asked.from || found.to !== asked.to) throw new Refusal(422, { fields: { to: { code: 'range' } } });
    state.choose(found);
  });
  const move = (how) => state.choose(how(state.range.value, state.today));
  return html`<div class="range"><button type="button" class="btn dense" onClick=${() => move(series.before)}><${Icon} name="back" size="s" />${t('h.before')}</button>
    <button type="button" class="btn dense" disabled=${to >= state.today} onClick=${() => move(series.after)}>${t('h.after')}<${Icon} name="next" size="s" /></button>
    <details class="more-d"><summary>${t('h.other')}</summary><form class="form dates" key=${from + to} onSubmit=${form.onSubmit} novalidate><${Field} of=${form} name="from" type="date" label=${t('h.from')} max=${state.today} value=${from} required /><${Field} of=${form} name="to" type="date" label=${t('h.to')} max=${state.today} value=${to} required /><${FormError} of=${form} /><p><button class="btn dense">${t('h.show')}</button></p></form></details></div>`;
}

function Greet() {
  const { who } = state;
  const { from, to } = state.range.value;
  const title = who.value && !who.value.own ? (who.value.name ? t('daysOf', { name: who.value.name }) : t('h.someone')) : t(state.span.value ? `h.title.${state.span.value}` : 'h.title');
  return html`<div class="hist-h"><div class="greet"><h1>${title}</h1><p class="meta">${range(from, to)}${who.value?.clinician ? ` · ${t('h.asClinician')}` : ''}</p></div>
    ${who.value?.sees?.size > 0 && html`<${Spans} /><a class="btn dense print" href=${state.address('/history/report/')}><${Icon} name="print" size="s" />${t('h.visit')}</a>`}</div>`;
}

function Notes({ notes }) {
  if (!notes.length) return null;
  return html`<section class="panel card" data-card="journal" aria-labelledby="c-journal"><div class="card-h"><h2 id="c-journal">${t('h.journalTitle')}</h2></div>
    <ol class="notes">${notes.slice(0, 20).map(({ id, at, day, text }) => html`<li key=${id}><b>${briefDay(day)}</b> <span class="meta">${timeOf(at)}</span><p>${text}</p></li>`)}</ol>${notes.length > 20 && html`<p class="meta">${t('h.notesMore', { count: notes.length - 20 })}</p>`}</section>`;
}

function Cards() {
  const read = state.read.value;
  const s = useMemo(() => set(read.of), [read, state.unit('weight')]);
  const shown = useMemo(() => figures(read, s), [read, s]);
  const aims = goals(read, s);
  const notes = journal(read);
  const nothing = !shown.length && !notes.length;
  return html`${nothing && html`<div class="empty"><b>${t('h.nothing')}</b>${t(state.who.value.own ? 'h.nothingOwn' : 'h.nothingTheirs')}${state.who.value.own && html`<a class="btn lamp" href="/today/">${t('h.toToday')}</a><a class="btn" href="/settings/#bring">${t('im.title')}</a>`}</div>`}
    <div class="cards" aria-busy=${String(state.loading.value)}><div>${shown.filter((_, n) => n % 2 === 0).map((figure) => html`<${Card} key=${figure.name} figure=${figure} onUnit=${state.readIn} />`)}</div>
      <div>${shown.filter((_, n) => n % 2).map((figure) => html`<${Card} key=${figure.name} figure=${figure} onUnit=${state.readIn} />`)}<${Calendar} number=${s.number} /><${Goals} goals=${aims} /><${Notes} notes=${notes} /></div></div>`;
}

function Main() {
  const { failed, who, read } = state;
  if (failed.value) return html`<${Broken} refusal=${failed.value} again=${begin} />`;
  if (!who.value || (who.value.sees?.size && !read.value)) return html`<${Loading} />`;
  if (!who.value.sees) return html`<div class="empty"><b>${t('h.notYours')}</b>${t('h.notYoursSub')}<a class="btn" href="/family/">${t('h.toFamily')}</a></div>`;
  if (!who.value.sees.size) return html`<div class="empty"><b>${t('youSeeNothing', { name: who.value.name })}</b>${t('h.sharesNothingSub')}<a class="btn" href="/family/">${t('h.toFamily')}</a></div>`;
  return html`<${Range} /><${Cards} />`;
}

function Page() {
  return html`<div class="history"><${Greet} /><${Main} /></div>`;
}

async function begin() {
  await state.load();
  state.loadMonth();
}

mount(html`<${Page} />`);
begin();
