// The rooms at the side of a wide page.
import { Icon, html } from '../ui.js';
import { t } from '../i18n.js';
import * as state from '../store/state.js';
import { Avatar, Mark, topicIcon } from './picture.js';

/** A room's name: its title, or the other person's in a pair's room. */
export function titleOf(slug) {
  const info = state.infos.value.get(slug);
  return info?.title || (info?.pair ? t('talkToOne') : 'Hearth');
}

const count = (slug, stream) => state.people.value.get(stream) ?? state.infos.value.get(slug)?.people;

function lastLine(room, unread) {
  const last = unread ? [...room.messages.values()].reduce((a, b) => (a && a.seq > b.seq ? a : b), null) : null;
  return last?.text && !room.fates.get(last.event_id)?.gone ? `${last.member.name}: ${last.text}` : null;
}

function Own({ room }) {
  const info = state.infos.value.get(room.slug);
  const here = room.slug === state.slug.value;
  const unread = here ? 0 : state.unreadIn(room);
  const people = count(room.slug, room.stream);
  const quiet = info?.pair ? t(people === 1 ? 'away' : 'two') : people == null ? '' : t('hereNow', { count: people });
  return html`<li><a class="room" href=${`/rooms/${room.slug}/`} data-slug=${room.slug} aria-current=${here ? 'page' : undefined}>
    ${info?.pair ? html`<${Avatar} name=${titleOf(room.slug)} size="pair" />` : html`<span class="tile"><${Icon} name=${topicIcon(info?.topic)} /></span>`}
    <span><b>${titleOf(room.slug)}</b><small>${lastLine(room, unread) ?? quiet}</small></span>
    ${unread > 0 && html`<span class="count"><span class="sr">${t('unreadCount')}</span>${unread}</span>`}
  </a></li>`;
}

function Open({ slug }) {
  const info = state.infos.value.get(slug);
  const here = slug === state.slug.value;
  return html`<li><a class="room" href=${`/rooms/${slug}/`} data-slug=${slug} aria-current=${here ? 'page' : undefined}>
    <span class="tile"><${Icon} name=${topicIcon(info?.topic)} /></span>
    <span><b>${info?.title}</b><small>${t('here', { count: info?.people ?? 0 })}</small></span></a></li>`;
}

// A full topic has several rooms: one of them is enough, and none of a topic one is in already.
function oneOfEach(slugs, taken) {
  const seen = new Set(taken);
  return slugs.filter((slug) => {
    const { topic } = state.infos.value.get(slug) ?? {};
    const first = !seen.has(topic);
    seen.add(topic);
    return first;
  });
}

/** One's own rooms, the other open ones, and the way to one person. */
export function Rail() {
  const own = [...state.rooms.value.values()].sort((a, b) => titleOf(a.slug).localeCompare(titleOf(b.slug)));
  const others = oneOfEach(state.listed.value, own.map((room) => state.infos.value.get(room.slug)?.topic));
  return html`<nav class="rail" aria-label=${t('rooms')}>
    <div class="rail-top"><${Mark} /></div>
    ${own.length > 0 && html`<h2 class="rail-h">${t('yourRooms')}</h2>
      <ul class="rooms">${own.map((room) => html`<${Own} key=${room.stream} room=${room} />`)}</ul>`}
    ${others.length > 0 && html`<h2 class="rail-h">${t('openNow')}</h2>
      <ul class="rooms">${others.map((slug) => html`<${Open} key=${slug} slug=${slug} />`)}</ul>`}
    <div class="rail-foot"><a class="btn" href="/#match"><${Icon} name="people" />${t('talkToOne')}</a></div>
  </nav>`;
}
