// The safety plan: what contacts read, and what one keeps for a hard hour.
import { html } from '../../../ui.js';
import { toast } from '../../../toast.js';
import { Field, FormError, useForm } from '../../form.js';
import { ask } from '../../http.js';
import { t } from '../../say.js';

const TEXTS = ['warning_signs', 'coping', 'distractions', 'people', 'professionals', 'safe_surroundings', 'reasons'];

/** Both forms. `onSaved(plan)` with the plan as it is then. */
export function Plan({ plan, username, onSaved }) {
  const save = async (change) => {
    onSaved(await ask('PUT', 'safety/plan/', change));
    toast(t('saved'));
  };
  const said = useForm(({ own_name, own_words }) => save({ own_name: own_name.trim() || null, own_words: own_words.trim() || null }));
  const kept = useForm((values) => save(Object.fromEntries(TEXTS.map((name) => [name, values[name].trim() || null]))));
  return html`<form class="form" onSubmit=${said.onSubmit} novalidate>
      <${Field} of=${said} id="sf-own_name" name="own_name" label=${t('sf.ownName')} hint=${t('sf.ownNameHint', { name: username })} maxlength="80" autocomplete="off" value=${plan.own_name ?? ''} />
      <${Field} of=${said} id="sf-own_words" name="own_words" as="textarea" rows="3" maxlength="500" label=${t('sf.ownWords')} hint=${t('sf.ownWordsHint')} defaultValue=${plan.own_words ?? ''} />
      <${FormError} of=${said} /><p><button class="btn" disabled=${said.busy}>${t('save')}</button></p></form>
    <details class="more-d"><summary>${t('sf.planOpen')}</summary><p class="meta">${t('sf.planSub')}</p>
      <form class="form" onSubmit=${kept.onSubmit} novalidate>${TEXTS.map((name) => html`<${Field} key=${name} of=${kept} id=${`sf-${name}`} name=${name} as="textarea" rows="3" maxlength="4000" label=${t(`sf.plan.${name}`)} hint=${t(`sf.plan.${name}.sub`)} defaultValue=${plan[name] ?? ''} />`)}
        <${FormError} of=${kept} /><p><button class="btn" disabled=${kept.busy}>${t('save')}</button></p></form></details>`;
}
