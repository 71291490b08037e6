import assert from 'node:assert/strict';
import test from 'node:test';
import { timeline } from '../../../web/static/js/store/timeline.js';

const ALICE = { id: 'm_a', name: 'Quiet Heron' };
const BOB = { id: 'm_b', name: 'Slow River' };
const at = (minute, day = 20) => `2026-11-${day}T10:${String(minute).padStart(2, '0')}:00.000Z`;
const message = (seq, member, minute, day) => ({ seq, event_id: `e${seq}`, member, at: at(minute, day), text: 'x', reactions: [] });
const rows = (parts) => timeline({
  messages: [], notices: [], cards: [], entries: [], me: ALICE, readUpTo: null, dayOf: (when) => when.slice(0, 10), ...parts,
});
const shape = (list) => list.map((row) => (row.type === 'group' ? `${row.writer}:${row.lines.length}` : row.type));

test('one writer within five minutes is one group', () => {
  const list = rows({ messages: [message(1, BOB, 0), message(2, BOB, 4), message(3, BOB, 10), message(4, ALICE, 11)] });
  assert.deepEqual(shape(list), ['day', 'm_b:2', 'm_b:1', 'me:1']);
});

test('each day has its line', () => {
  const list = rows({ messages: [message(1, BOB, 0, 20), message(2, BOB, 1, 21)] });
  assert.deepEqual(shape(list), ['day', 'm_b:1', 'day', 'm_b:1']);
});

test('the unread line stands once, before the first unread of another', () => {
  const list = rows({ messages: [message(1, BOB, 0), message(2, ALICE, 1), message(3, BOB, 2), message(4, BOB, 3)], readUpTo: 1 });
  assert.deepEqual(shape(list), ['day', 'm_b:1', 'me:1', 'unread', 'm_b:2']);
});

test('a held message keeps its place and one on its way stands last', () => {
  const held = { client_id: 'c1', state: 'held', at: at(1), text: 'h' };
  const sending = { client_id: 'c2', state: 'sending', at: at(0), text: 's' };
  const list = rows({ messages: [message(1, BOB, 0), message(2, BOB, 3)], entries: [held, sending] });
  assert.deepEqual(shape(list), ['day', 'm_b:1', 'me:1', 'm_b:1', 'me:1']);
});

test('a card follows the message it came with', () => {
  const card = { event_id: 'k', at: at(1) };
  const list = rows({ messages: [message(1, ALICE, 1), message(2, BOB, 2)], cards: [card] });
  assert.deepEqual(shape(list), ['day', 'me:1', 'card', 'm_b:1']);
});
