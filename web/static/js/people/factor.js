// The second step of a sign-in: a code, a recovery code or a passkey.
import { Icon, html, useState } from '../ui.js';
import { door, hasPasskeys, provePasskey } from './auth.js';
import { Field, FormError, useForm } from './form.js';
import { t } from './say.js';

/** `types` are those set up; `paths` {code, passkey} the doors of this step; `onDone(answer)` gets the doors' answer. */
export function Factor({ types, paths, onDone }) {
  const [recovery, useRecovery] = useState(!types.includes('totp') && types.includes('recovery_codes'));
  const form = useForm(async ({ code }) => onDone(await door('POST', paths.code, { code: code.replaceAll(' ', '') })));
  const key = useForm(async () => {
    const { data } = await door('GET', paths.passkey);
    onDone(await door('POST', paths.passkey, { credential: await provePasskey(data) }));
  });
  const coded = types.includes('totp') || types.includes('recovery_codes');
  return html`
    ${types.includes('webauthn') && hasPasskeys() && html`<form class="form" onSubmit=${key.onSubmit} novalidate><${FormError} of=${key} /><button class=${coded ? 'btn' : 'btn lamp'} disabled=${key.busy}><${Icon} name="key" />${t('usePasskey')}</button></form>`}
    ${coded && types.includes('webauthn') && html`<p class="or">${t('or')}</p>`}
    ${coded && html`<form class="form code-in" onSubmit=${form.onSubmit} novalidate>
      ${recovery
        ? html`<${Field} key="r" of=${form} name="code" label=${t('recoveryCode')} hint=${t('recoveryCodeHint')} required autocomplete="off" autocapitalize="none" spellcheck=${false} />`
        : html`<${Field} key="t" of=${form} name="code" label=${t('code')} hint=${t('codeHint')} required inputmode="numeric" autocomplete="one-time-code" maxlength="12" autofocus />`}
      <${FormError} of=${form} /><button class="btn lamp" disabled=${form.busy}>${t('goOn')}</button></form>`}
    ${types.includes('totp') && types.includes('recovery_codes') && html`<p class="door-links"><button type="button" class="linky" onClick=${() => { form.clear(); useRecovery(!recovery); }}>${t(recovery ? 'useCode' : 'useRecovery')}</button></p>`}`;
}
