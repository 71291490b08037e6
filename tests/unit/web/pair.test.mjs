import assert from 'node:assert/strict';
import test from 'node:test';
import * as storage from '../../../web/static/js/storage.js';
import { found, seek, seeking, wishBehind } from '../../../web/static/js/seeking.js';
import { dropRoom } from '../../../web/static/js/store/kept.js';
import { SURE_MS, UNKNOWN, other, reading } from '../../../web/static/js/store/pair.js';
import { applyLive, emptyRoom } from '../../../web/static/js/store/room.js';

const ALICE = { id: 'm_a', name: 'Quiet Heron' };
const BOB = { id: 'm_b', name: 'Slow River' };
const event = (seq, kind, member, more) => ({ seq, event_id: `e${seq}`, kind, at: '2026-11-20T10:00:00.000Z', member, ...more });
const room = (...events) => applyLive({ ...emptyRoom('room:1'), me: ALICE }, events);

test('the other one is away once they were missed for long enough, and until they are back', () => {
  const missed = reading(UNKNOWN, 1, 1000);
  assert.deepEqual(missed, { since: 1000, away: false });
  assert.equal(reading(missed, 1, 1000 + SURE_MS - 1).away, false);
  const away = reading(missed, 1, 1000 + SURE_MS);
  assert.equal(away.away, true);
  assert.equal(reading(away, 1, 1000 + SURE_MS).away, true);
  assert.deepEqual(reading(away, 2, 90_000), UNKNOWN);
});

test('a page that loads anew is not missed, and nothing is said before anything is known', () => {
  const back = reading(reading(UNKNOWN, 1, 0), 2, 900);
  assert.equal(reading(back, 1, 60_000).away, false);
  assert.deepEqual(reading(UNKNOWN, undefined, 60_000), UNKNOWN);
});

test('the log tells who the other one is, and whether they left', () => {
  const joined = [event(1, 'member.joined', ALICE), event(2, 'member.joined', BOB)];
  assert.deepEqual(other(room(...joined)), { ...BOB, left: false });
  assert.deepEqual(other(room(...joined, event(3, 'message', BOB, { text: 'x' }), event(4, 'message', ALICE, { text: 'y' }))), { ...BOB, left: false });
  assert.deepEqual(other(room(...joined, event(3, 'member.left', BOB), event(4, 'message', ALICE, { text: 'y' }))), { ...BOB, left: true });
  assert.equal(other(room(event(1, 'member.joined', ALICE))), null);
});

test('what was looked for is known until one leaves the pair it led to', () => {
  storage.keys().forEach((key) => storage.drop(key));
  seek({ topic: 'sleep', title: 'Sleep', role: 'seeker', language: 'en' });
  found('pair-0123456789abcdef');
  assert.equal(seeking(), null);
  found('pair-0123456789abcdef'); // another tab heard it too
  assert.deepEqual(wishBehind('pair-0123456789abcdef'), { topic: 'sleep', title: 'Sleep', role: 'seeker', language: 'en' });
  dropRoom('room:1', 'pair-0123456789abcdef');
  assert.deepEqual(storage.keys(), []);
});
