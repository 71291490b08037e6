// What the family page knows: one's people, what they shared, the connection. Nothing of it is kept on the device.
import { batch, computed, signal } from '../../ui.js';
import { toast } from '../../toast.js';
import { all, ask } from '../http.js';
import { t } from '../say.js';
import { familySession } from '../wire.js';
import { applyAgain, applyLive, applyPage, emptyDays, nextEnd, position, ringing, shown, startAt, withoutCircle } from './days.js';

const PAGE = 200;
const LATE_MS = 1500;

export const days = signal(emptyDays());
/** Whether the latest page was read, or why not. */
export const loaded = signal(false);
export const broken = signal(null);
export const status = signal('idle');
export const stoppedBy = signal(null);
export const late = signal(false);
/** Up to where one had seen it when the page was opened. */
export const read = signal(0);
/** circle → {id, name, own, me: one's member, owner: its face, grants}. */
export const circles = signal(new Map());
/** The person looked at (a member id), or null for everyone. */
export const who = signal(null);
/** The time by which grants are judged; moves when one ends. */
const now = signal(Date.now());

export const items = computed(() => shown(days.value, now.value, who.value));
export const alarms = computed(() => ringing(days.value, now.value));
/** Whose days one may see: [{id, name, user, circle, categories, adds}]; `adds`: those one may add to. */
export const people = computed(() => [...circles.value.values()].filter(({ own, owner }) => !own && owner)
  .map(({ id, owner, grants }) => ({ ...owner, circle: id, ...sharedIn(id, grants) })));

function sharedIn(circle, grants) {
  const facts = new Map(grants.map((grant) => [grant.category, grant]));
  for (const [key, fact] of days.value.facts) {
    const [of, category] = key.split(' ');
    if (of === circle && fact.seq > (facts.get(category)?.seq ?? 0)) facts.set(category, fact);
  }
  const open = ({ access, expires_at: at }) => access && (!at || Date.parse(at) > now.value);
  const shared = [...facts].filter(([, fact]) => open(fact));
  return { categories: shared.map(([category]) => category), adds: shared.filter(([, { access }]) => access === 'contribute').map(([category]) => category) };
}

/** Read one's circles: whose days they are about, and what one may see. Throws Refusal. */
export async function loadCircles() {
  const [account, found] = await Promise.all([ask('GET', 'users/me/'), all('circles/')]);
  const read = await Promise.all(found.map(async (circle) => {
    const own = circle.owner === account.id;
    const [members, grants] = await Promise.all([all(`circles/${circle.id}/members/`), own ? [] : all(`circles/${circle.id}/grants/`)]);
    const owner = members.find(({ user }) => user === circle.owner);
    return [circle.id, { id: circle.id, name: circle.name, own, me: members.find(({ user }) => user === account.id)?.id, owner: owner && { id: owner.id, name: owner.name, user: circle.owner }, grants }];
  }));
  circles.value = new Map(read);
}

export const session = familySession({
  resume: () => {
    const at = position(days.value);
    return at ? { me: at } : {};
  },
  onWelcome: ({ streams }) => batch(() => welcomed(streams.me)),
  onPushes: (pushes) => batch(() => pushed(pushes.filter(({ type, stream }) => type === 'event' && stream === 'me'))),
  onStatus: (word, why) => batch(() => statusChanged(word, why)),
});

let lateTimer = null;

function statusChanged(word, why) {
  status.value = word;
  stoppedBy.value = word === 'stopped' ? why : null;
  clearTimeout(lateTimer);
  if (word === 'connecting') lateTimer = setTimeout(() => { late.value = true; }, LATE_MS);
  else late.value = false;
}

function welcomed({ status: how, epoch, head, read: mark }) {
  if (how === 'resumed' && days.value.epoch === epoch) return;
  days.value = startAt(epoch, head);
  read.value = mark ?? 0;
  setTimeout(latest); // the connection counts as live only after this
}

