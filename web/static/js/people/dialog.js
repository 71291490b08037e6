// Asking once more, in a dialog over the page.
import { html } from '../ui.js';
import { Dialog } from '../modal.js';
import { FormError, useForm } from './form.js';
import { t } from './say.js';

export { Dialog };

/** Ask once more before something is ended. `run(values)` does it and throws Refusal; `children(form)` may add fields. */
export function Confirm({ title, text, button, danger = false, onClose, run, children }) {
  const form = useForm(async (values) => {
    await run(values);
    onClose();
  });
  return html`<${Dialog} title=${title} onClose=${onClose}>${(heading) => html`<form onSubmit=${form.onSubmit} novalidate>
    ${heading}<p>${text}</p>${children?.(form)}<${FormError} of=${form} />
    <p class="two"><button type="button" class="btn" onClick=${onClose}>${t('cancel')}</button><button class=${danger ? 'btn ember' : 'btn lamp'} disabled=${form.busy}>${button}</button></p>
  </form>`}<//>`;
}
