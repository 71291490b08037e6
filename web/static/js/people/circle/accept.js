// Coming into somebody's circle with an invitation.
import { Icon, html } from '../../ui.js';
import { toast } from '../../toast.js';
import { Field, FormError, useForm } from '../form.js';
import { t } from '../say.js';
import { accept } from './state.js';

/** The invitation in the address (`#invite=…`), or null. */
export function invitation() {
  return new URLSearchParams(location.hash.slice(1)).get('invite');
}

/** The form that accepts; `onDone` when one is in, or does not want to be. */
export function Accept({ token, onDone }) {
  const form = useForm(async ({ name }) => {
    const circle = await accept(token, name.trim());
    toast(t('joined', { circle: circle.name }));
    onDone();
  });
  const dead = form.refusal?.status === 410;
  return html`<section class="panel pad-in accept" aria-labelledby="acc-h"><h2 id="acc-h">${t('invited')}</h2><p class="meta">${t('invitedSub')}</p>
    <form class="form" onSubmit=${form.onSubmit} novalidate>
      <${Field} of=${form} name="name" label=${t('yourName')} hint=${t('yourNameHint')} maxlength="80" autocomplete="off" disabled=${dead} />
      <${FormError} of=${form} />
      <p class="acts-row">${dead ? html`<button type="button" class="btn" onClick=${onDone}>${t('close')}</button>` : html`<button class="btn lamp" disabled=${form.busy}>${t('comeIn')}</button><button type="button" class="btn" onClick=${onDone}>${t('notNow')}</button>`}</p>
      <p class="fine-n"><${Icon} name="lock" size="s" /><span>${t('invitedFine')}</span></p></form></section>`;
}
