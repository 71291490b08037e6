// A dialog over the page; closing it gives the focus back to what opened it.
import { html, useEffect, useRef } from '../ui.js';
import { FormError, useForm } from './form.js';
import { t } from './say.js';

/** A modal dialog. `onClose` is called when it is shut, by whatever way. */
export function Dialog({ title, onClose, children }) {
  const dialog = useRef(null);
  useEffect(() => {
    const { current } = dialog;
    current.showModal();
    return () => current.close();
  }, []);
  return html`<dialog class="panel dialog" ref=${dialog} aria-labelledby="dialog-h" onClose=${onClose}>${children(html`<h2 id="dialog-h">${title}</h2>`)}</dialog>`;
}

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
