// The chat page: starts the parts and puts them together.
import { batch, effect, html, render } from './ui.js';
import { adoptSoon, go, open, outbox, refreshRooms, resumed, sayTyping, waitOn } from './actions.js';
import { heldElsewhere, keepNow, onWire, session } from './connection.js';
import { keepDraft, draftOf } from './drafts.js';
import { keepFocus } from './focus.js';
import { watchPair } from './pairs.js';
import * as storage from './storage.js';
import * as state from './store/state.js';
import { Toasts, toast } from './toast.js';
import { Banners, Bar } from './views/bar.js';
import { Composer } from './views/composer.js';
import { Log } from './views/log.js';
import { ReportDialog } from './views/notices.js';
import { Rail, titleOf } from './views/rail.js';
import { Side } from './views/side.js';

function App() {
  return html`<${Rail} />
    <div class="talk"><${Bar} /><${Banners} /><${Log} /><${Composer} /></div>
    <${Side} /><${Toasts} /><${ReportDialog} />`;
}

// The server listed the open rooms in the page: no request is needed to show them.
function readListing() {
  const infos = new Map();
  const listed = [];
  for (const { dataset } of document.querySelectorAll('.rail a[data-slug]')) {
    const { slug, title, topic, language } = dataset;
    infos.set(slug, { title, topic, language, people: Number(dataset.people) });
    listed.push(slug);
  }
  batch(() => {
    state.infos.value = infos;
    state.listed.value = listed;
    const { slug, title } = document.body.dataset;
    if (title && !infos.has(slug)) state.infos.value = state.withKey(infos, slug, { title });
  });
}

// What was typed before the script ran is not lost, nor is the place of the cursor.
function mount(app, slug) {
  const before = document.getElementById('box');
  const typed = before?.value ?? '';
  const focused = document.activeElement === before;
  if (typed) keepDraft(slug, { text: draftOf(slug).text + typed });
  app.replaceChildren();
  render(html`<${App} />`, app);
  keepFocus(app);
  const box = document.getElementById('box');
  const fine = !globalThis.matchMedia('(pointer: coarse)').matches;
  if (box && (focused || fine)) box.focus();
}

// Links to rooms do not load the page anew: the connection stays.
function followLinks(event) {
  const link = event.target.closest('a[data-slug]');
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  sayTyping(false);
  go(link.dataset.slug, { enter: true }).then(() => document.getElementById('box')?.focus());
}

function entering(slug) {
  const asked = sessionStorage.getItem('hearth.enter') === slug;
  sessionStorage.removeItem('hearth.enter');
  return asked;
}

function listen() {
  document.addEventListener('click', followLinks);
  addEventListener('popstate', ({ state: at }) => {
    const slug = at?.slug ?? decodeURIComponent(location.pathname.split('/')[2] ?? '');
    if (slug) open(slug);
  });
  addEventListener('offline', () => session.networkLost());
  addEventListener('online', () => session.networkBack());
  addEventListener('pagehide', keepNow);
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) keepNow();
    else session.probe();
  });
  storage.watch((key) => {
    if (key.startsWith('held.')) heldElsewhere();
    if (key.startsWith('outbox.')) adoptSoon();
  });
  setInterval(refreshRooms, 60_000);
  setInterval(() => session.status === 'live' && outbox.adopt(), 10_000); // a tab that died left its own behind
}

function start() {
  const { slug } = document.body.dataset;
  onWire({ live: resumed, caughtUp: waitOn, arrived: (ids) => outbox.arrived(ids), lost: (stream) => outbox.dropRoom(stream), toast });
  state.folded.value = new Set(storage.load('folded', []));
  outbox.adopt(); // what was left unsent shows at once; it goes out when there is a connection
  readListing();
  history.replaceState({ slug }, '', location.pathname);
  const opening = open(slug, entering(slug));
  mount(document.getElementById('app'), slug);
  effect(() => { document.title = `${titleOf(state.slug.value)} · Hearth`; });
  watchPair();
  listen();
  if (!navigator.onLine) session.networkLost();
  return opening;
}

start();
