// Telling one's contacts now: asked once more, warned with the seconds that are left, taken back or told.
import { Icon, html, useEffect, useState } from '../../../ui.js';
import { timeOf } from '../../../i18n/speak.js';
import { toast } from '../../../toast.js';
import { Confirm } from '../../dialog.js';
import { Field } from '../../form.js';
import { ask } from '../../http.js';
import { t } from '../../say.js';
import { LEVELS, clockOf, secondsLeft } from './model.js';

const LOOK_MS = 2000; // how often to ask whether they were told, once it is due
const FRESH_MS = 24 * 3_600_000;

/** The button, or how the last notice stands. `onNotice(notice)` when it is another one. */
export function Now({ contacts, last, onNotice }) {
  const [asking, setAsking] = useState(false);
  const tell = async ({ level }) => onNotice(await ask('POST', 'safety/notices/', { level }));
  if (last?.state === 'pending') return html`<${Waiting} notice=${last} onNotice=${onNotice} />`;
  const told = contacts.filter(({ reached }) => reached).map(({ name }) => name).join(', ');
  return html`${last && Date.now() - Date.parse(last.asked_at) < FRESH_MS && html`<${Outcome} notice=${last} />`}
    <p class="row-b"><button type="button" class="btn" disabled=${!told} onClick=${() => setAsking(true)}><${Icon} name="buoy" size="s" />${t('sf.tell')}</button><a class="meta" href="/help/">${t('sf.inDanger')}</a></p>
    ${asking && html`<${Confirm} title=${t('sf.tellTitle')} text=${t('sf.tellText', { names: told })} button=${t('sf.tell')} run=${tell} onClose=${() => setAsking(false)}>${(form) => html`<${Field} of=${form} id="sf-level" name="level" label=${t('sf.level')} hint=${t('sf.levelHint')}>${LEVELS.map((one) => html`<option key=${one} value=${one} selected=${one === 'moderate'}>${t(`sf.level.${one}`)}</option>`)}<//>`}<//>`}`;
}

// The seconds run where the viewer is; when they are over the server is asked.
function Waiting({ notice, onNotice }) {
  const [now, tick] = useState(Date.now());
  const [failed, fail] = useState(false);
  const left = secondsLeft(notice.due_at, now);
  useEffect(() => {
    const timer = setTimeout(async () => {
      tick(Date.now());
      if (left === 0) onNotice(await ask('GET', `safety/notices/${notice.id}/`).catch(() => notice));
    }, left > 0 ? 1000 : LOOK_MS);
    return () => clearTimeout(timer);
  });
  const back = async () => {
    fail(false);
    const path = `safety/notices/${notice.id}/`;
    await ask('DELETE', path).then(() => toast(t('sf.back')), ({ status }) => fail(status !== 409));
    await ask('GET', path).then(onNotice, () => fail(true));
  };
  const names = notice.contacts.map(({ name }) => name).filter(Boolean).join(', ');
  return html`<div class="alarm calm" role="alert"><span class="alarm-ic"><${Icon} name="bell" /></span><div class="alarm-t"><h3>${t(notice.by === 'moderator' ? 'sf.waitsModerator' : 'sf.waits')}</h3><p>${t('sf.waitsText', { names, time: timeOf(notice.due_at) })}</p></div>
    <div class="alarm-b"><button type="button" class="btn lamp" onClick=${back}>${t('sf.takeBack')}</button><span class="meta" role="timer" aria-label=${t('sf.left_s')}>${left > 0 ? clockOf(left) : t('sf.telling')}</span></div>
    ${failed && html`<p class="state bad alarm-f" role="alert">${t('err.broken')}</p>`}</div>`;
}

function Outcome({ notice }) {
  if (notice.state === 'taken_back') return html`<p class="meta" role="status">${t('sf.wasTakenBack', { time: timeOf(notice.asked_at) })}</p>`;
  return html`<div class="done" role="status"><${Icon} name="check" /><span>${t('sf.told', { time: timeOf(notice.sent_at) })}<ul>${notice.contacts.map(({ contact, name, state }, n) => html`<li key=${contact ?? n}>${name ?? t('someoneGone')}: ${t(`sf.state.${state}`)}</li>`)}</ul></span></div>`;
}
