// Where one writes. The draft is kept per room; sending never waits for the network.
import { Icon, html, useEffect, useRef, useState } from '../ui.js';
import { t } from '../i18n.js';
import { readSoon, sayTyping, send } from '../actions.js';
import { draftOf, keepDraft } from '../drafts.js';
import * as state from '../store/state.js';
import { NewPill, toEnd } from './log.js';
import { titleOf } from './rail.js';

const LONGEST = 4000;
const COUNT_FROM = 3600;
const coarse = globalThis.matchMedia?.('(pointer: coarse)');

function Typing() {
  const those = [...(state.typing.value.get(state.room.value?.stream)?.values() ?? [])];
  const [first, second] = those;
  const text = those.length === 1 ? t('typingOne', { name: first.name })
    : those.length === 2 ? t('typingTwo', { name: first.name, other: second.name })
      : those.length > 2 ? t('typingMore', { name: first.name, count: those.length - 1 }) : null;
  return html`<p class="typing">${text && html`<span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>${text}`}</p>`;
}

function ReplyChip() {
  const message = state.replying.value;
  if (!message) return null;
  const name = message.member.id === state.room.value?.me?.id ? t('you') : message.member.name;
  return html`<div class="reply-chip"><${Icon} name="reply" size="s" /><span>${t('replyTo', { name: '' }).trim()} <b>${name}</b>: ${(message.text ?? '').split('\n', 1)[0].slice(0, 160)}</span>
    <button type="button" class="icon-btn" aria-label=${t('noReply')} onClick=${() => { state.replying.value = null; document.getElementById('box')?.focus(); }}><${Icon} name="x" /></button></div>`;
}

function Count({ text }) {
  const length = [...text.trim()].length;
  if (length < COUNT_FROM) return null;
  const left = LONGEST - length;
  return html`<p class=${left < 0 ? 'length bad' : 'length'} aria-live="polite">${left < 0 ? t('over', { count: -left }) : t('left', { count: left })}</p>`;
}

// field-sizing is not everywhere; rows are.
function fit(box) {
  if (CSS.supports('field-sizing', 'content')) return;
  box.rows = 1;
  box.rows = Math.min(6, Math.max(1, Math.floor((box.scrollHeight - 20) / 24)));
}

function useDraft(slug) {
  const [text, setText] = useState(() => draftOf(slug).text);
  useEffect(() => setText(draftOf(slug).text), [slug]);
  const write = (next) => {
    setText(next);
    keepDraft(slug, { text: next });
  };
  return [text, write];
}

/** The composer, with what stands on it. */
export function Composer() {
  const slug = state.slug.value;
  const me = state.room.value?.me;
  const [text, write] = useDraft(slug);
  const box = useRef(null);
  useEffect(() => box.current && fit(box.current), [text]);
  const shut = Boolean(state.door.value) && state.door.value !== 'entering';
  useEffect(() => {
    // Whoever came through the room's door may write at once; on touch that would open the keyboard unasked.
    if (!shut && state.room.value && !coarse?.matches && document.activeElement === document.body) box.current?.focus();
  }, [shut, state.room.value?.stream]);
  if (shut) return html`<section class="composer"></section>`;
  const fits = text.trim() && [...text.trim()].length <= LONGEST;
  const submit = (event) => {
    event?.preventDefault();
    if (!fits || !state.room.value) return;
    send(text);
    write('');
    toEnd();
    box.current?.focus();
  };
  const keyed = (event) => {
    if (event.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey && !coarse?.matches) submit(event);
    else if (event.key === 'ArrowUp' && !text) {
      event.preventDefault();
      [...document.querySelectorAll('article.msg')].at(-1)?.focus();
    } else if (event.key === 'Escape') state.replying.value = null;
  };
  const input = ({ currentTarget }) => {
    write(currentTarget.value);
    sayTyping(Boolean(currentTarget.value.trim()));
  };
  const label = me ? t('writeTo', { room: titleOf(slug), name: me.name }) : t('writePlain');
  return html`<section class="composer" aria-label=${t('writeSection')}><div class="composer-in">
    <${NewPill} /><${Typing} /><${ReplyChip} /><${Count} text=${text} />
    <form class="field" onSubmit=${submit}>
      <label class="sr" for="box">${label}</label>
      <textarea id="box" rows="1" ref=${box} placeholder=${me ? t('writeAs', { name: me.name }) : t('writePlain')} value=${text} enterkeyhint=${coarse?.matches ? 'enter' : 'send'}
        onInput=${input} onKeyDown=${keyed} onFocus=${() => { state.active.value = null; readSoon(); }}></textarea>
      <button class=${fits && !state.cardOpen.value ? 'send lit' : 'send'} aria-label=${t('send')} aria-disabled=${String(!fits)}><${Icon} name="up" /></button>
    </form></div></section>`;
}
