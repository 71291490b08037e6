// What stands where the log would be, before one is in the room or where one may not be.
import { Icon, html, useEffect, useRef, useState } from '../ui.js';
import { t } from '../i18n.js';
import { join } from '../actions.js';
import * as state from '../store/state.js';
import { titleOf } from './rail.js';

const CLOSED = {
  lost: ['doorLost', 'doorLostSub'], banned: ['doorBanned', 'doorBannedSub'], many: ['doorMany', 'doorManySub'], off: ['broken', 'brokenSub'],
};

function Closed({ kind }) {
  const [title, sub] = CLOSED[kind];
  return html`<div class="empty"><b>${t(title)}</b>${t(sub)}<a class="btn lamp" href="/">${t('toRooms')}</a></div>`;
}

/** The room's door: come in, under a drawn or a chosen name. */
export function Door({ kind }) {
  const [name, setName] = useState('');
  const field = useRef(null);
  useEffect(() => {
    if (kind === 'taken') field.current?.focus();
  }, [kind]);
  if (CLOSED[kind]) return html`<${Closed} kind=${kind} />`;
  if (kind === 'entering') return html`<div class="loading" role="status" aria-label=${t('loading')}><span class="skel w40"></span><span class="skel w80"></span><span class="skel w60"></span></div>`;
  const submit = (event) => {
    event.preventDefault();
    join(state.slug.value, name.trim());
  };
  return html`<form class="panel entry" onSubmit=${submit}>
    <h2>${titleOf(state.slug.value)}</h2>
    <p>${t('doorSub')}</p>
    <label for="name">${t('doorName')}</label>
    <input id="name" ref=${field} type="text" maxlength="32" autocomplete="off" spellcheck=${false} value=${name} aria-describedby="name-hint" aria-invalid=${String(kind === 'taken')} onInput=${(event) => setName(event.currentTarget.value)} />
    <p class="meta" id="name-hint">${t('doorNameHint')}</p>
    ${kind === 'taken' && html`<p class="state bad" role="alert"><${Icon} name="warn" size="s" /><span>${t('doorTaken')}</span></p>`}
    <button class="btn lamp">${t('doorIn')}</button>
  </form>`;
}
