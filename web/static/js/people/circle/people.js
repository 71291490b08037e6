// Who is in the circle, who is asked in, and how one leaves.
import { Icon, html, useRef, useState } from '../../ui.js';
import { Avatar } from '../../views/picture.js';
import { dateOf, dayName, timeOf } from '../../i18n/speak.js';
import { toast } from '../../toast.js';
import { Confirm } from '../dialog.js';
import { Field, FormError, useForm } from '../form.js';
import { t } from '../say.js';
import * as state from './state.js';

/** Everyone in the circle. */
export function Members() {
  const [leaving, setLeaving] = useState(null);
  const { members } = state.details.value;
  return html`<section class="panel pad-in" aria-labelledby="mem-h"><h2 id="mem-h">${t('inCircle')}</h2>
    <ul class="faces">${members.map((member) => html`<li key=${member.id}><${Avatar} name=${member.name} size="s" /><span class="grow"><b>${member.name}</b><span class="meta">${standing(member)}</span></span>
      ${state.owns.value && member.user !== state.me.value && html`<button type="button" class="btn quiet dense" onClick=${() => setLeaving(member)}>${t('remove')}<span class="sr">: ${member.name}</span></button>`}</li>`)}</ul>
    ${leaving && html`<${Confirm} title=${t('removeTitle', { name: leaving.name })} text=${t('removeText', { name: leaving.name })} button=${t('remove')} run=${() => state.removeMember(leaving.id)} onClose=${() => setLeaving(null)} />`}
    <${Leave} /></section>`;
}

function standing({ user, since }) {
  const role = user === state.circle.value.owner ? t('ownerOf') : t('since', { day: dateOf(since) });
  return user === state.me.value ? `${t('you')} · ${role}` : role;
}

function Leave() {
  const [asking, ask] = useState(false);
  const key = state.owns.value ? 'close' : 'leave';
  return html`<p class="row-b"><button type="button" class="btn quiet dense" onClick=${() => ask(true)}><${Icon} name="exit" size="s" />${t(`${key}Circle`)}</button></p>
    ${asking && html`<${Confirm} title=${t(`${key}Title`)} text=${t(`${key}Text`)} button=${t(`${key}Circle`)} danger=${state.owns.value} run=${state.leave} onClose=${() => ask(false)} />`}`;
}

/** Ask somebody in: a link that works once, or the same by e-mail. */
export function Invites() {
  const [made, setMade] = useState(null);
  const form = useForm(async ({ email }) => {
    setMade(await state.invite(email.trim()));
  });
  const { invites } = state.details.value;
  return html`<section class="panel pad-in" id="invite" aria-labelledby="inv-h"><h2 id="inv-h">${t('invite')}</h2><p class="meta">${t('inviteSub')}</p>
    ${made ? html`<${Made} made=${made} again=${() => setMade(null)} />` : html`<form class="form" onSubmit=${form.onSubmit} novalidate>
      <${Field} of=${form} name="email" type="email" label=${t('inviteEmail')} hint=${t('inviteEmailHint')} autocomplete="off" />
      <${FormError} of=${form} /><p class="acts-row"><button class=${state.others.value.length ? 'btn' : 'btn lamp'} disabled=${form.busy}><${Icon} name="link" size="s" />${t('inviteMake')}</button></p></form>`}
    ${invites.length > 0 && html`<h3 class="sr">${t('invitesOpen')}</h3><ul class="lines-l">${invites.map((one) => html`<${Waiting} key=${one.id} invite=${one} onGone=${() => made?.id === one.id && setMade(null)} />`)}</ul>`}
  </section>`;
}

function Made({ made, again }) {
  const field = useRef(null);
  const copy = async () => {
    field.current.select();
    await navigator.clipboard.writeText(made.url).then(() => toast(t('copied')), () => toast(t('copyByHand')));
  };
  return html`<div class="form" role="group" aria-labelledby="made-h"><p class="done" id="made-h"><${Icon} name="check" /><span>${t(made.email ? 'inviteReadyMail' : 'inviteReady', { email: made.email })} ${t('inviteEnds', { day: dayName(made.expires_at) })}</span></p>
    <div class="copy"><input type="text" class="grow" ref=${field} readonly value=${made.url} aria-label=${t('inviteLink')} onFocus=${(event) => event.currentTarget.select()} /><button type="button" class="btn lamp" onClick=${copy}>${t('copy')}</button></div>
    <p class="meta">${t('inviteOnce')}</p><p><button type="button" class="btn quiet dense" onClick=${again}>${t('inviteAnother')}</button></p></div>`;
}

function Waiting({ invite, onGone }) {
  const [failed, fail] = useState(null);
  const back = () => state.takeBack(invite.id).then(onGone, fail);
  return html`<li><span class="grow"><b>${invite.email ?? t('byLink')}</b><span class="meta">${t('waitsUntil', { day: dateOf(invite.expires_at), time: timeOf(invite.expires_at) })}</span></span>
    <button type="button" class="btn quiet dense" onClick=${back}>${t('takeBack')}<span class="sr">: ${invite.email ?? t('byLink')}</span></button>${failed && html`<p class="state bad" role="alert">${t('err.broken')}</p>`}</li>`;
}
