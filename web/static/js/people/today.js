// Today: what was noted, and one tap for what is to be.
import { Icon, html } from '../ui.js';
import { toSignIn } from './http.js';
import { mount } from './mount.js';
import { t } from './say.js';
import { Entries, Refused, Week } from './today/entries.js';
import { EntryForm } from './today/entry-form.js';
import { partOfDay } from './today/kinds.js';
import { Pad } from './today/pad.js';
import * as state from './today/state.js';
import { Village } from './today/village.js';
import { longDay, shortDay, weekday } from './when.js';

function Greet() {
  const isToday = state.day.value === state.today.value;
  const count = state.ofDay.value.length;
  const lead = state.loaded.value || count ? t(count ? 'd.count' : 'd.countNone', { count }) : '';
  if (!state.own) return html`<${GreetOf} isToday=${isToday} lead=${lead} />`;
  const title = isToday ? t(`d.title.${partOfDay(Date.now())}`, { day: weekday(state.day.value) }) : longDay(state.day.value);
  return html`<div class="greet"><h1>${title.charAt(0).toUpperCase() + title.slice(1)}</h1>${!isToday && html`<button type="button" class="btn dense back" onClick=${() => state.choose(state.today.value)}>${t('d.toToday')}</button>`}
    <p class="meta">${isToday ? `${shortDay(state.day.value)}. ${lead}` : lead}</p></div>`;
}

// Whose days these are stands over them and over the pad: nobody is to note something on the wrong day.
function GreetOf({ isToday, lead }) {
  const name = state.ownerName.value;
  const kinds = [...state.adds.value ?? []].map((category) => t(`cat.${category}`).toLowerCase()).join(', ');
  return html`<div class="greet"><h1>${name ? t('daysOf', { name }) : t('d.someones')}</h1>${!isToday && html`<button type="button" class="btn dense back" onClick=${() => state.choose(state.today.value)}>${t('d.toToday')}</button>`}
    <p class="meta">${longDay(state.day.value)}. ${lead}</p></div>
    <p class="for-who"><${Icon} name="people" size="s" /><span>${kinds ? t('d.youAdd', { name, kinds }) : t(state.loaded.value ? 'd.youAddNothing' : 'loading', { name: name ?? t('someone') })}</span><a class="btn dense" href=${state.pageOf(state.person)}>${t('d.toOwn')}</a></p>`;
}

// What waits for somebody else's days, or for one's own, is not lost sight of.
function Elsewhere() {
  return state.elsewhere.value.map(({ id, name, count, failed }) => html`<div key=${id} class=${`banner${failed ? ' warn' : ''}`}><${Icon} name=${failed ? 'warn' : 'clock'} /><span>${name ? t(failed ? 'd.refusedFor' : 'd.waitsFor', { name, count: failed || count }) : t('d.waitsOwn', { count })}</span><a class="btn dense" href=${state.pageOf(id)}>${t('d.lookThere')}</a></div>`);
}

function Banner() {
  const why = state.stopped.value;
  if (why === 'ended') return html`<div class="banner warn"><${Icon} name="warn" /><span>${t('d.ended')}</span><button type="button" class="btn dense" onClick=${toSignIn}>${t('signIn')}</button></div>`;
  if (why === 'offline' || state.broken.value?.status === 0) return html`<div class="banner"><${Icon} name="off" /><span>${t('d.offline')}</span></div>`;
  if (why === 'busy') return html`<div class="banner"><${Icon} name="clock" /><span>${t('d.busy')}</span></div>`;
  return null;
}

function Page() {
  return html`<div class="today"><div class="today-log" tabindex="-1"><${Greet} /><div role="status" class="banners"><${Banner} /><${Elsewhere} /></div><${Refused} />${(state.own || state.adds.value?.size > 0) && html`<${Week} />`}${(state.own || !state.loaded.value || state.adds.value?.size > 0) && html`<${Entries} />`}<${Village} /></div>
    <${Pad} /><p class="sr" role="status">${state.said.value}</p>
    ${state.editing.value && html`<${EntryForm} key=${state.editing.value.item?.key ?? state.editing.value.kind} of=${state.editing.value} onClose=${() => { state.editing.value = null; }} />`}</div>`;
}

mount(html`<${Page} />`);
state.start();
