// How one comes in: address, password, second factor, passkeys.
import { Icon, html, useState } from '../../ui.js';
import { dateOf } from '../../i18n/speak.js';
import { toast } from '../../toast.js';
import { door, hasPasskeys, makePasskey } from '../auth.js';
import { Field, FormError, useForm } from '../form.js';
import { knock } from '../http.js';
import { useLoaded } from '../loading.js';
import { t } from '../say.js';
import { guarded } from './again.js';
import { Section } from './section.js';

const dayOfSeconds = (at) => dateOf(at * 1000);

/** The address of the account; another one counts once its letter was answered. */
export function Email() {
  const { value, view, again } = useLoaded(async () => (await door('GET', 'account/email')).data);
  const form = useForm(async ({ email }, element) => {
    await guarded(() => door('POST', 'account/email', { email: email.trim() }));
    element.reset();
    toast(t('letterSent'));
    again();
  });
  const resend = useForm(async ({ email }) => {
    await guarded(() => door('PUT', 'account/email', { email }));
    toast(t('letterSent'));
  });
  return html`<${Section} id="email" title=${t('email')} sub=${t('emailSub')}>${view ?? html`
    ${value.length > 0 && html`<ul class="lines-l">${value.map(({ email, verified }) => html`<li key=${email}><span class="grow"><b>${email}</b><span class="meta">${t(verified ? 'emailGood' : 'emailWaits')}</span></span>
      ${!verified && html`<form onSubmit=${resend.onSubmit}><input type="hidden" name="email" value=${email} /><button class="btn quiet dense" disabled=${resend.busy}>${t('letterAgain')}</button></form>`}</li>`)}</ul>`}<${FormError} of=${resend} />
    <form class="form" onSubmit=${form.onSubmit} novalidate><${Field} of=${form} name="email" type="email" label=${t('emailNew')} required autocomplete="email" /><${FormError} of=${form} /><p><button class="btn" disabled=${form.busy}>${t('emailChange')}</button></p></form>`}<//>`;
}

/** Another password; every other sign-in ends. */
export function Password() {
  // Who comes in by another house may have none yet.
  const { value: has, again } = useLoaded(async () => (await door('GET', 'auth/session')).data.user.has_usable_password);
  const form = useForm(async (values, element) => {
    await guarded(() => door('POST', 'account/password/change', values));
    element.reset();
    toast(t('passwordSet'));
    again();
  });
  return html`<${Section} id="password" title=${t('password')} sub=${t('passwordSub')}><form class="form" onSubmit=${form.onSubmit} novalidate>
    ${has !== false && html`<${Field} of=${form} name="current_password" type="password" label=${t('passwordNow')} required autocomplete="current-password" />`}
    <${Field} of=${form} name="new_password" type="password" label=${t('newPassword')} hint=${t('passwordHint')} required autocomplete="new-password" />
    <${FormError} of=${form} /><p><button class="btn" disabled=${form.busy}>${t('setPassword')}</button></p></form><//>`;
}

/** The second factor: an app of codes, recovery codes and passkeys. */
export function SecondFactor() {
  const { value, view, again } = useLoaded(async () => (await door('GET', 'account/authenticators')).data);
  const [codes, setCodes] = useState(null);
  if (view) return html`<${Section} id="factor" title=${t('factor')} sub=${t('factorSub')}>${view}<//>`;
  const totp = value.find(({ type }) => type === 'totp');
  const recovery = value.find(({ type }) => type === 'recovery_codes');
  const keys = value.filter(({ type }) => type === 'webauthn');
  const changed = () => {
    again();
    toast(t('saved'));
  };
  return html`<${Section} id="factor" title=${t('factor')} sub=${t('factorSub')}>
    <h3>${t('totp')}</h3>${totp ? html`<${Remove} label=${t('totpOn', { day: dayOfSeconds(totp.created_at) })} run=${() => door('DELETE', 'account/authenticators/totp')} onDone=${changed} />` : html`<${Totp} onDone=${changed} />`}
    ${(totp || keys.length > 0) && html`<h3>${t('recovery')}</h3><p class="meta">${recovery ? t('recoveryLeft', { count: recovery.unused_code_count }) : t('recoveryNone')}</p><${Codes} codes=${codes} onCodes=${(made) => { setCodes(made); again(); }} />`}
    <h3>${t('passkeys')}</h3>${keys.map((key) => html`<${Remove} key=${key.id} label=${key.name || t('passkey')} sub=${t('since', { day: dayOfSeconds(key.created_at) })} run=${() => door('DELETE', 'account/authenticators/webauthn', { authenticators: [key.id] })} onDone=${changed} />`)}
    ${hasPasskeys() ? html`<${NewKey} onDone=${changed} />` : html`<p class="meta">${t('passkeysNot')}</p>`}<//>`;
}

