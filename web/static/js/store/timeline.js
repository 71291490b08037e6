// What the log shows, from a room's messages and what is one's own alone. Pure.

const GROUP_MS = 5 * 60 * 1000;

/**
 * The rows of the log in order: {type: 'day'|'unread'|'notice'|'card'|'group', key, …}.
 * parts: {messages, notices, cards, entries, me, readUpTo, dayOf(at)}; `entries` are one's own messages that are not
 * in the log: held, refused, or on their way. `dayOf` gives a day's key in the viewer's zone.
 */
export function timeline({ messages, notices, cards, entries, me, readUpTo, dayOf }) {
  const log = messages.map((message) => ({ what: 'message', at: message.at, message }));
  const beside = [
    ...notices.map((notice) => ({ what: 'notice', at: notice.at, notice })),
    ...entries.filter((entry) => entry.state !== 'sending').map((entry) => ({ what: 'entry', at: entry.at, entry })),
    ...cards.map((card) => ({ what: 'card', at: card.at, card })),
  ];
  const sending = entries.filter((entry) => entry.state === 'sending');
  const last = sending.map((entry) => ({ what: 'entry', at: entry.at, entry }));
  return rows([...merge(log, beside), ...last], { me, readUpTo, dayOf });
}

// Messages keep the log's order whatever their clock says; the rest stands between them by time.
function merge(log, beside) {
  beside.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)); // stable: a card follows what it answers
  const items = [];
  for (const item of log) {
    while (beside.length && beside[0].at < item.at) items.push(beside.shift());
    items.push(item);
  }
  return [...items, ...beside];
}

function rows(items, { me, readUpTo, dayOf }) {
  const out = [];
  let day = null;
  let marked = false;
  for (const item of items) {
    const itsDay = dayOf(item.at);
    if (itsDay !== day) {
      day = itsDay;
      out.push({ type: 'day', key: `day ${itsDay}`, at: item.at });
    }
    const mine = item.what === 'entry' || item.message?.member.id === me?.id;
    if (!marked && item.what === 'message' && !mine && readUpTo != null && item.message.seq > readUpTo) {
      marked = true;
      out.push({ type: 'unread', key: 'unread' });
    }
    add(out, item, mine);
  }
  return out;
}

function add(out, item, mine) {
  if (item.what === 'notice') {
    out.push({ type: 'notice', key: `notice ${item.notice.seq}`, notice: item.notice });
  } else if (item.what === 'card') {
    out.push({ type: 'card', key: `card ${item.card.event_id}`, card: item.card });
  } else {
    const line = item.message ?? item.entry;
    const writer = mine ? 'me' : item.message.member.id;
    const last = out.at(-1);
    if (last?.type === 'group' && last.writer === writer && near(last.lines.at(-1).at, item.at)) {
      last.lines.push(line);
    } else {
      const key = `group ${line.client_id ?? line.event_id}`;
      out.push({ type: 'group', key, writer, mine, member: item.message?.member ?? null, at: item.at, lines: [line] });
    }
  }
}

const near = (before, after) => Math.abs(Date.parse(after) - Date.parse(before)) <= GROUP_MS;
