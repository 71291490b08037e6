// By which way one is told of what, and what one wants to be reminded of.
import { Icon, html, useState } from '../../ui.js';
import { toast } from '../../toast.js';
import { CATEGORIES } from '../categories.js';
import { Field, FormError, useForm } from '../form.js';
import { ask } from '../http.js';
import { useLoaded } from '../loading.js';
import { t, tOr } from '../say.js';
import { pushState, subscribe, unsubscribe } from './push.js';
import { Section } from './section.js';

// The house knows no number of its people: what they chose for text messages by an app is kept as it stands.
const CHANNELS = ['in_app', 'email', 'web_push'];
const REMINDED = CATEGORIES.filter((category) => category !== 'safety' && category !== 'health-insights');

/** The matrix of channels, the reminders, and this browser. */
export function Notices() {
  const { value, view, set } = useLoaded(() => ask('GET', 'preferences/'));
  const save = async (change) => {
    set(await ask('PUT', 'preferences/', change));
    toast(t('saved'));
  };
  return html`<${Section} id="notices" title=${t('notices')} sub=${t('noticesSub')}>${view ?? html`<${Channels} channels=${value.channels} save=${save} /><h3>${t('reminders')}</h3><${Reminders} reminders=${value.reminders} save=${save} />`}<h3>${t('thisBrowser')}</h3><${Push} /><//>`;
}

function Channels({ channels, save }) {
  const form = useForm(async (values) => save({
    channels: Object.fromEntries(Object.entries(channels).map(([kind, chosen]) => [kind, [...CHANNELS.filter((one) => `${kind} ${one}` in values), ...chosen.filter((one) => !CHANNELS.includes(one))]])),
  }));
  const name = (kind) => tOr(`notice.${kind}`, kind.replaceAll(/[._]/g, ' '));
  return html`<form onSubmit=${form.onSubmit}><div class="scroll-x"><table class="plain-t"><thead><tr><td></td>${CHANNELS.map((one) => html`<th key=${one} scope="col">${t(`way.${one}`)}</th>`)}</tr></thead>
    <tbody>${Object.entries(channels).map(([kind, chosen]) => html`<tr key=${kind}><th scope="row">${name(kind)}</th>${CHANNELS.map((one) => html`<td key=${one}><label><input type="checkbox" name=${`${kind} ${one}`} defaultChecked=${chosen.includes(one)} /><span class="sr">${name(kind)}: ${t(`way.${one}`)}</span></label></td>`)}</tr>`)}</tbody></table></div>
    <p class="meta">${t('waysFine')}</p><${FormError} of=${form} /><p><button class="btn" disabled=${form.busy}>${t('save')}</button></p></form>`;
}

function Reminders({ reminders, save }) {
  const add = useForm(async ({ category, at, tell }, element) => {
    await save({ reminders: [...reminders, { category, at, tell_circle: Boolean(tell) }] });
    element.reset();
  });
  const drop = useForm(async ({ n }) => save({ reminders: reminders.filter((_, at) => at !== Number(n)) }));
  const line = ({ category, at }) => t('reminderLine', { category: t(`cat.${category}`), at });
  return html`${reminders.length > 0 && html`<ul class="lines-l">${reminders.map((one, n) => html`<li key=${n}><span class="grow"><b>${line(one)}</b>${one.tell_circle && html`<span class="meta">${t('reminderTells')}</span>`}</span>
      <form onSubmit=${drop.onSubmit}><input type="hidden" name="n" value=${n} /><button class="btn quiet dense" disabled=${drop.busy}>${t('remove')}<span class="sr">: ${line(one)}</span></button></form></li>`)}</ul>`}<${FormError} of=${drop} />
    <form class="form" onSubmit=${add.onSubmit} novalidate><div class="pair"><${Field} of=${add} name="category" label=${t('reminderOf')}>${REMINDED.map((category) => html`<option key=${category} value=${category}>${t(`cat.${category}`)}</option>`)}<//>
      <${Field} of=${add} name="at" type="time" label=${t('reminderAt')} required /></div>
      <label class="check"><input type="checkbox" name="tell" /><span>${t('reminderTell')}<small>${t('reminderTellHint')}</small></span></label>
      <${FormError} of=${add} /><p><button class="btn" disabled=${add.busy}><${Icon} name="plus" size="s" />${t('reminderAdd')}</button></p></form>`;
}

function Push() {
  const { value, view, again } = useLoaded(pushState);
  const [failed, fail] = useState(false);
  if (view) return view;
  if (value !== 'on' && value !== 'off') return html`<p class="meta">${t(`push.${value}`)}</p>`;
  const turn = async () => {
    fail(false);
    await (value === 'on' ? unsubscribe() : subscribe()).catch(() => fail(true));
    again();
  };
  return html`<p class="meta">${t(`push.${value}`)}</p>${failed && html`<p class="state bad" role="alert">${t('push.failed')}</p>`}<p><button type="button" class="btn" onClick=${turn}><${Icon} name="bell" size="s" />${t(value === 'on' ? 'push.stop' : 'push.start')}</button></p>`;
}
