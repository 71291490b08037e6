// My circle: who may see what of one's days.
import { Icon, html, signal } from '../ui.js';
import { Broken, Loading } from './loading.js';
import { Field, FormError, useForm } from './form.js';
import { mount } from './mount.js';
import { t } from './say.js';
import { familySession } from './wire.js';
import { Accept, invitation } from './circle/accept.js';
import { Clinicians } from './circle/clinicians.js';
import { History } from './circle/history.js';
import { Matrix } from './circle/matrix.js';
import { Invites, Members } from './circle/people.js';
import * as state from './circle/state.js';

const ready = signal(false);
const failed = signal(null);
const token = signal(invitation());
const making = signal(false);

function Greet() {
  return html`<div class="greet"><h1>${t('circleTitle')}</h1><p class="meta">${t('circleLead')}</p></div>`;
}

function Open() {
  const form = useForm(async (values) => {
    await state.openCircle({ name: values.name.trim(), own_name: values.own_name.trim() });
    making.value = false;
  });
  return html`<section class="panel pad-in" aria-labelledby="open-h"><h2 id="open-h">${t('openTitle')}</h2><p class="meta">${t('openSub')}</p>
    <form class="form" onSubmit=${form.onSubmit} novalidate>
      <${Field} of=${form} name="name" label=${t('circleName')} hint=${t('circleNameHint')} maxlength="80" required autocomplete="off" />
      <${Field} of=${form} name="own_name" label=${t('ownName')} hint=${t('ownNameHint')} maxlength="80" required autocomplete="off" />
      <${FormError} of=${form} />
      <p class="acts-row"><button class="btn lamp" disabled=${form.busy}>${t('openCircle')}</button>${state.circles.value.length > 0 && html`<button type="button" class="btn" onClick=${() => { making.value = false; }}>${t('cancel')}</button>`}</p>
    </form></section>`;
}

function Pick() {
  const own = state.circles.value.some(({ owner }) => owner === state.me.value);
  if (state.circles.value.length < 2 && own) return null;
  return html`<p class="pick" role="group" aria-label=${t('yourCircles')}>${state.circles.value.map(({ id, name, owner }) => html`<button key=${id} type="button" class="btn dense" aria-pressed=${String(id === state.chosen.value)} onClick=${() => state.choose(id).catch((refusal) => { failed.value = refusal; })}>${name}${owner !== state.me.value && html`<span class="meta">${t('guestIn')}</span>`}</button>`)}
    ${!own && html`<button type="button" class="btn dense" onClick=${() => { making.value = true; }}><${Icon} name="plus" size="s" />${t('openCircle')}</button>`}</p>`;
}

function Sees() {
  const { owns, circle, others } = state;
  const alone = owns.value && !others.value.length;
  return html`<section class="panel pad-in" aria-labelledby="sees-h"><h2 id="sees-h">${t(owns.value ? 'whoSees' : 'whatYouSee')}</h2>
    <p class="meta">${owns.value ? t('whoSeesSub', { circle: circle.value.name }) : t('whatYouSeeSub')}</p>
    ${alone ? html`<div class="empty"><b>${t('alone')}</b>${t('aloneSub')}</div>` : html`<${Matrix} />`}
    <p class="fine-n"><${Icon} name="lock" size="s" /><span>${t('neverRooms')}</span></p></section>`;
}

function Page() {
  if (failed.value) return html`<${Greet} /><${Broken} refusal=${failed.value} again=${begin} />`;
  if (!ready.value) return html`<${Greet} /><${Loading} />`;
  const shut = () => {
    token.value = null;
    history.replaceState(null, '', '/circle/');
  };
  const asked = html`<${Clinicians} />`;
  const accepting = token.value && html`<${Accept} token=${token.value} onDone=${shut} />`;
  if (making.value || (!state.circles.value.length && !token.value)) return html`<${Greet} />${accepting}${asked}<${Open} />`;
  if (!state.circles.value.length) return html`<${Greet} />${accepting}${asked}`;
  if (!state.details.value) return html`<${Greet} />${accepting}${asked}<${Pick} /><${Loading} />`;
  return html`<${Greet} />${accepting}${asked}<${Pick} /><div class="wide-side"><div><${Sees} /><${History} /></div><aside>${state.owns.value && html`<${Invites} />`}<${Members} /></aside></div>`;
}

async function begin() {
  failed.value = null;
  try {
    await state.load();
    ready.value = true;
  } catch (refusal) {
    failed.value = refusal;
  }
}

const CHANGES = new Set(['grant.changed', 'member.joined', 'member.left']);
const session = familySession({
  resume: () => ({}),
  onWelcome: () => ready.value && state.refresh(), // what happened while there was no connection
  onPushes: (pushes) => { if (ready.value && pushes.some(({ kind }) => CHANGES.has(kind))) state.refresh(); },
  onStatus: () => {},
});

addEventListener('hashchange', () => { token.value = invitation(); });
mount(html`<${Page} />`);
begin().then(() => session.start());
