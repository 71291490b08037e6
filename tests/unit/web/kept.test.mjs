import assert from 'node:assert/strict';
import test from 'node:test';
import { draftOf, keepDraft } from '../../../web/static/js/drafts.js';
import * as storage from '../../../web/static/js/storage.js';
import { dropOld, dropRoom, keepBlocked, keepHeld, keepMine, loadHeld, loadMine } from '../../../web/static/js/store/kept.js';
import { emptyMine } from '../../../web/static/js/store/mine.js';

const NOW = Date.parse('2026-11-20T10:00:00Z');
const hoursAgo = (hours) => new Date(NOW - hours * 3600 * 1000).toISOString();
const empty = () => storage.keys().forEach((key) => storage.drop(key));

test('a room one is no longer in leaves nothing behind, and the others stay', () => {
  empty();
  for (const [stream, slug] of [['room:1', 'sleep'], ['room:2', 'anxiety']]) {
    storage.save(`room.${stream}`, { v: 1 });
    keepBlocked(stream, new Map([['m_b', 'Slow River']]));
    keepDraft(slug, { text: 'begun' });
    keepHeld(`h${slug}`, { client_id: `h${slug}`, stream, at: hoursAgo(0) });
    storage.save(`outbox.o${slug}`, { client_id: `o${slug}`, stream, at: hoursAgo(0), state: 'sending' });
  }
  const cards = [{ event_id: 'a', room: 'room:1' }, { event_id: 'b', room: 'sleep' }, { event_id: 'c', room: 'room:2' }];
  keepMine({ ...emptyMine(), epoch: 'e', seq: 3, eventId: 'c', cards });
  dropRoom('room:1', 'sleep');
  assert.deepEqual(storage.keys(), ['blocked.room:2', 'draft.anxiety', 'held.hanxiety', 'mine', 'outbox.oanxiety', 'room.room:2']);
  assert.deepEqual(loadMine().cards.map((card) => card.event_id), ['c']);
  assert.equal(loadMine().seq, 3);
});

test('what is older than a day is forgotten, but a message still on its way is not', () => {
  empty();
  for (const [age, hours] of [['old', 25], ['young', 23]]) {
    storage.save(`draft.${age}`, { text: 'x', at: hoursAgo(hours) });
    keepHeld(age, { client_id: age, at: hoursAgo(hours), state: 'held' });
    for (const state of ['failed', 'sending']) storage.save(`outbox.${age}-${state}`, { at: hoursAgo(hours), state });
  }
  const cards = [{ event_id: 'old', at: hoursAgo(25) }, { event_id: 'young', at: hoursAgo(23) }];
  keepMine({ ...emptyMine(), epoch: 'e', seq: 2, eventId: 'young', cards });
  dropOld(NOW);
  assert.deepEqual(storage.keys('draft.'), ['draft.young']);
  assert.deepEqual([...loadHeld().keys()], ['young']);
  assert.deepEqual(storage.keys('outbox.'), ['outbox.old-sending', 'outbox.young-failed', 'outbox.young-sending']);
  assert.deepEqual(loadMine().cards.map((card) => card.event_id), ['young']);
});

test('a draft knows when it was last written on', () => {
  empty();
  keepDraft('sleep', { text: 'begun' });
  dropOld();
  assert.equal(draftOf('sleep').text, 'begun');
  dropOld(Date.now() + 25 * 3600 * 1000);
  assert.equal(draftOf('sleep').text, '');
});
