// Asking for a link that sets a new password. The answer is the same whoever asks.
import { html, useState } from '../ui.js';
import { door } from './auth.js';
import { Done, Head } from './door.js';
import { Field, FormError, useForm } from './form.js';
import { mount } from './mount.js';
import { t } from './say.js';

function Page() {
  const [sent, setSent] = useState('');
  const form = useForm(async ({ email }) => {
    await door('POST', 'auth/password/request', { email: email.trim() });
    setSent(email.trim());
  });
  if (sent) return html`<${Done} title=${t('lookInMail')} text=${t('resetSent', { email: sent })} to="/sign-in/" label=${t('signIn')} />`;
  return html`<${Head} title=${t('forgotTitle')} lead=${t('forgotLead')} /><form class="form" onSubmit=${form.onSubmit} novalidate>
      <${Field} of=${form} name="email" type="email" label=${t('email')} required autocomplete="email" />
      <${FormError} of=${form} /><button class="btn lamp" disabled=${form.busy}>${t('sendLink')}</button></form>
    <p class="door-links"><a href="/sign-in/">${t('backToSignIn')}</a></p>`;
}

mount(html`<${Page} />`);
