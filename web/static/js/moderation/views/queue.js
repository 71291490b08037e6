// The queue: one row a case, the most urgent first.
import { Icon, html, useEffect, useRef } from '../../ui.js';
import { Broken, Loading } from './loading.js';
import { claim, goOnDuty, next, open } from '../doing.js';
import { clockOf, running, waitsForSecond } from '../queue.js';
import { t } from '../say.js';
import * as state from '../state.js';
import { readQueue } from '../wire.js';
import { Level } from './level.js';

function Sla({ one }) {
  const clock = clockOf(one, state.now.value);
  if (!clock) return html`<span class="sla">${t(waitsForSecond(one) ? 'st.second' : `st.${one.state}`)}</span>`;
  const over = clock.left <= 0;
  const time = running(Math.abs(clock.left));
  return html`<span class=${clock.late ? 'sla late num' : 'sla num'}><${Icon} name="clock" size="s" />${t(over ? 'overBy' : 'left', { time })}</span>`;
}

function Holder({ one }) {
  if (state.isMine(one)) return html`<span class="hold mine">${t('yours')}</span>`;
  if (one.holder) return html`<span class="hold"><${Icon} name="lock" size="s" />${one.holder}</span>`;
  return html`<span class="hold">${t(waitsForSecond(one) ? 'holder.second' : `holder.${one.state}`)}</span>`;
}

function Row({ one }) {
  const here = state.at.value === one.id;
  const clock = clockOf(one, state.now.value);
  const urgent = one.level === 'L4' && Boolean(clock);
  const link = useRef(null);
  useEffect(() => { if (here) link.current?.scrollIntoView({ block: 'nearest' }); }, [here]);
  const enter = (event) => {
    event.preventDefault();
    open(one.id);
  };
  return html`<li class=${urgent ? 'case urgent' : 'case'} data-case=${one.id} data-level=${one.level} data-state=${one.state}>
    <a ref=${link} href=${`#${one.id}`} aria-current=${state.opened.value === one.id ? 'true' : undefined} class=${here ? 'at' : undefined} onClick=${enter} onFocus=${() => { state.at.value = one.id; }}>
      <span class="row1"><${Level} level=${one.level} /><${Sla} one=${one} /></span>
      <span class="row2"><b>${state.titleOf(one.room)}</b><span>${t('flags', { count: one.flags })}</span></span>
      <span class="row3"><${Holder} one=${one} /><span>${t('since', { time: running(state.now.value - Date.parse(one.opened_at)) })}</span></span></a></li>`;
}

function Search() {
  const box = useRef(null);
  useEffect(() => box.current?.focus(), []);
  const end = () => {
    state.search.value = null;
    document.getElementById('queue')?.focus();
  };
  return html`<div class="q-search"><label class="sr" for="q-search">${t('search')}</label><input ref=${box} id="q-search" type="text" placeholder=${t('searchHint')} value=${state.search.value}
      onInput=${({ currentTarget }) => { state.search.value = currentTarget.value; }}
      onKeyDown=${({ key }) => { if (key === 'Escape') end(); if (key === 'Enter' && state.listed.value[0]) open(state.listed.value[0].id); }} />
    <button type="button" class="icon-btn" aria-label=${t('searchEnd')} onClick=${end}><${Icon} name="x" /></button></div>`;
}

function List() {
  const listed = state.listed.value;
  if (state.broken.value) return html`<${Broken} again=${readQueue} />`;
  if (!state.loaded.value) return html`<${Loading} />`;
  if (!listed.length) return html`<div class="empty"><b>${t(state.search.value ? 'noneFound' : 'quietQueue')}</b>${t(state.search.value ? 'noneFoundSub' : 'quietQueueSub')}</div>`;
  return html`<ol class="cases">${listed.map((one) => html`<${Row} key=${one.id} one=${one} />`)}</ol>`;
}

// One amber button a screen: writing to somebody comes before taking the next.
function Take() {
  const writing = state.holding.value && (state.drafts.value.get(state.opened.value) ?? '').trim();
  if (!state.duty.value.on) return html`<button type="button" class="btn lamp dense next" onClick=${() => goOnDuty(true)}>${t('goOn')}</button>`;
  return html`<button type="button" class=${writing ? 'btn dense next' : 'btn lamp dense next'} onClick=${next}>${t('next')} <kbd>n</kbd></button>`;
}

/** The queue's pane. */
export function Queue() {
  return html`<section class="queue" id="queue" tabindex="-1" aria-labelledby="q-h">
    <div class="pane-h"><h2 id="q-h">${t('queue')} <span class="num">${state.cases.value.size}</span></h2><${Take} /></div>
    ${state.search.value !== null && html`<${Search} />`}<${List} /></section>`;
}

/** Move the mark by `step` rows. */
export function move(step) {
  const listed = state.listed.value;
  if (!listed.length) return;
  const here = listed.findIndex(({ id }) => id === state.at.value);
  const one = listed[Math.min(listed.length - 1, Math.max(0, here < 0 ? (step > 0 ? 0 : listed.length - 1) : here + step))];
  state.at.value = one.id;
  document.querySelector(`.case[data-case="${one.id}"] a`)?.focus();
}

/** Claim what the mark stands on, or what is open. */
export const claimHere = () => claim(state.opened.value ?? state.at.value);
