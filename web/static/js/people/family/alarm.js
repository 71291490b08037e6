// Alarms that have not cleared: what happened, who is on it, what follows if nobody answers.
import { Icon, html, useEffect, useState } from '../../ui.js';
import { timeOf } from '../../i18n/speak.js';
import { t, tOr } from '../say.js';
import * as state from './state.js';
import { describe } from './words.js';

const SNOOZE_MIN = 10;

function Ago({ at }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 30_000);
    return () => clearInterval(timer);
  }, []);
  const minutes = Math.floor((Date.now() - Date.parse(at)) / 60_000);
  return html`<span aria-live="off">${minutes < 1 ? t('justNow') : t('ago', { count: minutes })}</span>`;
}

function title(alarm) {
  if (alarm.entry || alarm.seizure_class || alarm.duration_s) return describe({ entry: alarm.entry ?? alarm, category: alarm.category ?? 'seizures', kind: 'alarm' }, t).title;
  return tOr(`alarm.${alarm.cause ?? alarm.category}`, tOr(`alarm.${alarm.category}`, t('alarm.other')));
}

function Card({ alarm }) {
  const [busy, setBusy] = useState(false);
  const act = (what) => async () => {
    setBusy(true);
    await what();
    setBusy(false);
  };
  const id = `al-${alarm.alarm}`;
  const calm = alarm.state === 'acknowledged' || alarm.state === 'snoozed';
  const name = alarm.person?.name ?? '';
  const by = alarm.by?.name ?? t('someone');
  return html`<section class=${calm ? 'alarm calm' : 'alarm'} data-state=${alarm.state} aria-labelledby=${id}>
    <div class="alarm-ic"><${Icon} name="bell" size="l" /></div>
    <div class="alarm-t"><h2 id=${id}>${name ? `${name}: ` : ''}${title(alarm)}</h2>
      <p>${alarm.raisedAt && html`${t('alarmAt', { time: timeOf(alarm.raisedAt) })} <${Ago} at=${alarm.raisedAt} />. `}${tOr(`alarmWhy.${alarm.cause}`, '')}</p>
      ${alarm.state === 'acknowledged' && html`<p class="good"><b>${t('isOnIt', { name: by })}</b></p>`}
      ${alarm.state === 'snoozed' && html`<p><b>${t('snoozedUntil', { name: by, time: alarm.until ? timeOf(alarm.until) : '' })}</b></p>`}
      ${alarm.state === 'escalated' && html`<p><b>${t('escalated')}</b></p>`}</div>
    ${alarm.state !== 'acknowledged' && html`<div class="alarm-b"><button type="button" class="btn lamp" disabled=${busy} onClick=${act(() => state.acknowledge(alarm))}>${t('onIt')}</button>
      ${alarm.state !== 'snoozed' && html`<button type="button" class="btn" disabled=${busy} onClick=${act(() => state.snooze(alarm, SNOOZE_MIN))}>${t('snooze', { count: SNOOZE_MIN })}</button>`}</div>`}
    <p class="alarm-f">${!calm && alarm.next_at && `${t('nextCalled', { time: timeOf(alarm.next_at) })} `}${t('emergency')} <a href="/help/" target="_blank" rel="noopener">${t('helpNow')}</a></p></section>`;
}

/** The alarms; they are announced at once to who listens to the page. */
export function Alarms() {
  const all = state.alarms.value;
  return html`<div role="alert">${all.map((alarm) => html`<${Card} key=${alarm.alarm} alarm=${alarm} />`)}</div>`;
}
