import assert from 'node:assert/strict';
import test from 'node:test';
import { applyLive, applyPage, emptyRoom, messages, position, restart, unread } from '../../../web/static/js/store/room.js';
import { freeze, thaw } from '../../../web/static/js/store/snapshot.js';

const ALICE = { id: 'm_a', name: 'Quiet Heron' };
const BOB = { id: 'm_b', name: 'Slow River' };
const AT = '2026-11-20T10:00:00.000Z';
const NOW = Date.parse('2026-11-20T10:30:00.000Z');

const said = (seq, member, text, more = {}) => ({
  type: 'event', stream: 'room:1', seq, event_id: `e${seq}`, kind: 'message', at: AT, member, text, ...more,
});
const other = (seq, kind, more) => ({ type: 'event', stream: 'room:1', seq, event_id: `e${seq}`, kind, at: AT, ...more });
const LOG = [
  other(1, 'member.joined', { member: BOB }),
  said(2, BOB, 'one'),
  said(3, ALICE, 'two', { reply_to: 'e2' }),
  other(4, 'reaction', { target: 'e2', member: ALICE, reaction: 'heart', on: true }),
  other(5, 'reaction', { target: 'e2', member: BOB, reaction: 'hug', on: true }),
  said(6, BOB, 'three'),
  other(7, 'message.removed', { target: 'e6' }),
  other(8, 'reaction', { target: 'e2', member: BOB, reaction: 'hug', on: false }),
  other(9, 'message.retracted', { target: 'e3' }),
  other(10, 'message.restored', { target: 'e3', text: 'two' }),
  other(11, 'hidden', {}),
  said(12, BOB, 'four'),
];
const begun = () => ({ ...emptyRoom('room:1'), epoch: 'x', me: ALICE });

test('live events one by one, in one frame, or twice give the same room', () => {
  const whole = applyLive(begun(), LOG);
  const single = LOG.reduce((room, event) => applyLive(room, [event]), begun());
  const twice = applyLive(applyLive(begun(), LOG), LOG);
  assert.deepEqual(messages(single), messages(whole));
  assert.deepEqual(messages(twice), messages(whole));
  assert.deepEqual(position(whole), { epoch: 'x', seq: 12, event_id: 'e12' });
});

test('pages of history read backward plus live events equal the whole log', () => {
  const whole = applyLive(begun(), LOG);
  for (let head = 1; head < LOG.length; head += 1) {
    for (let size = 1; size <= head; size += 2) {
      let room = applyLive({ ...restart(begun(), 'x', head), me: ALICE }, LOG.slice(head));
      while (room.from > 1) {
        const before = room.from - 1;
        room = applyPage(room, { events: LOG.slice(Math.max(0, before - size), before) });
      }
      assert.deepEqual(messages(room), messages(whole), `head ${head}, pages of ${size}`);
      assert.equal(room.seq, 12);
    }
  }
});

test('a message shows as it now is', () => {
  const [one, two, three, four] = messages(applyLive(begun(), LOG));
  assert.deepEqual(one.reactions, [{ reaction: 'heart', count: 1, mine: true }]);
  assert.equal(two.text, 'two');
  assert.equal(three.gone, 'removed');
  assert.equal(three.text, null);
  assert.equal(four.text, 'four');
});

test('a hole is noticed and what lies behind it waits', () => {
  const room = applyLive(applyLive(begun(), LOG.slice(0, 2)), [LOG[5]]);
  assert.equal(room.gap, true);
  assert.equal(room.seq, 2);
  const filled = applyPage(room, { events: LOG.slice(2) });
  assert.deepEqual(messages(filled), messages(applyLive(begun(), LOG)));
  assert.equal(filled.seq, 12);
});

test('blocked members and their reactions are not shown', () => {
  const shown = messages(applyLive(begun(), LOG), new Set(['m_b']));
  assert.deepEqual(shown.map(({ text }) => text), ['two']);
});

test('unread counts what others wrote after the mark and what still stands', () => {
  const room = applyLive(begun(), LOG);
  assert.equal(unread({ ...room, read: 2 }), 1);
  assert.equal(unread({ ...room, read: 0 }), 2);
});

test('a kept room resumes where it stood', () => {
  const room = { ...applyLive(begun(), LOG), slug: 'sleep', read: 6 };
  const back = thaw('room:1', JSON.parse(JSON.stringify(freeze(room, NOW))), NOW);
  assert.equal(JSON.stringify(messages(back)), JSON.stringify(messages(room)));
  assert.deepEqual(position(back), position(room));
  assert.equal(back.read, 6);
});

test('a room without a known last event has no position, and is still known after a reload', () => {
  const room = { ...restart(begun(), 'x', 40), slug: 'sleep' };
  assert.equal(position(room), null);
  const back = thaw('room:1', JSON.parse(JSON.stringify(freeze(room, NOW))), NOW);
  assert.deepEqual([back.slug, back.me, position(back)], ['sleep', ALICE, null]);
  assert.deepEqual(position(restart(begun(), 'x', 0)), { epoch: 'x', seq: 0, event_id: '' });
});

test('a device keeps no message longer than a day', () => {
  const kept = freeze(applyLive(begun(), LOG), NOW);
  const later = thaw('room:1', kept, NOW + 25 * 3600 * 1000);
  assert.equal(later.messages.size, 0);
  assert.equal(later.from, 13);
  assert.equal(later.more, true);
});
