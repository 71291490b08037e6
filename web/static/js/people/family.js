// The family page: what one's people share, as it happens.
import { Icon, Fragment, html, signal } from '../ui.js';
import { dayName, dayOf, timeOf } from '../i18n/speak.js';
import { ICONS } from './categories.js';
import { Broken, Loading } from './loading.js';
import { mount } from './mount.js';
import { t } from './say.js';
import { Alarms } from './family/alarm.js';
import { Aside } from './family/aside.js';
import { byDay, seenFrom } from './family/days.js';
import * as state from './family/state.js';
import { describe, lineWords } from './family/words.js';
import { NOTED } from './today/kinds.js';
import { toSignIn } from './http.js';

const known = signal(false);
const failed = signal(null);
const TONES = { seizures: 'sz', mood: 'md', safety: 'sz' };

function Live() {
  if (state.status.value === 'live') return html`<span class="live"><${Icon} name="check" size="s" />${t('live')}</span>`;
  return html`<span class="live off">${t(state.status.value === 'connecting' || state.status.value === 'idle' ? 'connecting' : 'notLive')}</span>`;
}

function Banner() {
  const word = state.status.value;
  if (word === 'stopped') {
    const why = state.stoppedBy.value;
    const label = why === 4006 ? t('signIn') : t('tryAgain');
    return html`<div class="banner"><${Icon} name="warn" /><span>${t([4003, 4005, 4006].includes(why) ? `stopped${why}` : 'stopped')}</span>${why !== 4003 && html`<button type="button" class="btn dense" onClick=${why === 4006 ? toSignIn : () => state.session.start()}>${label}</button>`}</div>`;
  }
  if (word === 'offline') return html`<div class="banner"><${Icon} name="off" /><span>${t('offline')}</span></div>`;
  if (word === 'connecting' && state.late.value) return html`<div class="banner"><${Icon} name="off" /><span>${t('reconnecting')}</span></div>`;
  return null;
}

function Pick() {
  const people = state.people.value;
  if (people.length < 2) return null;
  const button = (id, name) => html`<button key=${id} type="button" class="btn dense" aria-pressed=${String(state.who.value === id)} onClick=${() => { state.who.value = id; }}>${name}</button>`;
  return html`<div class="pick" role="group" aria-label=${t('whose')}>${button(null, t('everyone'))}${people.map(({ id, name }) => button(id, name))}</div>`;
}

function Greet() {
  const people = state.people.value;
  const one = people.length === 1 ? people[0] : people.find(({ id }) => id === state.who.value);
  const kinds = one?.categories.map((category) => t(`cat.${category}`).toLowerCase()).join(', ');
  return html`<div class="greet"><h1>${one ? t('daysOf', { name: one.name }) : t('familyTitle')}</h1><${Live} />
    <p class="meta">${one ? (kinds ? t('youSee', { name: one.name, kinds }) : t('youSeeNothing', { name: one.name })) : t('familyLead')}</p>
    ${one?.categories.some((category) => category !== 'safety') && html`<p class="back-to"><a class="btn dense" href=${`/history/?user_id=${one.user}`}><${Icon} name="chart" size="s" />${t('h.lookBack')}</a>
      ${one.adds.some((category) => NOTED.has(category)) && html`<a class="btn dense" href=${`/today/?for=${one.user}`}><${Icon} name="plus" size="s" />${t('d.addTo', { name: one.name })}</a>`}</p>`}</div>`;
}

function Item({ item }) {
  const several = state.people.value.length > 1 && !state.who.value;
  const line = lineWords(item, t);
  if (line) return html`<li data-event=${item.event_id}><time datetime=${item.at}>${timeOf(item.at)}</time><span class="dot ms"><${Icon} name="people" /></span><div><b>${line}</b></div></li>`;
  const { title, lines } = describe(item, t);
  const missed = item.kind === 'activity.missed';
  return html`<li class="new" data-event=${item.event_id} data-category=${item.category}><time datetime=${item.at}>${timeOf(item.at)}</time>
    <span class=${`dot ${missed ? 'ms' : TONES[item.category] ?? ''}`}><${Icon} name=${missed ? 'clock' : ICONS[item.category] ?? 'list'} /></span>
    <div><b>${several && item.person ? `${item.person.name}: ` : ''}${title}</b>${lines.map((text, n) => html`<p key=${n} class="meta">${text}</p>`)}
      ${item.entry?.state === 'pending' && html`<p class="acts-row"><a class="btn dense" href="/settings/#safety">${t('sf.takeBack')}</a></p>`}
      ${item.kind === 'safety.notice' && item.person && html`<${Seen} item=${item} />`}</div></li>`;
}

// Who asked for somebody is told that somebody knows.
function Seen({ item }) {
  if (item.entry.acknowledged_at || state.acknowledged.value.has(item.event_id)) return html`<p class="meta good">${t('sf.sawIt')}</p>`;
  return html`<p class="acts-row"><button type="button" class="btn dense" onClick=${() => state.acknowledge(item)}>${t('sf.seeIt')}</button></p>`;
}

function Timeline() {
  const items = state.items.value;
  const seen = seenFrom(items, state.read.value);
  if (!items.length) return html`<div class="empty"><b>${t('quietDays')}</b>${t('quietDaysSub')}</div>`;
  const line = html`<p class="sysline">${t('seenUpTo')}</p>`;
  const rows = byDay(items, dayOf);
  return html`<section aria-labelledby="tl-h"><h2 id="tl-h" class="sr">${t('timeline')}</h2>
    ${rows.map(({ day, at, items: those }) => {
      const cut = those.findIndex(({ key }) => key === seen);
      const parts = cut > 0 ? [those.slice(0, cut), those.slice(cut)] : [those];
      return html`<${Fragment} key=${day}>${cut === 0 && line}<h3 class="day">${dayName(at)}</h3>
        ${parts.map((part, n) => html`<${Fragment} key=${n}>${n > 0 && line}<ol class="tl">${part.map((item) => html`<${Item} key=${item.key} item=${item} />`)}</ol><//>`)}<//>`;
    })}
    ${!seen && line}
    ${state.days.value.more && html`<p class="acts-row"><button type="button" class="btn" onClick=${state.older}>${t('older')}</button></p>`}</section>`;
}

function Nobody() {
  return html`<div class="empty"><b>${t('nobodyShares')}</b>${t('nobodySharesSub')}<a class="btn lamp" href="/circle/">${t('toCircle')}</a></div>`;
}

function Main() {
  if (failed.value) return html`<${Broken} refusal=${failed.value} again=${begin} />`;
  if (state.broken.value) return html`<${Broken} refusal=${state.broken.value} again=${state.latest} />`;
  if (!known.value || !state.loaded.value) return html`<${Loading} />`;
  if (!state.people.value.length && !state.items.value.length) return html`<${Nobody} />`;
  return html`<${Timeline} />`;
}

function Page() {
  return html`<div class="wide-side"><${Greet} /><div><div role="status" class="banners"><${Banner} /></div><${Pick} /><${Alarms} /><${Main} /></div>
    <aside aria-label=${t('sharing')}><${Aside} ready=${known.value} /></aside></div>`;
}

async function begin() {
  failed.value = null;
  try {
    await state.loadCircles();
    known.value = true;
  } catch (refusal) {
    failed.value = refusal;
  }
}

state.session.start();
mount(html`<${Page} />`);
begin();
document.addEventListener('visibilitychange', state.readSoon);
