// The landing page: rooms are links, the match door asks and waits.
import { openRooms } from './net/api.js';
import { Session } from './net/session.js';
import { become, ticket } from './person.js';
import { found, seek, seeking, stopSeeking, waited } from './seeking.js';
import { applyMine, minePosition } from './store/mine.js';
import { dropOld, keepHeld, keepMine, loadHeld, loadMine } from './store/kept.js';

const door = document.getElementById('match');
const idle = door.querySelector('.idle');
const waiting = door.querySelector('.waiting');
const failed = door.querySelector('[data-match-failed]');
const clock = door.querySelector('[data-match-waited]');
dropOld();
let mine = loadMine();
let owed = 0; // the seq of `me` up to which a resume still replays what happened meanwhile
let ticking = null;

const session = new Session({
  url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws/chat/`,
  ticket,
  resume: () => {
    const position = minePosition(mine);
    return position ? { me: position } : {};
  },
  onWelcome: welcomed,
  onPushes: pushed,
  onStatus: (status) => {
    if (status === 'stopped') refuse();
  },
});

function welcomed(welcome) {
  const me = welcome.streams.me;
  if (me && me.status !== 'resumed') mine = { ...mine, epoch: me.epoch, seq: me.head, eventId: '' };
  owed = me?.head ?? 0;
  if (mine.seq >= owed) ask(); // else the match may have been made meanwhile
}

function pushed(pushes) {
  const heard = applyMine(mine, pushes.filter((push) => push.type === 'event' && push.stream === 'me'));
  const caughtUp = mine.seq < owed && heard.mine.seq >= owed;
  mine = heard.mine;
  keepMine(mine);
  for (const { do: what, event } of heard.effects) {
    const entry = loadHeld().get(event.client_id);
    if (what === 'released') keepHeld(event.client_id, null);
    if (what === 'refused' && entry) keepHeld(event.client_id, { ...entry, state: 'refused' });
    if (what === 'matched' && seeking()) {
      found(event.room);
      location.assign(`/rooms/${encodeURIComponent(event.room)}/`);
    }
  }
  if (caughtUp) ask();
}

async function ask() {
  const wish = seeking();
  if (!wish) return;
  const { topic, role, language } = wish;
  try {
    await session.command('match', { topic, role, language });
  } catch ({ code }) {
    if (code !== 'disconnected') refuse();
  }
}

function refuse() {
  stopSeeking();
  session.stop();
  show(false);
  failed.hidden = false;
}

async function begin(role) {
  const chosen = door.querySelector('select');
  failed.hidden = true;
  const title = chosen.selectedOptions[0]?.textContent ?? '';
  seek({ topic: chosen.value, title, role, language: document.body.dataset.spoken });
  show(true);
  try {
    await become();
    session.start();
    ask();
  } catch {
    refuse();
  }
}

async function stop() {
  stopSeeking();
  show(false);
  await session.command('unmatch').catch(() => {});
  session.stop();
}

function show(on) {
  const hadFocus = door.contains(document.activeElement);
  idle.hidden = on;
  waiting.hidden = !on;
  clearInterval(ticking);
  const wish = seeking();
  if (on && wish) {
    for (const part of waiting.querySelectorAll('[data-role]')) part.hidden = part.dataset.role !== wish.role;
    waiting.querySelector('[data-match-topic]').textContent = wish.title;
    const tick = () => { clock.textContent = waited(wish.since); };
    tick();
    ticking = setInterval(tick, 1000);
  }
  if (hadFocus) (on ? waiting.querySelector('button') : door.querySelector('form button')).focus();
}

door.querySelector('form').addEventListener('submit', (event) => {
  event.preventDefault();
  begin(event.submitter?.value ?? 'seeker');
});
waiting.querySelector('button').addEventListener('click', stop);

// Following a room's link is the act that lets one in; the address alone only shows the door.
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-slug]');
  if (link) sessionStorage.setItem('hearth.enter', link.dataset.slug);
});

async function refresh() {
  if (document.hidden) return;
  for (const room of (await openRooms()) ?? []) {
    const shown = document.querySelector(`a[data-slug="${CSS.escape(room.slug)}"] [data-people]`);
    if (shown) shown.textContent = room.people;
  }
}
setInterval(refresh, 30_000);

// The form was sent before this script ran, or the search goes on from another page.
const asked = new URLSearchParams(location.search);
if (asked.has('role')) {
  if (asked.has('topic')) door.querySelector('select').value = asked.get('topic');
  history.replaceState(null, '', location.pathname);
  begin(asked.get('role') === 'listener' ? 'listener' : 'seeker');
} else if (seeking()) {
  show(true);
  session.start();
}
