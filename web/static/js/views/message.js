// Groups of messages, one's own states, reactions and what can be done with a message.
import { Icon, html, useEffect, useLayoutEffect, useRef, useState } from '../ui.js';
import { t, timeOf } from '../i18n.js';
import { block, discard, react, remove, resend, takeBack } from '../actions.js';
import * as state from '../store/state.js';
import { REACTIONS } from '../store/room.js';
import { Avatar } from './picture.js';

/** The messages one person wrote within minutes. */
export function Group({ group }) {
  const { mine, member, at, lines } = group;
  const unseen = mine && lines.every((line) => line.state === 'held');
  const label = mine ? t(unseen ? 'groupHeld' : 'group', { name: t('you'), time: timeOf(at) }) : t('group', { name: member.name, time: timeOf(at) });
  return html`<section class=${mine ? 'grp own' : 'grp'} aria-label=${label}>
    ${!mine && html`<${Avatar} name=${member.name} />`}
    <p class="grp-head">${!mine && html`<b>${member.name}</b>`}<time datetime=${at}>${timeOf(at)}</time></p>
    ${lines.map((line) => (line.state ? html`<${Entry} key=${line.client_id} entry=${line} />` : html`<${Message} key=${line.event_id} message=${line} mine=${mine} />`))}
  </section>`;
}

/** What a moderator wrote to this person alone. */
export function Letter({ letter: { member, at, text } }) {
  const name = member?.name ?? t('moderator');
  return html`<section class="grp" aria-label=${t('group', { name, time: timeOf(at) })}><${Avatar} name=${name} />
    <p class="grp-head"><b>${name}</b><span class="role">${t('moderator')}</span><time datetime=${at}>${timeOf(at)}</time></p>
    <article class="msg" tabindex="-1"><div class="bub" dir="auto">${text}</div></article></section>`;
}

function goneText(message, mine) {
  if (message.gone === 'removed') return t(mine ? 'removedOwn' : 'removed');
  return t(message.gone === 'retracted' ? 'retracted' : 'expired');
}

function Message({ message, mine }) {
  const active = state.active.value === message.event_id;
  const show = () => { state.active.value = message.event_id; };
  // Moving over it is enough: Escape may have put the actions away while the mouse stayed here.
  const hover = ({ pointerType }) => pointerType === 'mouse' && show();
  if (message.gone) return html`<article class="msg" data-event=${message.event_id} tabindex="-1"><div class="bub gone">${goneText(message, mine)}</div></article>`;
  return html`<article class=${active ? 'msg on' : 'msg'} data-event=${message.event_id} tabindex="-1"
      onFocusIn=${show} onPointerEnter=${hover} onPointerMove=${hover} onClick=${show}>
    <div class="line">
      <div class="bub" dir="auto"><${Quote} id=${message.reply_to} />${message.text}</div>
      ${active ? html`<${Acts} message=${message} mine=${mine} />` : html`<button type="button" class="sr" tabindex="-1" onClick=${show}>${t('more')}</button>`}
    </div>
    <${Reactions} message=${message} />
  </article>`;
}

/** What a message answers, in one line. */
function Quote({ id }) {
  if (!id) return null;
  const target = state.shown.value.find((message) => message.event_id === id);
  if (!target) return html`<span class="quote">${t('quoteOld')}</span>`;
  const name = target.member.id === state.room.value?.me?.id ? t('you') : target.member.name;
  if (target.gone) return html`<span class="quote"><b>${name}</b> · ${t('quoteGone')}</span>`;
  return html`<span class="quote"><b>${name}</b> · ${target.text.split('\n', 1)[0].slice(0, 160)}</span>`;
}

function Reactions({ message }) {
  if (!message.reactions.length) return null;
  return html`<div class="rx">${message.reactions.map(({ reaction, count, mine }) => html`<button key=${reaction} type="button" aria-pressed=${String(mine)}
    aria-label=${t(mine ? 'reactedMine' : 'reacted', { word: t(reaction), count })} onClick=${() => react(message, reaction)}><${Icon} name=${reaction} size="s" />${count}</button>`)}</div>`;
}

