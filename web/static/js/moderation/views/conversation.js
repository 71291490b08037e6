// The conversation around a case: texts covered until they are revealed, flagged places marked, live.
import { Icon, html } from '../../ui.js';
import { dayName, dayOf, timeOf } from '../../i18n/speak.js';
import { Avatar } from '../../views/picture.js';
import { lift, reveal } from '../doing.js';
import { means, parts, wordCount } from '../masks.js';
import { conversation, flagsOf } from '../talk.js';
import { t, tOr } from '../say.js';
import * as state from '../state.js';
import { older } from '../wire.js';

/** Whether a text of the open case is shown. */
export const isShown = (id) => state.revealed.value.has(id) || state.revealed.value.has('all');

function Text({ id, text, spans }) {
  const lifted = new Set([...state.lifted.value].filter((key) => key.startsWith(`${id} `)).map((key) => Number(key.split(' ')[1])));
  return parts(text, spans, means(text), lifted).map((part, n) => {
    if (part.mask) return html`<button key=${n} type="button" class="mask" aria-label=${t('maskLabel')} onClick=${() => lift(id, part.n)}><${Icon} name="hide" size="s" />${t('mask')}</button>`;
    return part.mark ? html`<mark key=${n}>${part.text}</mark>` : part.text;
  });
}

function Veil({ message, flag }) {
  const what = message.text === null ? t('noText') : t(flag ? 'veiledFlag' : 'veiled', { count: wordCount(message.text) });
  return html`<div class="veil"><span>${what}</span>${message.text !== null && html`<button type="button" class="btn quiet dense" data-reveal=${message.event_id} onClick=${() => reveal(message.event_id)}><${Icon} name="eye" size="s" />${t('reveal')} <kbd>v</kbd></button>`}</div>`;
}

function Line({ message, flag }) {
  const shown = message.text !== null && isShown(message.event_id);
  const after = message.held ? 'held' : message.gone;
  return html`<article class=${message.held ? 'msg held' : 'msg'} tabindex="-1" data-event=${message.event_id} aria-label=${t('lineBy', { name: message.member?.name ?? '', time: timeOf(message.at) })}>
    ${shown ? html`<div class="bub"><${Text} id=${message.event_id} text=${message.text} spans=${flag?.spans ?? []} /></div>` : html`<${Veil} message=${message} flag=${flag} />`}
    ${after && html`<p class="state"><${Icon} name=${message.held ? 'clock' : 'hide'} size="s" /><span>${t(`after.${after}`)}</span></p>`}</article>`;
}

function Group({ row, flags }) {
  const flag = row.lines.map(({ event_id: id }) => flags.get(id)).find(Boolean);
  const about = row.member?.id === state.context.value?.member;
  const tag = flag && (flag.rose ? t('flagRose', { n: flag.n, level: flag.level }) : t('flagN', { n: flag.n, level: flag.level }));
  return html`<section class=${flag ? 'grp flagged' : about ? 'grp about' : 'grp ctx'}><${Avatar} name=${row.member?.name ?? '?'} size="s" />
    <p class="grp-head"><b>${row.member?.name}</b><time datetime=${row.at}>${timeOf(row.at)}</time>${tag && html`<span class="tagline">${tag}</span>`}</p>
    ${row.lines.map((message) => html`<${Line} key=${message.event_id} message=${message} flag=${flags.get(message.event_id)} />`)}</section>`;
}

function Letter({ letter, name }) {
  if (!letter.own) {
    const who = letter.by === state.duty.value.name ? t('youAs', { name: letter.by }) : letter.by;
    return html`<section class="grp own"><p class="grp-head"><b>${who}</b><span class="role">${t('moderator')}</span><time datetime=${letter.at}>${timeOf(letter.at)}</time></p>
      <article class="msg"><div class="bub">${letter.text}</div></article></section>`;
  }
  return html`<section class="grp about"><${Avatar} name=${name || '?'} size="s" /><p class="grp-head"><b>${name}</b><span class="role">${t('toYou')}</span><time datetime=${letter.at}>${timeOf(letter.at)}</time></p>
    <article class="msg"><div class="bub"><${Text} id=${letter.seq} text=${letter.text} spans=${[]} /></div></article></section>`;
}

function Row({ row, flags, name }) {
  if (row.type === 'day') return html`<h3 class="day">${dayName(row.at)}</h3>`;
  if (row.type === 'notice' && row.notice.kind === 'letter') return html`<${Letter} letter=${row.notice} name=${name} />`;
  if (row.type === 'notice') return html`<p class="sysline">${row.notice.text || tOr(`notice.${row.notice.code}`, t('notice'))}</p>`;
  return html`<${Group} row=${row} flags=${flags} />`;
}

function Typing() {
  const those = [...state.typing.value.get(state.holding.value?.stream)?.values() ?? []];
  return html`<p class="typing">${those.length > 0 && html`<span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>${those.length === 1 ? t('typing', { name: those[0].name }) : t('typingMore')}`}</p>`;
}

/** The conversation of the open case. */
export function Conversation() {
  const room = state.room.value;
  const { rows, name } = conversation({ room, context: state.context.value, dayOf });
  const flags = flagsOf(state.context.value);
  return html`<div class="conv-scroll"><div class="conv" role="log" aria-label=${t('convLabel')} tabindex="0">
    ${room?.more && html`<p class="acts-row"><button type="button" class="btn dense" onClick=${() => older(room.stream)}>${t('older')}</button></p>`}
    ${rows.map((row) => html`<${Row} key=${row.key} row=${row} flags=${flags} name=${name} />`)}<${Typing} /></div></div>`;
}

/** Reveal what is under the focus, else the newest flagged text that is covered, else the newest covered one. */
export function revealNext() {
  const focused = document.activeElement?.closest?.('article[data-event]')?.querySelector('[data-reveal]');
  const covered = [...document.querySelectorAll('.conv [data-reveal]')];
  const one = focused ?? covered.findLast((button) => button.closest('.flagged')) ?? covered.at(-1);
  if (one) reveal(one.dataset.reveal);
}
