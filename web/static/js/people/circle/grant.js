// One cell of the matrix opened: what this person may do with this kind, until when, and when it is quiet.
import { html, useState } from '../../ui.js';
import { SEEN_ONLY } from '../categories.js';
import { Dialog } from '../dialog.js';
import { Field, FormError, useForm } from '../form.js';
import { t } from '../say.js';
import { asked, dayIn } from './model.js';
import { setGrant } from './state.js';

function Times({ form, quiet }) {
  return html`<div class="pair">
    <${Field} of=${form} name="start" type="time" label=${t('quietStart')} required value=${quiet?.start ?? '22:00'} />
    <${Field} of=${form} name="end" type="time" label=${t('quietEnd')} required value=${quiet?.end ?? '07:00'} /></div>`;
}

/** The dialog of one grant. */
export function GrantDialog({ member, category, grant, look, onClose }) {
  const [access, setAccess] = useState(look);
  const [quiet, setQuiet] = useState(Boolean(grant?.quiet_hours));
  const form = useForm(async (values) => {
    await setGrant(member.id, category, access === 'hidden' ? null : asked({ ...values, access, quiet }));
    onClose();
  });
  const choices = ['hidden', 'view', ...(SEEN_ONLY.has(category) ? [] : ['contribute'])];
  return html`<${Dialog} title=${t('grantTitle', { name: member.name, category: t(`cat.${category}`).toLowerCase() })} onClose=${onClose}>${(heading) => html`<form onSubmit=${form.onSubmit} novalidate>
    ${heading}<fieldset><legend class="sr">${t('grantWhat')}</legend>${choices.map((choice) => html`<label key=${choice} class="check"><input type="radio" name="access" value=${choice} checked=${access === choice} onChange=${() => setAccess(choice)} /><span>${t(`look.${choice}`)}<small>${t(`look.${choice}.sub`, { name: member.name })}</small></span></label>`)}</fieldset>
    ${access !== 'hidden' && html`<${Field} of=${form} id="f-expires_at" name="until" type="date" label=${t('until')} hint=${t('untilHint')} value=${dayIn(grant?.expires_at)} min=${dayIn(Date.now())} />
      <label class="check"><input type="checkbox" checked=${quiet} onChange=${(event) => setQuiet(event.currentTarget.checked)} /><span>${t('quiet')}<small>${t('quietHint')}</small></span></label>
      ${quiet && html`<${Times} form=${form} quiet=${grant?.quiet_hours} />`}`}
    <${FormError} of=${form} />
    <p class="two"><button type="button" class="btn" onClick=${onClose}>${t('cancel')}</button><button class="btn lamp" disabled=${form.busy}>${t('save')}</button></p>
  </form>`}<//>`;
}
