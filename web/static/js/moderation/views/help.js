// The keys, in words.
import { html } from '../../ui.js';
import { Dialog } from '../../modal.js';
import { KEYS } from '../keys.js';
import { t } from '../say.js';

/** All keys of the console. */
export function Help({ onClose }) {
  return html`<${Dialog} title=${t('help')} onClose=${onClose}>${(heading) => html`<form method="dialog">${heading}<p class="meta">${t('helpSub')}</p>
    <dl class="keys">${Object.entries(KEYS).map(([key, word]) => html`<div key=${key}><dt><kbd>${key}</kbd></dt><dd>${t(`key.${word}`)}</dd></div>`)}<div><dt><kbd>⇧ ⇧ ⇧</kbd></dt><dd>${t('key.hide')}</dd></div></dl>
    <button class="btn">${t('close')}</button></form>`}<//>`;
}
