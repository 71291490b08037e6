// About the room: who one is in it, what it keeps, who is here.
import { Icon, html, useEffect, useState } from '../ui.js';
import { language, t } from '../i18n.js';
import { leaveRoom, refreshMembers, unblock } from '../actions.js';
import { chooseTheme } from '../page.js';
import * as state from '../store/state.js';
import { Avatar } from './picture.js';

const FEW = 5;

function Facts({ info }) {
  const fade = info?.retention ? t(`fade.${info.retention}`) : null;
  return html`<ul class="facts">
    ${fade && html`<li><${Icon} name="clock" size="s" />${fade}</li>`}
    <li><${Icon} name="eye" size="s" />${t('factScreen')}</li>
    <li><${Icon} name="lock" size="s" />${t('factNameless')}</li></ul>`;
}

function Here({ room }) {
  const [all, setAll] = useState(false);
  const count = state.people.value.get(room.stream);
  useEffect(() => {
    // Who is here is told up to half a minute late, so that nobody can be followed from room to room.
    const timers = [setTimeout(refreshMembers, 1500), setTimeout(refreshMembers, 35_000)];
    return () => timers.forEach(clearTimeout);
  }, [count]);
  const here = (state.members.value.get(room.stream) ?? []).filter((member) => member.here && member.id !== room.me?.id);
  if (!here.length) return null;
  return html`<section><h2>${t('whoIsHere')}</h2><ul class="here">${(all ? here : here.slice(0, FEW)).map(({ id, name }) => html`<li key=${id}><${Avatar} name=${name} size="s" />${name}</li>`)}</ul>
    ${here.length > FEW && html`<button type="button" class="btn quiet dense" aria-expanded=${String(all)} onClick=${() => setAll(!all)}>${all ? t('fewer') : t('all', { count: here.length })}</button>`}</section>`;
}

function Blocked({ room }) {
  const those = [...state.blockedIn(room.stream)];
  if (!those.length) return null;
  return html`<section><h2>${t('blockedHere')}</h2><ul class="here">${those.map(([id, name]) => html`<li key=${id}><span class="grow">${name}</span><button type="button" class="btn quiet dense" onClick=${() => unblock(room.stream, { id, name })}>${t('unblock')}</button></li>`)}</ul></section>`;
}

function Theme() {
  const now = document.documentElement.dataset.theme ?? '';
  const option = (value, word) => html`<label><input type="radio" name="theme" checked=${now === value} onChange=${() => chooseTheme(value)} /><span>${t(word)}</span></label>`;
  return html`<fieldset class="theme"><legend>${t('theme')}</legend>${option('', 'themeAuto')}${option('light', 'themeLight')}${option('dark', 'themeDark')}</fieldset>`;
}

/** The pane about the room; on narrower pages it opens over the log. */
export function Side() {
  const room = state.room.value;
  const info = state.infos.value.get(state.slug.value);
  const open = state.sideOpen.value;
  useEffect(() => {
    if (open) document.querySelector('.side .shut')?.focus();
  }, [open]);
  const other = language === 'en' ? 'es' : 'en';
  return html`<aside class=${open ? 'side open' : 'side'} aria-label=${t('aboutRoom')} onKeyDown=${(event) => { if (event.key === 'Escape') state.sideOpen.value = false; }}>
    <button type="button" class="icon-btn shut" aria-label=${t('close')} onClick=${() => { state.sideOpen.value = false; }}><${Icon} name="x" /></button>
    ${room?.me && html`<div class="me"><${Avatar} name=${room.me.name} size="l" /><div><b>${room.me.name}</b><span class="meta">${t('youHere')}</span></div></div>`}
    <section><h2>${t('thisRoom')}</h2><${Facts} info=${info} /></section>
    ${room && !info?.pair && html`<${Here} room=${room} />`}${room && html`<${Blocked} room=${room} />`}
    <section class="ends"><${Theme} />
      <a class="btn quiet dense" href=${`?lang=${other}`} lang=${other} hreflang=${other}><${Icon} name="globe" size="s" />${t('language')}</a>
      ${room && html`<button type="button" class="btn quiet dense" onClick=${() => leaveRoom(room.stream)}><${Icon} name="exit" size="s" />${t('leaveRoom')}</button>`}</section>
  </aside>`;
}