function Acts({ message, mine }) {
  const [picking, setPicking] = useState(false);
  const picker = useRef(null);
  const opener = useRef(null);
  const opened = useRef(false);
  useLayoutEffect(() => {
    if (picking) picker.current.querySelector('button').focus();
    else if (opened.current) opener.current.focus();
    opened.current = picking;
  }, [picking]);
  const back = () => setPicking(false);
  const choose = (word) => {
    react(message, word);
    back();
  };
  if (picking) {
    return html`<div class="picker over" role="group" aria-label=${t('react')} ref=${picker}
        onKeyDown=${(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          back();
        }}>
      ${REACTIONS.map((word) => html`<button key=${word} type="button" onClick=${() => choose(word)}><${Icon} name=${word} size="l" />${t(word)}</button>`)}</div>`;
  }
  return html`<div class="acts over" role="toolbar" aria-label=${t('actions')}>
    <button type="button" ref=${opener} aria-label=${t('react')} title=${t('react')} onClick=${() => setPicking(true)}><${Icon} name="heart" /></button>
    <button type="button" aria-label=${t('reply')} title=${t('reply')} onClick=${() => answer(message)}><${Icon} name="reply" /></button>
    ${mine
      ? html`<button type="button" aria-label=${t('remove')} title=${t('remove')} onClick=${() => remove(message)}><${Icon} name="bin" /></button>`
      : html`<button type="button" aria-label=${t('report')} title=${t('report')} onClick=${() => { state.reporting.value = message; }}><${Icon} name="flag" /></button>
        <button type="button" aria-label=${t('block', { name: message.member.name })} title=${t('block', { name: message.member.name })} onClick=${() => block(message.member)}><${Icon} name="block" /></button>`}
  </div>`;
}

/** Answer a message: the composer shows it, and takes the focus. */
export function answer(message) {
  state.replying.value = message;
  state.active.value = null;
  document.getElementById('box')?.focus();
}

function Entry({ entry }) {
  const held = entry.state === 'held' || entry.state === 'refused';
  return html`<article class=${held ? 'msg held' : 'msg'} data-client=${entry.client_id} tabindex="-1">
    <div class="line"><div class="bub" dir="auto"><${Quote} id=${entry.reply_to} />${entry.text}</div></div>
    <${EntryState} entry=${entry} />
  </article>`;
}

function EntryState({ entry }) {
  if (entry.event_id) return null;
  if (entry.state === 'held') return html`<${Line} icon="clock" text=${heldText(entry)} action=${t('takeBack')} run=${() => takeBack(entry)} />`;
  if (entry.state === 'refused') return html`<${Line} icon="hide" text=${t('refused')} action=${t('putAway')} run=${() => takeBack(entry)} />`;
  if (entry.state === 'failed') return html`<${Failed} entry=${entry} />`;
  return html`<${Sending} />`;
}

// Nothing is said of the half second an ordinary message takes.
function Sending() {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(setSlow, 600, true);
    return () => clearTimeout(timer);
  }, []);
  if (state.status.value !== 'live') return html`<${Line} icon="clock" text=${t('waitingForNet')} />`;
  return slow ? html`<${Line} icon="clock" text=${t('sending')} />` : null;
}

function heldText({ client_id, review_by }) {
  if (state.mine.value.unattended.includes(client_id)) return t('heldNobody');
  const left = Date.parse(review_by) - Date.now();
  if (!(left > 0)) return t('heldPlain');
  return t('held', { minutes: t('minutes', { count: Math.max(1, Math.round(left / 60_000)) }) });
}

const FAILED = { muted: 'failedMuted', too_long: 'failedLong', not_found: 'failedGone' };

function Failed({ entry }) {
  const when = entry.until ? t('until', { time: timeOf(entry.until) }) : '';
  return html`<p class="state bad"><${Icon} name="warn" size="s" /><span>${t(FAILED[entry.error] ?? 'failed', { when })} <button type="button" class="linky" onClick=${() => resend(entry)}>${t('tryAgain')}</button> <button type="button" class="linky gap" onClick=${() => discard(entry)}>${t('discard')}</button></span></p>`;
}

function Line({ icon, text, action, run }) {
  return html`<p class="state"><${Icon} name=${icon} size="s" /><span>${text} ${action && html`<button type="button" class="linky" onClick=${run}>${action}</button>`}</span></p>`;
}
