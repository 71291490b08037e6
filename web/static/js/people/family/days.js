// What one's people shared, as one's own stream says. Pure: events may come live or as older pages, and twice.

import { takeLive, takePage } from '../../store/log.js';

export { position } from '../../store/log.js';

/** Nothing heard yet. */
export function emptyDays() {
  return { epoch: '', seq: 0, eventId: '', from: 1, more: false, gap: false, items: new Map(), facts: new Map(), alarms: new Map() };
}

/** Nothing taken, standing at `head`. */
export function startAt(epoch, head) {
  return { ...emptyDays(), epoch, seq: head, from: head + 1, more: head > 0 };
}

const copied = (days) => ({ ...days, items: new Map(days.items), facts: new Map(days.facts), alarms: new Map(days.alarms) });

/** Apply pushed events in the order they came; what was taken before changes nothing, a hole is marked. */
export const applyLive = (days, events) => without(takeLive(copied(days), events, fold));

/** Apply a page of `history`: older than what was taken, or what a hole left out. */
export const applyPage = (days, page) => without(takePage(copied(days), page, fold));

/** Apply a page that was taken before: of what a grant shows again, some was forgotten when that had ended. */
export function applyAgain(days, page) {
  const next = copied(days);
  for (const event of page.events) if (event.seq >= next.from && event.seq <= next.seq) fold(next, event);
  return without(next);
}

const ENTRIES = new Set(['activity.logged', 'activity.missed', 'safety.notice']);

function fold(days, event) {
  if (ENTRIES.has(event.kind)) take(days, event);
  else if (event.kind === 'alarm') sound(days, event);
  else if (event.kind === 'grant.changed' && event.clinician) days.items.set(event.event_id, { ...lineOf(event), clinician: event.state });
  else if (event.kind === 'safety.contact') days.items.set(event.event_id, { ...lineOf(event), contact: event.state });
  else if (event.kind === 'grant.changed' && !event.member) share(days, event);
  else if (event.kind === 'member.joined' || event.kind === 'member.left') meet(days, event);
}

// An entry that was changed or taken back is told again under its own id: the latest word counts.
function take(days, event) {
  const entry = event.entry ?? event;
  const id = entry.id ?? event.entry_id ?? event.notice; // a safety notice is told again as it stands
  const key = id ? `${event.circle} ${event.category} ${id}` : event.event_id;
  const known = days.items.get(key);
  if (known && known.seq > event.seq) return;
  const category = event.category ?? 'safety';
  days.items.set(key, {
    key, seq: event.seq, event_id: event.event_id, kind: event.kind, told: event.at, at: momentOf(event, entry), circle: event.circle ?? null,
    person: event.person ?? null, category, entry, gone: Boolean(event.deleted ?? entry.deleted ?? event.removed), author: event.author ?? entry.author_name ?? null,
  });
}

function momentOf(event, entry) {
  if (event.category === 'sleep' && entry.end) return entry.end; // a night belongs to its morning
  return entry.start ?? (entry === event ? event.logged_at ?? event.due_at ?? event.expected_by : entry.at ?? entry.recorded_at) ?? event.at;
}

function sound(days, event) {
  const known = days.alarms.get(event.alarm);
  if (known && known.seq >= event.seq) {
    if (!known.raisedAt && event.state === 'raised') days.alarms.set(event.alarm, { ...event, ...known, raisedAt: event.at });
    return;
  }
  const raisedAt = event.state === 'raised' ? event.raised_at ?? event.at : event.raised_at ?? known?.raisedAt ?? null;
  days.alarms.set(event.alarm, { ...known, by: undefined, until: undefined, next_at: undefined, ...event, raisedAt });
}

function share(days, event) {
  const key = `${event.circle} ${event.category}`;
  const known = days.facts.get(key);
  if (known && known.seq > event.seq) return;
  days.facts.set(key, { seq: event.seq, access: event.access ?? null, expires_at: event.expires_at ?? null });
  for (const [at, item] of days.items) if (item.line === key) days.items.delete(at);
  days.items.set(event.event_id, { ...lineOf(event), line: key, category: event.category, access: event.access ?? null });
}

function meet(days, event) {
  days.items.set(event.event_id, { ...lineOf(event), member: event.member, closed: Boolean(event.closed) });
}

const lineOf = (event) => ({ key: event.event_id, seq: event.seq, event_id: event.event_id, kind: event.kind, told: event.at, at: event.at, circle: event.circle ?? null, person: event.person ?? null });

// What a grant let one see goes with it, once all that came together was taken: given back meanwhile, it stays.
function without(days) {
  const over = ({ line, circle, category }) => !line && category && days.facts.get(`${circle} ${category}`)?.access === null;
  for (const [key, item] of days.items) if (over(item)) days.items.delete(key);
  for (const [key, alarm] of days.alarms) if (over(alarm)) days.alarms.delete(key);
  return days;
}

/** The same without what came from a circle one is no longer in. */
export function withoutCircle(days, circle) {
  const next = copied(days);
  for (const [key, item] of next.items) if (item.circle === circle) next.items.delete(key);
  for (const [key, alarm] of next.alarms) if (alarm.circle === circle) next.alarms.delete(key);
  return next;
}

const ended = (fact, now) => fact && (!fact.access || (fact.expires_at && Date.parse(fact.expires_at) <= now));

/** What may be shown at `now` (milliseconds), newest first; `who` a person's id, or null for everyone. */
export function shown(days, now, who = null) {
  return [...days.items.values()]
    .filter((item) => !item.gone && (!who || item.person?.id === who || (!item.person && (item.member || item.clinician || item.contact))))
    .filter((item) => item.line || item.member || item.clinician || item.contact || !ended(days.facts.get(`${item.circle} ${item.category}`), now))
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || b.seq - a.seq);
}

/** The alarms that have not cleared, the newest first. */
export function ringing(days, now, who = null) {
  return [...days.alarms.values()]
    .filter((alarm) => alarm.state !== 'cleared' && (!who || alarm.person?.id === who))
    .filter((alarm) => !ended(days.facts.get(`${alarm.circle} ${alarm.category}`), now))
    .sort((a, b) => b.seq - a.seq);
}

/** When the next grant ends by itself after `now`, in milliseconds, or null: the page looks again then. */
export function nextEnd(days, now) {
  const ends = [...days.facts.values()].filter(({ access, expires_at: at }) => access && at).map(({ expires_at: at }) => Date.parse(at));
  const coming = ends.filter((at) => at > now);
  return coming.length ? Math.min(...coming) : null;
}

/** Rows for the page: {day, items} by the viewer's days, newest day first. `dayOf(at)` gives a day's key. */
export function byDay(items, dayOf) {
  const days = [];
  for (const item of items) {
    const day = dayOf(item.at);
    if (days.at(-1)?.day !== day) days.push({ day, at: item.at, items: [] });
    days.at(-1).items.push(item);
  }
  return days;
}

/** The key of the first item that was seen before (seq at or under `read`) below a new one, or null. */
export function seenFrom(items, read) {
  const fresh = items.findLastIndex((item) => item.seq > read);
  return fresh >= 0 ? items[fresh + 1]?.key ?? null : null;
}
