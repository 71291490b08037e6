// Confirming an address: the link in the mail opens this page, a click confirms.
import { html, useState } from '../ui.js';
import { door } from './auth.js';
import { Done, Head, key } from './door.js';
import { FormError, useForm } from './form.js';
import { mount } from './mount.js';
import { t } from './say.js';

function Page() {
  const [done, setDone] = useState(false);
  const form = useForm(async () => {
    await door('POST', 'auth/email/verify', { key }); // 401 says only that nobody is signed in here
    setDone(true);
  });
  const inside = document.body.dataset.signedIn;
  if (done) return html`<${Done} title=${t('confirmed')} text=${t('confirmedSub')} to=${inside ? '/settings/' : '/sign-in/'} label=${t(inside ? 'goOn' : 'signIn')} />`;
  return html`<${Head} title=${t('confirmTitle')} lead=${t('confirmLead')} /><form class="form" onSubmit=${form.onSubmit} novalidate><${FormError} of=${form} /><button class="btn lamp" disabled=${form.busy}>${t('confirm')}</button></form>
    ${form.refusal && html`<p class="door-links"><a href="/settings/#email">${t('newLink')}</a></p>`}`;
}

mount(html`<${Page} />`);
