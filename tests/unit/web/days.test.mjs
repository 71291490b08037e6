import assert from 'node:assert/strict';
import test from 'node:test';
import { applyAgain, applyLive, applyPage, ringing, shown, startAt } from '../../../web/static/js/people/family/days.js';
import { lineWords } from '../../../web/static/js/people/family/words.js';

const ALICE = { id: 'p_a', name: 'Ali' };
const NOW = Date.parse('2026-11-20T12:00:00Z');
const told = (...events) => shown(applyLive(startAt('e', 0), events.map((event, at) => ({ seq: at + 1, event_id: `e${at}`, at: '2026-11-20T11:00:00Z', ...event }))), NOW);
const logged = (category, entry) => ({ kind: 'activity.logged', circle: 'c', person: ALICE, category, entry });

test('a night stands at its morning, and anything else where it began', () => {
  const span = { start: '2026-11-20T00:10:00Z', end: '2026-11-20T06:10:00Z' };
  assert.equal(told(logged('sleep', { id: '1', ...span }))[0].at, span.end);
  assert.equal(told(logged('seizures', { id: '2', ...span }))[0].at, span.start);
});

test('what became of a clinician is a line of its own and no grant', () => {
  const lines = told(...['added', 'accepted', 'ended'].map((state) => ({ kind: 'grant.changed', clinician: 'a1', state })));
  assert.deepEqual(lines.map((line) => lineWords(line, (key) => key)), ['w.clinician.ended', 'w.clinician.accepted', 'w.clinician.added']);
});

test('a revoked grant takes along what it let one see', () => {
  const grant = { kind: 'grant.changed', circle: 'c', person: ALICE, category: 'mood' };
  const left = told({ ...grant, access: 'view' }, logged('mood', { id: '3', at: '2026-11-20T10:00:00Z', score: 6 }), { ...grant, access: null });
  assert.deepEqual(left.map((item) => item.kind), ['grant.changed']);
  assert.equal(lineWords(left[0], (key) => key), 'w.sharesNot');
});

test('what is granted again shows what it let one see before, and its alarm', () => {
  const grant = { kind: 'grant.changed', circle: 'c', person: ALICE, category: 'seizures' };
  const events = [
    { ...grant, access: 'view' }, logged('seizures', { id: '4', start: '2026-11-20T10:00:00Z' }),
    { kind: 'alarm', circle: 'c', person: ALICE, category: 'seizures', alarm: 'al', state: 'raised' },
    { ...grant, access: null }, { ...grant, access: 'view' },
  ].map((event, at) => ({ seq: at + 1, event_id: `e${at}`, at: '2026-11-20T11:00:00Z', ...event }));
  const kinds = (days) => [shown(days, NOW).map((item) => item.kind).sort(), ringing(days, NOW).map((alarm) => alarm.alarm)];
  const whole = [['activity.logged', 'grant.changed'], ['al']];
  // As one page, as a resume replays it, and live, where it was forgotten in between and is read again.
  assert.deepEqual(kinds(applyPage(startAt('e', 5), { events })), whole);
  assert.deepEqual(kinds(applyLive(startAt('e', 0), events)), whole);
  const ended = applyLive(startAt('e', 0), events.slice(0, 4));
  assert.deepEqual(kinds(ended), [['grant.changed'], []]);
  assert.equal(ended.items.size + ended.alarms.size, 1); // nothing of it is left in the page
  const back = applyLive(ended, events.slice(4));
  assert.deepEqual(kinds(back), [['grant.changed'], []]);
  assert.deepEqual(kinds(applyAgain(back, { events })), whole);
});
