// Making an account. A guest becomes it, and keeps their rooms.
import { Icon, html, useState } from '../ui.js';
import * as storage from '../storage.js';
import { localeOf } from '../i18n/locale.js';
import { spoken } from '../i18n/speak.js';
import { door } from './auth.js';
import { Done, Head, Invited, doorLink, onward } from './door.js';
import { Field, FormError, useForm } from './form.js';
import { ask } from './http.js';
import { mount } from './mount.js';
import { t } from './say.js';

const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

async function register({ username, email, password }) {
  const guest = storage.load('guest');
  const asked = { username: username.trim(), email: email.trim(), password, profile: { locale: localeOf(spoken, navigator.languages), time_zone: zone() } };
  try {
    await ask('POST', 'users/register/', asked, guest ? { Authorization: `Bearer ${guest}` } : {});
  } catch (refusal) {
    if (refusal.status !== 401 || !guest) throw refusal;
    await ask('POST', 'users/register/', asked); // the guest is gone already: begin without one
  }
  storage.drop('guest'); // the same person, from here on with a session
}

function Page() {
  const [made, setMade] = useState(null);
  const form = useForm(async (values) => {
    await register(values);
    const answer = await door('POST', 'auth/login', { username: values.username.trim(), password: values.password });
    setMade({ ...values, inside: answer.status === 200 });
  });
  const guest = storage.load('guest');
  if (made) return html`<${Done} title=${t('welcome', { name: made.username })} text=${t('mailSent', { email: made.email })} label=${t(made.inside ? 'goOn' : 'signIn')} onClick=${() => (made.inside ? onward('/circle/') : location.assign(doorLink('/sign-in/')))} />`;
  return html`<${Head} title=${t('signUp')} lead=${t('signUpLead')} /><${Invited} />
    <form class="form" onSubmit=${form.onSubmit} novalidate>
      <${Field} of=${form} name="username" label=${t('username')} hint=${t('usernameHint')} required maxlength="32" autocomplete="username" autocapitalize="none" spellcheck=${false} />
      <${Field} of=${form} name="email" type="email" label=${t('email')} hint=${t('emailHint')} required autocomplete="email" />
      <${Field} of=${form} name="password" type="password" label=${t('password')} hint=${t('passwordHint')} required autocomplete="new-password" />
      <${FormError} of=${form} /><button class="btn lamp" disabled=${form.busy}>${t('signUp')}</button>
      <p class="fine-n"><${Icon} name="lock" size="s" /><span>${guest ? t('keepsRooms') : ''} ${t('signUpFine')}</span></p></form>
    <p class="door-links"><a href=${doorLink('/sign-in/')}>${t('haveAccount')}</a></p>`;
}

mount(html`<${Page} />`);