function Remove({ label, sub, run, onDone }) {
  const form = useForm(async () => {
    await guarded(run);
    onDone();
  });
  return html`<form class="lines-l" onSubmit=${form.onSubmit}><div class="row-b"><span class="grow"><b>${label}</b>${sub && html`<span class="meta"> ${sub}</span>`}</span><button class="btn quiet dense" disabled=${form.busy}>${t('remove')}<span class="sr">: ${label}</span></button></div><${FormError} of=${form} /></form>`;
}

// The secret comes with a refusal: there is no app yet, and this is what it would hold.
async function secretOf() {
  const answer = await guarded(() => door('GET', 'account/authenticators/totp').catch((refusal) => {
    if (refusal.status !== 404) throw refusal;
    return { status: 404, meta: refusal.body.meta };
  }));
  const drawn = await knock('POST', '/settings/qr/', { text: answer.meta.totp_url });
  return { secret: answer.meta.secret, picture: drawn.ok ? drawn.body.svg : null };
}

function Totp({ onDone }) {
  const [made, setMade] = useState(null);
  const begin = useForm(async () => setMade(await secretOf()));
  const form = useForm(async ({ code }) => {
    await guarded(() => door('POST', 'account/authenticators/totp', { code: code.replaceAll(' ', '') }));
    onDone();
  });
  if (!made) return html`<form class="form" onSubmit=${begin.onSubmit}><p class="meta">${t('totpOff')}</p><${FormError} of=${begin} /><p><button class="btn" disabled=${begin.busy}>${t('totpBegin')}</button></p></form>`;
  return html`<form class="form code-in" onSubmit=${form.onSubmit} novalidate><p>${t('totpScan')}</p>
    ${made.picture && html`<img class="qr" src=${`data:image/svg+xml;utf8,${encodeURIComponent(made.picture)}`} alt=${t('totpPicture')} width="196" height="196" />`}
    <p class="meta">${t('totpByHand')}</p><p class="secret">${made.secret.replace(/(.{4})/g, '$1 ').trim()}</p>
    <${Field} of=${form} name="code" label=${t('code')} hint=${t('codeHint')} required inputmode="numeric" autocomplete="one-time-code" maxlength="12" />
    <${FormError} of=${form} /><p><button class="btn lamp" disabled=${form.busy}>${t('totpTurnOn')}</button></p></form>`;
}

function Codes({ codes, onCodes }) {
  const form = useForm(async () => onCodes((await guarded(() => door('POST', 'account/authenticators/recovery-codes', {}))).data.unused_codes));
  if (codes) return html`<p>${t('recoveryWrite')}</p><ul class="codes">${codes.map((code) => html`<li key=${code}>${code}</li>`)}</ul>`;
  return html`<form onSubmit=${form.onSubmit}><${FormError} of=${form} /><p><button class="btn" disabled=${form.busy}>${t('recoveryMake')}</button></p></form>`;
}

function NewKey({ onDone }) {
  const form = useForm(async ({ name }, element) => {
    const { data } = await guarded(() => door('GET', 'account/authenticators/webauthn?passwordless'));
    const credential = await makePasskey(data);
    await guarded(() => door('POST', 'account/authenticators/webauthn', { name: name.trim() || t('passkey'), credential }));
    element.reset();
    onDone();
  });
  return html`<form class="form" onSubmit=${form.onSubmit} novalidate><${Field} of=${form} name="name" label=${t('passkeyName')} hint=${t('passkeyNameHint')} maxlength="40" autocomplete="off" /><${FormError} of=${form} /><p><button class="btn" disabled=${form.busy}><${Icon} name="key" size="s" />${t('passkeyAdd')}</button></p></form>`;
}

/** The sign-ins that live, each of which can be ended. */
export function SignIns() {
  const { value, view, set } = useLoaded(async () => (await door('GET', 'auth/sessions')).data);
  const end = useForm(async ({ id }) => set((await guarded(() => door('DELETE', 'auth/sessions', { sessions: [id] }))).data));
  return html`<${Section} id="sign-ins" title=${t('signIns')} sub=${t('signInsSub')}>${view ?? html`<ul class="lines-l">${value.map(({ id, kind, created_at: at, is_current: here }) => html`<li key=${id}><span class="grow"><b>${t(`signIn.${kind}`)}</b><span class="meta">${here ? t('signInHere') : t('since', { day: dayOfSeconds(at) })}</span></span>
    ${!here && html`<form onSubmit=${end.onSubmit}><input type="hidden" name="id" value=${id} /><button class="btn quiet dense" disabled=${end.busy}>${t('signInEnd')}<span class="sr">: ${t(`signIn.${kind}`)}</span></button></form>`}</li>`)}</ul><${FormError} of=${end} />`}<//>`;
}
