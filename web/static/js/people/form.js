// Forms: labelled fields, errors at the field with what to do next, one thing sent at a time.
import { Icon, html, useEffect, useRef, useState } from '../ui.js';
import { Refusal } from './refusal.js';
import { t, tOr } from './say.js';

/** The words of one field's error `{code, message}`. */
export const fieldError = (name, { code, message, min, max }) => tOr(`err.${name}.${code}`, tOr(`err.${code}`, message || t('err.field')))
  .replace('{min}', min ?? '').replace('{max}', max ?? '');

/** The words of a refusal as a whole, or nothing where each field has its own. */
export function generalError(refusal) {
  if (!refusal) return '';
  if (refusal.status === 429) return refusal.retryAfterS ? t('err.wait', { count: refusal.retryAfterS }) : t('err.rate_limited');
  if (!refusal.code && Object.keys(refusal.fields).length) return '';
  return tOr(`err.${refusal.code}`, refusal.said || t('err.broken'));
}

// What can be known without asking the server.
function lacking(form) {
  const fields = {};
  for (const field of form.elements) {
    if (!field.name || field.disabled) continue;
    if (field.required && !field.value.trim()) fields[field.name] ??= { code: 'required' };
    else if (field.validity?.typeMismatch) fields[field.name] ??= { code: `bad_${field.type}` };
    else if (field.validity?.badInput) fields[field.name] ??= { code: 'invalid' };
  }
  return Object.keys(fields).length ? new Refusal(422, { fields }) : null;
}

/**
 * The state of a form. `send(values, form)` does what it is for and throws Refusal.
 * Gives {busy, refusal, onSubmit, wrong(name), clear()}; the first wrong field, or the line of the error, gets the focus.
 */
export function useForm(send) {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState(null);
  const form = useRef(null);
  useEffect(() => {
    if (!refusal) return;
    const wrong = form.current?.querySelector('[aria-invalid="true"]') ?? form.current?.querySelector('[data-error]');
    wrong?.focus();
  }, [refusal]);
  const onSubmit = async (event) => {
    event.preventDefault();
    if (busy) return;
    form.current = event.currentTarget;
    const missing = lacking(form.current);
    setRefusal(missing);
    if (missing) return;
    setBusy(true);
    try {
      await send(Object.fromEntries(new FormData(form.current, event.submitter)), form.current);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      setRefusal(error);
    } finally {
      setBusy(false);
    }
  };
  return { busy, refusal, onSubmit, wrong: (name) => refusal?.fields[name], clear: () => setRefusal(null) };
}

/** The line over a form that says why nothing was done. */
export function FormError({ of }) {
  const text = generalError(of.refusal);
  const strays = of.refusal && !text ? Object.entries(of.refusal.fields).filter(([name]) => !document.getElementsByName(name).length) : [];
  const said = text || strays.map(([name, error]) => fieldError(name, error)).join(' ');
  if (!said) return null;
  return html`<p class="state bad" role="alert" tabindex="-1" data-error><${Icon} name="warn" size="s" /><span>${said}</span></p>`;
}

/** A labelled field. `as`: 'input', 'textarea' or a select when it has children. `value` is what it begins with. What else is given goes to the control. */
export function Field({ of, name, label, hint, as = 'input', id = `f-${name}`, children, value, ...rest }) {
  const error = of?.wrong(name);
  const described = [hint && `${id}-hint`, error && `${id}-err`].filter(Boolean).join(' ') || undefined;
  // What stands in a field at first: drawing the form anew, say with an error, leaves what was typed.
  if (value !== undefined) rest.defaultValue = value;
  const shared = { id, name, 'aria-invalid': error ? 'true' : undefined, 'aria-describedby': described, ...rest };
  const control = children
    ? html`<span class="select"><select ...${shared}>${children}</select><${Icon} name="chev" /></span>`
    : as === 'textarea' ? html`<textarea ...${shared}></textarea>`
    : rest.type === 'password' ? html`<${Hidden} ...${shared} />` : html`<input type="text" ...${shared} />`;
  return html`<div class="f"><label for=${id}>${label}</label>${control}
    ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
    ${error && html`<p class="state bad" id=${`${id}-err`}><${Icon} name="warn" size="s" /><span>${fieldError(name, error)}</span></p>`}</div>`;
}

// A password that can be looked at while it is typed.
function Hidden(rest) {
  const [shown, show] = useState(false);
  return html`<span class="with-eye"><input ...${rest} type=${shown ? 'text' : 'password'} spellcheck=${false} autocapitalize="none" />
    <button type="button" class="btn quiet dense" aria-pressed=${String(shown)} aria-label=${t('showPassword')} onClick=${() => show(!shown)}>${t(shown ? 'hide' : 'show')}</button></span>`;
}
