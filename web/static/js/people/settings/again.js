// Showing again who is there, before something that opens the account is changed.
import { html, signal, useState } from '../../ui.js';
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
  if (!answer.meta.is_authenticated) return toSignIn();
  const flows = answer.flows.filter(({ id }) => id === 'reauthenticate' || id === 'mfa_reauthenticate');
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
  // Who comes in by another house may have nothing of ours to show: a code goes to their mailbox.
  const own = factor ? html`<${Factor} types=${factor.types ?? ['totp']} paths=${PATHS} onDone=${done} />` : asked.flows.length ? html`<${Password} onDone=${done} />` : html`<${Letter} onDone=${done} />`;
  return html`<${Dialog} title=${t('againTitle')} onClose=${() => asked.resolve(false)}>${(heading) => html`<div class="form">${heading}<p>${t('againSub')}</p>
    ${own}
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

function Letter({ onDone }) {
  const [sent, setSent] = useState('');
  const begin = useForm(async () => {
    const answer = await door('POST', 'auth/reauthenticate/letter').catch((refusal) => {
      if (refusal.status !== 409) throw refusal;
      return null;
    });
    setSent(answer ? 'yes' : 'no');
  });
  const form = useForm(async ({ code }) => {
    await door('POST', 'auth/reauthenticate/code', { code });
    onDone();
  });
  if (sent === 'no') return html`<p class="state" role="status"><span>${t('againNoAddress')}</span></p><p><a class="btn" href="/sign-in/?next=/settings/">${t('signInAgain')}</a></p>`;
  if (!sent) return html`<form class="form" onSubmit=${begin.onSubmit} novalidate><p class="meta">${t('againLetter')}</p><${FormError} of=${begin} /><button class="btn lamp" disabled=${begin.busy}>${t('againSend')}</button></form>`;
  return html`<form class="form code-in" onSubmit=${form.onSubmit} novalidate><${Field} of=${form} id="f-again" name="code" label=${t('code')} hint=${t('againCodeHint')} required inputmode="numeric" autocomplete="one-time-code" maxlength="12" autofocus />
    <${FormError} of=${form} /><button class="btn lamp" disabled=${form.busy}>${t('goOn')}</button></form>`;
}