/** Read the latest page of what was shared. */
export async function latest() {
  broken.value = null;
  const { epoch } = days.value;
  try {
    const page = await session.command('history', { stream: 'me', limit: PAGE });
    if (days.value.epoch !== epoch) return;
    batch(() => {
      days.value = { ...applyPage(days.value, page), more: page.more };
      loaded.value = true;
    });
    watchEnds();
    readSoon();
  } catch (refusal) {
    if (refusal.code !== 'disconnected') broken.value = refusal;
  }
}

/** Read the page before the oldest that is shown. */
export async function older() {
  const { epoch, from } = days.value;
  const page = await session.command('history', { stream: 'me', before: from, limit: PAGE }).catch(() => null);
  if (page && days.value.epoch === epoch) days.value = { ...applyPage(days.value, page), more: page.more };
  else if (!page) toast(t('err.broken'));
}

function pushed(events) {
  if (!events.length) return;
  days.value = applyLive(days.value, events);
  for (const event of events) if (event.kind === 'member.left') departed(event);
  if (events.some(({ kind }) => kind === 'member.joined')) loadCircles().catch(() => {});
  if (days.value.gap) fillGap();
  if (events.some(({ kind, member, access }) => kind === 'grant.changed' && !member && access)) readAgain();
  watchEnds();
  readSoon();
}

// One left, was seen off, or the circle closed: nothing of it stays on the screen.
function departed({ circle, member, closed }) {
  const known = circles.value.get(circle);
  if (!known || (!closed && member.id !== known.me && member.id !== known.owner?.id)) return;
  days.value = withoutCircle(days.value, circle);
  const rest = new Map(circles.value);
  rest.delete(circle);
  circles.value = rest;
  if (who.value === known.owner?.id) who.value = null;
}

async function fillGap() {
  for (;;) {
    const { epoch, seq } = days.value;
    const page = await session.command('history', { stream: 'me', after: seq, limit: PAGE }).catch(() => null);
    if (!page || days.value.epoch !== epoch) return;
    days.value = { ...applyPage(days.value, page), gap: page.more };
    if (!page.more) return;
  }
}

// Who is granted something anew sees what they saw before, too: it was forgotten here when the grant ended.
async function readAgain() {
  const { epoch } = days.value;
  for (let before; before === undefined || before > days.value.from;) {
    const page = await session.command('history', { stream: 'me', before, limit: PAGE }).catch(() => null);
    if (!page?.events.length || days.value.epoch !== epoch) return;
    days.value = applyAgain(days.value, page);
    before = page.events[0].seq;
  }
}

let endTimer = null;

// A grant that ends by itself takes what it let one see with it, at that moment.
function watchEnds() {
  clearTimeout(endTimer);
  now.value = Date.now();
  const end = nextEnd(days.value, now.value);
  if (end) endTimer = setTimeout(watchEnds, Math.min(end - now.value + 50, 2_000_000_000));
}

let reading = null;

/** What is in view was seen: say so to one's other devices, at most every two seconds. */
export function readSoon() {
  reading ??= setTimeout(() => {
    reading = null;
    const { seq } = days.value;
    if (document.hidden || status.value !== 'live' || !loaded.value || seq === 0) return;
    session.command('read', { stream: 'me', seq }).catch(() => {});
  }, 2000);
}

const tell = (promise) => promise.catch(({ code }) => toast(t(code === 'disconnected' ? 'err.offline' : code === 'not_found' || code === 'conflict' ? 'alarmOver' : 'err.broken')));

/** What one has answered since the page was opened: ids of events. */
export const acknowledged = signal(new Set());

/** “I’m on it”, or “I’ve seen it”. */
export const acknowledge = ({ event_id }) => tell(session.command('acknowledge', { event_id }).then(() => {
  acknowledged.value = new Set(acknowledged.value).add(event_id);
}));

/** Be quiet for some minutes, for everyone. */
export const snooze = ({ event_id }, minutes) => tell(session.command('snooze', { event_id, minutes }));
