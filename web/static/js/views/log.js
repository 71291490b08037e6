// The log: a scroller that is column-reverse round one child, so it opens at the end and stays there.
import { Icon, html, useEffect, useRef } from '../ui.js';
import { dayName, t } from '../i18n.js';
import { loadAgain, loadOlder, readSoon } from '../actions.js';
import * as state from '../store/state.js';
import { Care } from './card.js';
import { Door } from './door.js';
import { answer, Group, Letter } from './message.js';
import { titleOf } from './rail.js';

const NEAR_END_PX = 80;
const NEAR_START_PX = 700;

function noticeText({ kind, member, text, code }) {
  if (kind === 'member.joined') return t('pairJoined', { name: member.name });
  if (kind === 'member.left') return t('pairLeft', { name: member.name });
  return text || t(`notice.${code}`);
}

function Row({ row }) {
  if (row.type === 'day') return html`<h2 class="day">${dayName(row.at)}</h2>`;
  if (row.type === 'unread') return html`<div class="unread" role="separator" aria-label=${t('newLine')}>${t('new')}</div>`;
  if (row.type === 'notice' && row.notice.kind === 'moderator') return html`<${Letter} letter=${row.notice} />`;
  if (row.type === 'notice') return html`<p class="sysline">${noticeText(row.notice)}</p>`;
  if (row.type === 'card') return html`<${Care} card=${row.card} />`;
  return html`<${Group} group=${row} />`;
}

function Empty() {
  const pair = state.infos.value.get(state.slug.value)?.pair;
  return html`<div class="empty"><b>${t(pair ? 'quietPair' : 'quiet')}</b>${t(pair ? 'quietPairSub' : 'quietSub')}</div>`;
}

function Loading() {
  return html`<div class="loading" role="status" aria-label=${t('loading')}><span class="skel w40"></span><span class="skel w80"></span><span class="skel w60"></span></div>`;
}

function Broken() {
  return html`<div class="empty"><b>${t('broken')}</b>${t('brokenSub')}<button type="button" class="btn" onClick=${loadAgain}>${t('tryAgain')}</button></div>`;
}

function Content() {
  const room = state.room.value;
  if (!room) return html`<${Loading} />`;
  const rows = state.rows.value;
  const begun = room.epoch && (room.from <= room.seq || room.seq === 0);
  return html`${(room.more && state.loadingOlder.value) && html`<${Loading} />`}
    ${rows.map((row) => html`<${Row} key=${row.key} row=${row} />`)}
    ${rows.length === 0 && (state.broken.value ? html`<${Broken} />` : begun && !room.more ? html`<${Empty} />` : html`<${Loading} />`)}`;
}

function scrolled({ currentTarget: box }) {
  const fromEnd = -box.scrollTop;
  const fromStart = box.scrollHeight - box.clientHeight - fromEnd;
  state.pinned.value = fromEnd < NEAR_END_PX;
  if (state.pinned.value) {
    state.missed.value = 0;
    readSoon();
  }
  if (fromStart < NEAR_START_PX) loadOlder();
}

/** Show the end of the log. */
export function toEnd() {
  const box = document.getElementById('main');
  if (box) box.scrollTop = 0;
}

// Arrows move from message to message, r answers, Escape returns to the box.
function key(event) {
  const at = event.target.closest('article.msg');
  if (event.target.closest('button, a') && event.key !== 'Escape') return;
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (step) {
    const all = [...event.currentTarget.querySelectorAll('article.msg')];
    const next = all[at ? all.indexOf(at) + step : all.length - 1];
    event.preventDefault();
    if (next) next.focus();
    else if (step === 1) document.getElementById('box')?.focus();
  } else if (event.key === 'Escape') {
    event.preventDefault();
    state.active.value = null;
    document.getElementById('box')?.focus();
  } else if (event.key.toLowerCase() === 'r' && at?.dataset.event && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const message = state.shown.value.find(({ event_id, gone }) => event_id === at.dataset.event && !gone);
    event.preventDefault();
    if (message) answer(message);
  }
}

/** The scroller with the log, the room's door, or what is wrong. */
export function Log() {
  const box = useRef(null);
  const room = state.room.value;
  const rows = state.rows.value;
  useEffect(() => {
    // A short log cannot be scrolled: fill the page from history.
    const it = box.current;
    if (it && room?.more && it.scrollHeight <= it.clientHeight + NEAR_START_PX) loadOlder();
    if (it && state.pinned.value) {
      it.scrollTop = 0; // near the end is at the end: what came is in view
      readSoon();
    }
  }, [rows, room]);
  if (state.door.value && !(state.door.value === 'entering' && room)) {
    return html`<main id="main" class="scroll" tabindex="-1"><div class="log"><${Door} kind=${state.door.value} /></div></main>`;
  }
  return html`<main id="main" class="scroll" tabindex="-1" ref=${box} onScroll=${scrolled}>
    <div class="log" role="log" aria-label=${t('messagesIn', { room: titleOf(state.slug.value) })} aria-describedby="log-help" tabindex="0" onKeyDown=${key}
      onPointerLeave=${() => { if (!document.activeElement?.closest('.msg')) state.active.value = null; }}>
      <span class="sr" id="log-help" hidden>${t('logHelp')}</span>
      <${Content} />
    </div></main>`;
}

/** How many messages came while the log did not show its end. */
export function NewPill() {
  const count = state.missed.value;
  if (!count) return null;
  return html`<p class="pill-line"><button type="button" class="pill" onClick=${toEnd}>${t('newMessages', { count })} <${Icon} name="down" size="s" /></button></p>`;
}
