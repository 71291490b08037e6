// The clinicians assigned to one: each sees nothing until one says yes, and nothing any more once one ends it.
import { html, useState } from '../../ui.js';
import { dateOf } from '../../i18n/speak.js';
import { Confirm } from '../dialog.js';
import { FormError, useForm } from '../form.js';
import { t } from '../say.js';
import * as state from './state.js';

function Waiting({ one }) {
  const yes = useForm(() => state.acceptClinician(one.id));
  const no = useForm(() => state.endClinician(one.id));
  return html`<li data-clinician=${one.name}><span class="grow"><b>${one.name}</b><span class="meta">${t('clinWaits', { day: dateOf(one.added_at) })}</span></span>
    <span class="acts-row"><form onSubmit=${yes.onSubmit}><button class="btn dense" disabled=${yes.busy}>${t('clinYes')}<span class="sr">: ${one.name}</span></button></form>
    <form onSubmit=${no.onSubmit}><button class="btn quiet dense" disabled=${no.busy}>${t('clinNo')}<span class="sr">: ${one.name}</span></button></form></span>
    <${FormError} of=${yes} /><${FormError} of=${no} /></li>`;
}

function Standing({ one, onEnd }) {
  return html`<li data-clinician=${one.name}><span class="grow"><b>${one.name}</b><span class="meta">${t('clinSince', { day: dateOf(one.accepted_at) })}</span></span>
    <button type="button" class="btn quiet dense" onClick=${() => onEnd(one)}>${t('clinEnd')}<span class="sr">: ${one.name}</span></button></li>`;
}

/** Who waits and who stands; nothing where nobody was ever assigned. */
export function Clinicians() {
  const [ending, setEnding] = useState(null);
  const all = state.clinicians.value;
  if (!all.length && !ending) return null;
  return html`<section class="panel pad-in" id="clinicians" aria-labelledby="clin-h"><h2 id="clin-h">${t('clinicians')}</h2><p class="meta">${t('cliniciansSub')}</p>
    <ul class="lines-l">${all.map((one) => (one.accepted_at ? html`<${Standing} key=${one.id} one=${one} onEnd=${setEnding} />` : html`<${Waiting} key=${one.id} one=${one} />`))}</ul>
    ${ending && html`<${Confirm} title=${t('clinEndTitle', { name: ending.name })} text=${t('clinEndText', { name: ending.name })} button=${t('clinEnd')} run=${() => state.endClinician(ending.id)} onClose=${() => setEnding(null)} />`}</section>`;
}
