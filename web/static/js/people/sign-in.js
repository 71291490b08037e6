// Signing in: password, then the second factor where one is set; or a passkey alone.
import { Icon, html, useEffect, useState } from '../ui.js';
import { door, hasPasskeys, provePasskey } from './auth.js';
import { Head, Invited, doorLink, onward } from './door.js';
import { Newcomer, Ways, back, backRefusal } from './elsewhere.js';
import { Factor } from './factor.js';
import { Field, FormError, useForm } from './form.js';
import { ask } from './http.js';
import { mount } from './mount.js';
import { t } from './say.js';

const FACTOR = { code: 'auth/2fa/authenticate', passkey: 'auth/webauthn/authenticate' };
const ended = new URLSearchParams(location.search).has('ended');

function Password({ form, passkeys, passkey, providers }) {
  return html`<${Head} title=${t('signIn')} lead=${t('signInLead')} /><${Invited} />${ended && html`<p class="state" role="status"><${Icon} name="clock" size="s" /><span>${t('ended')}</span></p>`}${back?.error && html`<${FormError} of=${{ refusal: backRefusal() }} />`}
    <form class="form" onSubmit=${form.onSubmit} novalidate>
      <${Field} of=${form} name="username" label=${t('username')} required autocomplete="username webauthn" autocapitalize="none" spellcheck=${false} />
      <${Field} of=${form} name="password" type="password" label=${t('password')} required autocomplete="current-password" />
      <${FormError} of=${form} /><button class="btn lamp" disabled=${form.busy}>${t('signIn')}</button></form>
    ${(passkeys || providers.length > 0) && html`<p class="or">${t('or')}</p>`}
    ${passkeys && html`<form class="form" onSubmit=${passkey.onSubmit} novalidate><${FormError} of=${passkey} /><button class="btn" disabled=${passkey.busy}><${Icon} name="key" />${t('withPasskey')}</button></form>`}
    <${Ways} providers=${providers} />
    <p class="door-links"><a href="/forgot-password/">${t('forgot')}</a><a href=${doorLink('/sign-up/')}>${t('noAccount')}</a></p>`;
}

function SignedIn({ onOut }) {
  const form = useForm(async () => {
    await ask('POST', 'auth/logout/', {});
    onOut();
  });
  return html`<${Head} title=${t('alreadyIn')} lead=${t('alreadyInSub')} /><button type="button" class="btn lamp" onClick=${() => onward()}>${t('goOn')}</button>
    <form class="form" onSubmit=${form.onSubmit} novalidate><${FormError} of=${form} /><button class="btn" disabled=${form.busy}>${t('signOut')}</button></form>`;
}

function Page() {
  const [inside, setInside] = useState(Boolean(document.body.dataset.signedIn) && !ended);
  const [factor, setFactor] = useState(null);
  const [ways, setWays] = useState({ passkeys: false, providers: [] });
  const [newcomer, setNewcomer] = useState(null);
  const take = (answer) => {
    if (answer.status === 200) onward();
    else if (answer.pending?.id === 'mfa_authenticate') setFactor(answer.pending.types ?? ['totp']);
    else if (answer.pending?.id === 'provider_signup') setNewcomer(answer.pending.provider);
    else if (answer.pending?.id === 'mfa_trust') door('POST', 'auth/2fa/trust', { trust: false }).then(take);
    else if (answer.pending) setFactor([]);
  };
  const form = useForm(async ({ username, password }) => {
    if (ended) await door('DELETE', 'auth/session');
    take(await door('POST', 'auth/login', { username: username.trim(), password }));
  });
  const passkey = useForm(async () => {
    const { data } = await door('GET', 'auth/webauthn/login');
    take(await door('POST', 'auth/webauthn/login', { credential: await provePasskey(data) }));
  });
  useEffect(() => {
    door('GET', 'config').then(({ data }) => setWays({ passkeys: hasPasskeys() && Boolean(data?.mfa?.passkey_login_enabled), providers: data?.socialaccount?.providers ?? [] }), () => {});
    if (back && !back.error && !inside) door('GET', 'auth/session').then(take, () => {});
    if (back && !back.error && inside) onward();
  }, []);
  if (newcomer) return html`<${Newcomer} name=${newcomer.name} />`;
  if (inside) return html`<${SignedIn} onOut=${() => setInside(false)} />`;
  if (factor?.length) return html`<${Head} title=${t('secondStep')} lead=${t('secondStepSub')} step=${1} /><${Factor} types=${factor} paths=${FACTOR} onDone=${take} />`;
  if (factor) return html`<${Head} title=${t('confirmFirst')} lead=${t('confirmFirstSub')} step=${1} />`;
  return html`<${Password} form=${form} passkeys=${ways.passkeys} passkey=${passkey} providers=${ways.providers} />`;
}

mount(html`<${Page} />`);
