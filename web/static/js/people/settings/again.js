// Showing again who is there, before something that opens the account is changed.
import { html, signal } from '../../ui.js';
import { door } from '../auth.js';
import { Dialog } from '../dialog.js';
import { Factor } from '../factor.js';
import { Field, FormError, useForm } from '../form.js';
import { toSignIn } from '../http.js';
import { Refusal } from '../refusal.js';
import { t } from '../say.js';

const PATHS = { code: 'auth/2fa/reauthenticate', passkey: 'auth/webauthn/reauthenticate' };
const asking = signal(null);

/** `run()`, and once more after the person has shown who they are where the door asks for it. Throws Refusal. */
export async function guarded(run) {
  const answer = await run();
  if (answer.status !== 401) return answer;
  const flows = answer.flows.filter(({ id }) => id === 'reauthenticate' || id === 'mfa_reauthenticate');
  if (!flows.length) return toSignIn();
  const shown = await new Promise((resolve) => { asking.value = { flows, resolve }; });
  asking.value = null;
  if (!shown) throw new Refusal(0, { code: 'not_confirmed' });
  return run();
}

/** The dialog that asks; it stands once in the page. */
export function Again() {
  const asked = asking.value;
  if (!asked) return null;
  const factor = asked.flows.find(({ id }) => id === 'mfa_reauthenticate');
  const done = () => asked.resolve(true);
  return html`<${Dialog} title=${t('againTitle')} onClose=${() => asked.resolve(false)}>${(heading) => html`<div class="form">${heading}<p>${t('againSub')}</p>
    ${factor ? html`<${Factor} types=${factor.types ?? ['totp']} paths=${PATHS} onDone=${done} />` : html`<${Password} onDone=${done} />`}
    <p><button type="button" class="btn" onClick=${() => asked.resolve(false)}>${t('cancel')}</button></p></div>`}<//>`;
}

function Password({ onDone }) {
  const form = useForm(async ({ password }) => {
    await door('POST', 'auth/reauthenticate', { password });
    onDone();
  });
  return html`<form class="form" onSubmit=${form.onSubmit} novalidate><${Field} of=${form} id="f-again" name="password" type="password" label=${t('password')} required autocomplete="current-password" />
    <${FormError} of=${form} /><button class="btn lamp" disabled=${form.busy}>${t('goOn')}</button></form>`;
}
