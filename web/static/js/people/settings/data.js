// One's data: who looked, a copy of everything, and its end.
import { Icon, html, useState } from '../../ui.js';
import * as storage from '../../storage.js';
import { Looks } from '../circle/history.js';
import { Confirm } from '../dialog.js';
import { Field } from '../form.js';
import { ask } from '../http.js';
import { Refusal } from '../refusal.js';
import { t } from '../say.js';
import { Section } from './section.js';

/** Who looked, and a copy of all that is held. */
export function Held() {
  const [open, setOpen] = useState(false);
  return html`<${Section} id="data" title=${t('yourData')} sub=${t('yourDataSub')}>
    <p><a class="btn" href="/api/v1/users/me/export/" download="hearth.zip"><${Icon} name="down" size="s" />${t('takeCopy')}</a></p>
    <details class="more-d" onToggle=${(event) => setOpen(event.currentTarget.open)}><summary>${t('whoLooked')}</summary>${open && html`<${Looks} />`}</details><//>`;
}

/** Signing out, and being forgotten. */
export function End() {
  const [asking, setAsking] = useState(false);
  const [unsent, setUnsent] = useState(0);
  const out = async () => {
    for (const start of ['days.', 'bed.', 'seizure.']) storage.keys(start).forEach((key) => storage.drop(key)); // whoever comes next finds nothing of one's days
    await ask('POST', 'auth/logout/', {}).catch(() => {});
    location.assign('/sign-in/');
  };
  const leave = () => {
    const waiting = storage.keys('days.').length;
    if (waiting) setUnsent(waiting);
    else out();
  };
  const erase = async ({ word }) => {
    if (word.trim().toLowerCase() !== t('eraseWord')) throw new Refusal(422, { fields: { word: { code: 'word' } } });
    await ask('POST', 'users/me/erase/', {});
    storage.wipe();
    location.assign('/');
  };
  return html`<${Section} id="end" title=${t('endTitle')} sub=${t('endSub')} danger>
    <p class="acts-row"><button type="button" class="btn" onClick=${leave}>${t('signOut')}</button><button type="button" class="btn ember" onClick=${() => setAsking(true)}>${t('erase')}</button></p>
    ${unsent > 0 && html`<${Confirm} title=${t('d.unsentTitle')} text=${t('d.unsentText', { count: unsent })} button=${t('signOut')} danger run=${out} onClose=${() => setUnsent(0)} />`}
    ${asking && html`<${Confirm} title=${t('eraseTitle')} text=${t('eraseText')} button=${t('erase')} danger run=${erase} onClose=${() => setAsking(false)}>${(form) => html`<${Field} of=${form} name="word" label=${t('eraseType', { word: t('eraseWord') })} required autocomplete="off" />`}<//>`}<//>`;
}
