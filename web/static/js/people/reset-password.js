// Choosing a new password with the key of a mailed link. It works once.
import { html, useEffect, useState } from '../ui.js';
import { door } from './auth.js';
import { Done, Head, key } from './door.js';
import { Field, FormError, useForm } from './form.js';
import { mount } from './mount.js';
import { t } from './say.js';

function Page() {
  const [dead, setDead] = useState(false);
  const [done, setDone] = useState(false);
  const form = useForm(async ({ password }) => {
    await door('POST', 'auth/password/reset', { key, password }).catch((refusal) => {
      if (refusal.fields.key) setDead(true);
      throw refusal;
    });
    setDone(true);
  });
  useEffect(() => {
    door('GET', 'auth/password/reset', undefined, { 'X-Password-Reset-Key': key }).catch(({ status }) => setDead(status === 400 || status === 409));
  }, []);
  if (done) return html`<${Done} title=${t('passwordSet')} text=${t('passwordSetSub')} to="/sign-in/" label=${t('signIn')} />`;
  if (dead) return html`<${Head} title=${t('linkDead')} lead=${t('linkDeadSub')} step=${1} /><a class="btn lamp" href="/forgot-password/">${t('newLink')}</a>`;
  return html`<${Head} title=${t('resetTitle')} lead=${t('resetLead')} /><form class="form" onSubmit=${form.onSubmit} novalidate>
    <${Field} of=${form} name="password" type="password" label=${t('newPassword')} hint=${t('passwordHint')} required autocomplete="new-password" />
    <${FormError} of=${form} /><button class="btn lamp" disabled=${form.busy}>${t('setPassword')}</button></form>`;
}

mount(html`<${Page} />`);
