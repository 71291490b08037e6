// Today: what was noted, and one tap for what is to be.
import { Icon, html } from '../ui.js';
import { toSignIn } from './http.js';
import { mount } from './mount.js';
import { t } from './say.js';
import { Entries, Week } from './today/entries.js';
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
  const title = isToday ? t(`d.title.${partOfDay(Date.now())}`, { day: weekday(state.day.value) }) : longDay(state.day.value);
  return html`<div class="greet"><h1>${title.charAt(0).toUpperCase() + title.slice(1)}</h1>${!isToday && html`<button type="button" class="btn dense back" onClick=${() => state.choose(state.today.value)}>${t('d.toToday')}</button>`}
    <p class="meta">${isToday ? `${shortDay(state.day.value)}. ${lead}` : lead}</p></div>`;
}

function Banner() {
  const why = state.stopped.value;
  if (why === 'ended') return html`<div class="banner warn"><${Icon} name="warn" /><span>${t('d.ended')}</span><button type="button" class="btn dense" onClick=${toSignIn}>${t('signIn')}</button></div>`;
  if (why === 'offline' || state.broken.value?.status === 0) return html`<div class="banner"><${Icon} name="off" /><span>${t('d.offline')}</span></div>`;
  if (why === 'busy') return html`<div class="banner"><${Icon} name="clock" /><span>${t('d.busy')}</span></div>`;
  return null;
}

function Page() {
  return html`<div class="today"><div class="today-log" tabindex="-1"><${Greet} /><div role="status" class="banners"><${Banner} /></div><${Week} /><${Entries} /><${Village} /></div>
    <${Pad} /><p class="sr" role="status">${state.said.value}</p>
    ${state.editing.value && html`<${EntryForm} key=${state.editing.value.item?.key ?? state.editing.value.kind} of=${state.editing.value} onClose=${() => { state.editing.value = null; }} />`}</div>`;
}

mount(html`<${Page} />`);
state.start();
