// What can be done about a case, and the box to write to its person.
import { Icon, html, useRef } from '../../ui.js';
import { act, write } from '../doing.js';
import { lines, t } from '../say.js';
import * as state from '../state.js';

const TOOLS = [
  ['card', 'heart', 'g'], ['snooze', 'clock', 's'], ['hold', 'hand', 'h'], ['escalate', 'shift', 'e'], ['more', 'more', null], ['decide', 'check', 'd'],
];
const ASKED = { snooze: 'wait', card: 'card', escalate: 'escalate', more: 'more', decide: 'decide' };

/** Do what a key or a button says: at once where it can be taken back, else a dialog asks first. */
export function use(word) {
  if (word === 'hold') return act('hold');
  state.dialog.value = { kind: ASKED[word] };
}

function Lines({ name }) {
  const pick = ({ currentTarget }) => {
    const text = currentTarget.value;
    currentTarget.value = '';
    if (!text) return;
    state.drafts.value = state.withKey(state.drafts.value, state.opened.value, text);
    document.getElementById('reply')?.focus();
  };
  const all = lines(state.context.value?.language ?? 'en');
  return html`<span class="lines"><${Icon} name="text" /><select aria-label=${t('linesLabel', { name })} title=${t('linesPick')} onChange=${pick}><option value="">${t('linesPick')}</option>
    ${all.map((text) => { const said = text.replace('{name}', state.duty.value.name || t('moderator')); return html`<option key=${text} value=${said}>${said}</option>`; })}</select></span>`;
}

/** The tools and the reply box. */
export function Reply({ name }) {
  const box = useRef(null);
  const busy = useRef(false);
  const id = state.opened.value;
  const text = state.drafts.value.get(id) ?? '';
  const send = async () => {
    if (!text.trim() || busy.current) return;
    busy.current = true;
    await write(text.trim());
    busy.current = false;
    box.current?.focus();
  };
  const key = (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    } else if (event.key === 'Escape') document.querySelector('.conv')?.focus();
  };
  return html`<form class="reply" onSubmit=${(event) => event.preventDefault()}>
    <div class="tools" role="toolbar" aria-label=${t('actions')}>${TOOLS.map(([word, icon, letter]) => html`<button key=${word} type="button" class=${word === 'decide' ? 'btn dense decide' : 'btn dense'} onClick=${() => use(word)}><${Icon} name=${icon} size="s" />${word === 'more' ? html`<span class="more-w">${t('tool.more')}</span>` : t(`tool.${word}`)}${letter && html` <kbd>${letter}</kbd>`}</button>`)}</div>
    <div class="field"><${Lines} name=${name} /><label class="sr" for="reply">${t('writeToAs', { name, me: state.duty.value.name })}</label><textarea id="reply" ref=${box} rows="1" maxlength="4000" placeholder=${t('writeTo', { name })} value=${text} onKeyDown=${key}
      onInput=${({ currentTarget }) => { state.drafts.value = state.withKey(state.drafts.value, id, currentTarget.value); }}></textarea>
    <button type="button" class=${text.trim() ? 'send lit' : 'send'} aria-label=${t('sendTo', { name })} onClick=${send}><${Icon} name="up" /></button></div></form>`;
}
