// The pad under the thumb: mood, one tap for each kind, and a seizure's clock.
import { Icon, html, signal, useEffect } from '../../ui.js';
import { timeOf } from '../../i18n/speak.js';
import { t } from '../say.js';
import { KINDS } from './kinds.js';
import * as state from './state.js';

const SCORES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const TAPS = ['sleep', 'meal', 'water', 'exercise', 'meeting', 'medication', 'journal', 'weight'];
const LONG_S = 300; // the circle is called at five minutes, as the server would once it was told the end
const tick = signal(0);

function Mood() {
  const onToday = state.day.value === state.today.value;
  const last = state.ofDay.value.findLast((item) => item.kind === 'mood');
  const choose = (score) => (onToday ? state.log('mood', { at: new Date().toISOString(), score }) : state.tap('mood'));
  return html`<fieldset class="mood"><legend>${state.tw('d.howNow')} <span class="meta">${t('d.howHint')}</span></legend>
    <div class="mood-row">${SCORES.map((score) => html`<button key=${score} type="button" aria-pressed=${String(last?.entry.score === score)} aria-label=${t('d.moodTap', { score })} onClick=${() => choose(score)}>${score}</button>`)}</div></fieldset>`;
}

// What a tap would log, in two short lines.
function face(kind) {
  const kindName = t(`d.short.${kind}`);
  if (state.day.value !== state.today.value && kind !== 'sleep') return [state.tw(`d.verb.${kind}`), kindName];
  if (kind === 'sleep') return [state.tw(state.bed.value ? 'd.up' : state.morning.value || state.day.value !== state.today.value ? 'd.slept' : 'd.toBed'), state.bed.value ? t('d.since', { time: timeOf(state.bed.value) }) : kindName];
  const says = state.wouldSay(kind);
  if (kind === 'meal') return [t(`d.meal.${says.meal_type}`), kindName];
  if (kind === 'water') return [`${Math.round(says.water_ml)} ml`, kindName];
  if (kind === 'exercise') return [`${says.kind === 'walk' ? t('d.walk') : says.kind} ${Math.round(says.duration_min)}`, kindName];
  if (kind === 'meeting') return [t(`d.who.${says.who}`), kindName];
  if (kind === 'medication') return [t('d.took'), says ? `${says.name}${says.dose ? ` ${says.dose}` : ''}` : kindName];
  return [state.tw(`d.verb.${kind}`), kindName];
}

function Tap({ kind }) {
  const [verb, what] = face(kind);
  return html`<button type="button" class="tap" data-tap=${kind} onClick=${() => state.tap(kind)}><span class="tile"><${Icon} name=${KINDS[kind].icon} size="l" /></span><b>${verb}</b><span>${what}</span></button>`;
}

const two = (n) => String(n).padStart(2, '0');

function Clock({ start, called }) {
  useEffect(() => {
    const timer = setInterval(() => {
      tick.value += 1;
      if (!called && Date.now() - Date.parse(start) >= LONG_S * 1000) state.seizureLasts({ over: false });
    }, 1000);
    return () => clearInterval(timer);
  }, [start, called]);
  const passed = Math.max(0, Math.floor((Date.now() - Date.parse(start)) / 1000 + 0 * tick.value));
  return html`<div class="seizure-on" role="group" aria-label=${t('d.seizureOn')}><p><b>${t('d.seizureSince', { time: timeOf(start) })}</b> <span class="num clock" aria-live="off">${Math.floor(passed / 60)}:${two(passed % 60)}</span></p>
    <p role="status">${passed >= LONG_S ? html`<b class="warn-t">${t('d.seizureLong')}</b> <a href="/help/" target="_blank" rel="noopener">${t('helpNow')}</a>` : t(state.told.value.length ? 'd.seizureHint' : 'd.seizureAlone')}</p>
    <p class="two"><button type="button" class="btn" onClick=${state.seizureNot}>${t('d.seizureNot')}</button><button type="button" class="btn lamp" onClick=${() => state.seizureLasts({ over: true })}>${t('d.seizureOver')}</button></p></div>`;
}

function Seizure() {
  if (state.seizure.value) return html`<${Clock} ...${state.seizure.value} />`;
  const onToday = state.day.value === state.today.value;
  const names = state.told.value;
  const tells = names.length ? t(names.length > 2 ? 'd.tellsMany' : 'd.tells', { names: names.slice(0, 2).join(', '), count: names.length - 2 }) : t('d.startsClock');
  const go = () => (onToday ? state.seizureBegins() : state.tap('seizure'));
  return html`<button type="button" class="seizure" data-tap="seizure" onClick=${go}><${Icon} name="zap" /><span><b>${t(onToday ? 'd.seizureNow' : 'd.seizureThen')}</b>${onToday && html`<span>${tells}</span>`}</span></button>`;
}

/** Everything that one tap can note, and for whom where it is not for oneself. */
export function Pad() {
  const may = (kind) => state.adds.value?.has(KINDS[kind].category);
  const taps = TAPS.filter(may);
  if (!may('mood') && !may('seizure') && !taps.length) return null;
  return html`<section class="pad" aria-label=${state.tw('d.pad')}>${!state.own && html`<p class="pad-whose"><${Icon} name="people" size="s" /><b>${t('d.for', { name: state.ownerName.value })}</b></p>`}
    ${may('mood') && html`<${Mood} />`}${taps.length > 0 && html`<div class="taps">${taps.map((kind) => html`<${Tap} key=${kind} kind=${kind} />`)}</div>`}${may('seizure') && html`<${Seizure} />`}</section>`;
}
