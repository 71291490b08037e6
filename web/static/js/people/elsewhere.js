// Coming in by another house: its button, what one comes back with, and the name a newcomer chooses.
import { html, useState } from '../ui.js';
import * as storage from '../storage.js';
import { spoken } from '../i18n/speak.js';
import { door } from './auth.js';
import { Done, Head, Invited, onward } from './door.js';
import { Field, FormError, useForm } from './form.js';
import { ask } from './http.js';
import { Refusal } from './refusal.js';
import { t } from './say.js';

const asked = new URLSearchParams(location.search);

/** Whether one has just come back from there, and with which error (a word, or nothing). */
export const back = asked.has('back') ? { error: asked.get('error') ?? '' } : null;

/** What there is to say of how it went, as a refusal; null where nothing went wrong. */
export const backRefusal = () => (back?.error ? new Refusal(0, { code: back.error === 'cancelled' ? 'social_cancelled' : back.error === 'connected_other' ? 'social_taken' : 'social' }) : null);

/** Go there. `process`: 'login' or 'connect'; `page`: where to come back to. `knocker`: how the door is asked. Throws Refusal. */
export async function goElsewhere(provider, process, page, knocker = (run) => run()) {
  const { data } = await knocker(() => door('POST', 'auth/provider/redirect', { provider, process, callback_url: page }));
  location.assign(data.location);
  await new Promise(() => {}); // the page is being left
}

function Way({ provider }) {
  const next = document.body.dataset.next ? `&next=${encodeURIComponent(document.body.dataset.next)}` : '';
  const form = useForm(() => goElsewhere(provider.id, 'login', `/sign-in/?back=1${next}${location.hash}`));
  return html`<form class="form" onSubmit=${form.onSubmit} novalidate><${FormError} of=${form} /><button class="btn" disabled=${form.busy}>${t('signInBy', { name: provider.name })}</button></form>`;
}

/** A button for each house that is named. */
export const Ways = ({ providers }) => providers.map((provider) => html`<${Way} key=${provider.id} provider=${provider} />`);

async function makeAccount({ username, email }) {
  const guest = storage.load('guest');
  await door('POST', 'auth/provider/signup', { username: username.trim(), email: email.trim() }, guest ? { Authorization: `Bearer ${guest}` } : {});
  storage.drop('guest'); // the same person, from here on with a session
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  await ask('PATCH', 'users/me/', { profile: { locale: spoken, time_zone: zone } }).catch(() => {}); // can be set in the settings
}

/** Who comes for the first time chooses a name, and says which address is theirs. */
export function Newcomer({ name }) {
  const [made, setMade] = useState(null);
  const form = useForm(async (values) => {
    await makeAccount(values);
    setMade(values);
  });
  if (made) return html`<${Done} title=${t('welcome', { name: made.username })} text=${t('mailSent', { email: made.email })} label=${t('goOn')} onClick=${() => onward('/circle/')} />`;
  return html`<${Head} title=${t('newcomer')} lead=${t('newcomerSub', { name })} step=${1} /><${Invited} />
    <form class="form" onSubmit=${form.onSubmit} novalidate>
      <${Field} of=${form} name="username" label=${t('username')} hint=${t('usernameHint')} required maxlength="32" autocomplete="username" autocapitalize="none" spellcheck=${false} />
      <${Field} of=${form} name="email" type="email" label=${t('email')} hint=${t('emailHint')} required autocomplete="email" />
      <${FormError} of=${form} /><button class="btn lamp" disabled=${form.busy}>${t('signUp')}</button></form>
    <p class="door-links"><a href="/sign-in/">${t('newcomerHas', { name })}</a></p>`;
}
