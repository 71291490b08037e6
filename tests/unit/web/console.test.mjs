import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';
import { KEYS, wordOf } from '../../../web/static/js/moderation/keys.js';
import { means, parts, wordCount } from '../../../web/static/js/moderation/masks.js';
import { applyQueue, clockOf, found, inOrder, oldest, running, spokenOf } from '../../../web/static/js/moderation/queue.js';
import { EXPOSURE_BUDGET, freshShift, goOn, read, took, used } from '../../../web/static/js/moderation/shift.js';
import { conversation, flagsOf, messagesAround, nameOf } from '../../../web/static/js/moderation/talk.js';
import en from '../../../web/static/js/moderation/words/en.js';
import es from '../../../web/static/js/moderation/words/es.js';
import { applyLive, emptyRoom, restart } from '../../../web/static/js/store/room.js';

const T0 = Date.parse('2026-11-21T00:00:00Z');
const at = (s) => new Date(T0 + 1000 * s).toISOString();
const one = (id, level, { opened = 0, due = 30, ...rest } = {}) => ({ id, level, state: 'open', room: 'sleep', opened_at: at(opened), due_at: at(due), flags: 1, holder: null, ...rest });
const told = (kind, what) => ({ kind: `case.${kind}`, case: what });

test('the queue after its events is the queue read afresh', () => {
  const a = one('a', 'L4'), b = one('b', 'C');
  const claimed = { ...a, state: 'claimed', holder: 'Wren' };
  const events = [told('opened', a), told('opened', b), told('claimed', claimed), told('closed', { ...b, state: 'closed' })];
  assert.deepEqual([...applyQueue(new Map(), events).values()], [claimed]);
  const twice = applyQueue(applyQueue(new Map(), events.slice(0, 3)), events);
  assert.deepEqual([...twice.values()], [claimed]);
});

test('a decision that waits for a second person stays, last; any other leaves', () => {
  const cases = applyQueue(new Map(), [told('decided', one('a', 'L4', { state: 'decided' })), told('decided', one('b', 'L3', { state: 'decided' })), told('opened', one('c', 'C'))]);
  assert.deepEqual(inOrder(cases, T0).map(({ id }) => id), ['c', 'a']);
});

test('level, then time left, then the oldest; an L2 whose time is over rises', () => {
  const cases = new Map([one('c', 'C'), one('late', 'L2', { due: 600 }), one('l3', 'L3', { due: 900 }), one('l3b', 'L3', { due: 700 }), one('l4', 'L4'), one('h', 'H')].map((each) => [each.id, each]));
  assert.deepEqual(inOrder(cases, T0).map(({ id }) => id), ['l4', 'h', 'l3b', 'l3', 'late', 'c']);
  assert.deepEqual(inOrder(cases, T0 + 601_000).map(({ id }) => id), ['l4', 'h', 'late', 'l3b', 'l3', 'c']);
});

test('a clock turns red in its last third, and is spoken of at half and at the end alone', () => {
  const it = one('a', 'L4');
  assert.deepEqual(clockOf(it, T0), { left: 30_000, all: 30_000, late: false });
  assert.equal(clockOf(it, T0 + 20_000).late, true);
  assert.equal(clockOf({ ...it, state: 'claimed' }, T0), null);
  assert.equal(spokenOf(it, T0 + 14_500, T0 + 15_000), 'half');
  assert.equal(spokenOf(it, T0 + 15_000, T0 + 16_000), null);
  assert.equal(spokenOf(it, T0 + 29_500, T0 + 30_500), 'over');
  assert.equal(spokenOf(one('c', 'C'), T0 + 14_500, T0 + 15_000), null);
});

test('times run as they are read', () => {
  assert.deepEqual([18_000, 400_000, 48 * 60_000, 72 * 60_000, -5].map(running), ['0:18', '6:40', '48 min', '1 h 12', '0:00']);
  const cases = new Map([one('a', 'L4', { opened: 10 }), one('b', 'L4'), one('c', 'L1', { state: 'claimed' })].map((each) => [each.id, each]));
  assert.deepEqual(oldest(cases, T0 + 60_000), [{ level: 'L4', ms: 60_000 }]);
  assert.deepEqual(found([...cases.values()], 'nobody', (room) => room).length, 0);
  assert.deepEqual(found([...cases.values()], 'l1', (room) => room).map(({ id }) => id), ['c']);
});

test('words for means stay covered, and a covered part carries no text', () => {
  const text = '😶 the pills, and hanging out';
  const covered = means(text);
  assert.deepEqual(covered, [[6, 11], [17, 24]]);
  const shown = parts(text, [[2, 11]], covered, new Set([1]));
  assert.deepEqual(shown, [
    { text: '😶 ', mark: false, mask: false, n: null }, { text: 'the ', mark: true, mask: false, n: null }, { text: null, mark: true, mask: true, n: 0 },
    { text: ', and ', mark: false, mask: false, n: null }, { text: 'hanging', mark: false, mask: false, n: null }, { text: ' out', mark: false, mask: false, n: null },
  ]);
  assert.doesNotMatch(JSON.stringify(parts(text, [], covered)), /pills|hanging/);
  assert.deepEqual(parts('short', [[-3, 99]], []), [{ text: 'short', mark: true, mask: false, n: null }]);
  assert.equal(wordCount(' one  two\nthree '), 3);
});

const member = { id: 'm_1', name: 'Paper Lantern' };
const context = {
  member: 'm_1', language: 'en', reports: [], episodes: [], talk: [{ by: 'Wren', own: false, text: 'Hi', at: at(9) }],
  messages: [{ id: 'e1', seq: 3, at: at(5), member, text: 'gone now', visibility: 'retracted' }, { id: 'e2', seq: null, at: at(8), member, text: 'held', visibility: 'held' }],
  reasons: [{ message: 'e1', level: 'L2', reasons: [{ rule: 'en.a', span: [0, 4] }] }, { message: 'e2', level: 'L4', reasons: [{ rule: 'en.b' }] }],
};

test('held and retracted texts of a case stand in the conversation in their places', () => {
  const events = [
    { seq: 1, event_id: 'e0', kind: 'message', at: at(1), member: { id: 'm_2', name: 'Salt Marsh' }, text: 'hello' },
    { seq: 2, event_id: 'j', kind: 'member.joined', at: at(2), member },
    { seq: 3, event_id: 'e1', kind: 'message', at: at(5), member, gone: 'retracted' },
  ];
  const room = applyLive(restart(emptyRoom('room:x'), 'ep', 0), events);
  const known = messagesAround(room, context);
  assert.deepEqual([known.get('e1').text, known.get('e1').gone, known.get('e2').held], ['gone now', 'retracted', true]);
  assert.equal(nameOf(context, known), 'Paper Lantern');
  const { rows, name } = conversation({ room, context, dayOf: () => 'd' });
  assert.equal(name, 'Paper Lantern');
  assert.deepEqual(rows.map(({ type, lines }) => (lines ? lines.map(({ event_id: id }) => id).join() : type)), ['day', 'e0', 'e1,e2', 'notice']);
});

test('each flag says its number, its level and whether the case rose with it', () => {
  const flags = flagsOf(context);
  assert.deepEqual(flags.get('e1'), { level: 'L2', n: 1, rose: false, spans: [[0, 4]] });
  assert.deepEqual(flags.get('e2'), { level: 'L4', n: 2, rose: true, spans: [] });
  assert.equal(flagsOf(null).size, 0);
});

test('a key counts outside fields and dialogs alone, and only without a modifier', () => {
  const press = (key, more = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, repeat: false, ...more });
  const free = { field: false, control: false, dialog: false };
  assert.equal(wordOf(press('n'), free), 'next');
  assert.equal(wordOf(press('E'), free), 'escalate');
  assert.equal(wordOf(press('n'), { ...free, field: true }), null);
  assert.equal(wordOf(press('n'), { ...free, dialog: true }), null);
  assert.equal(wordOf(press('c', { ctrlKey: true }), free), null);
  assert.equal(wordOf(press('Enter'), { ...free, control: true }), null);
  assert.equal(wordOf(press('e', { repeat: true }), free), null);
  assert.equal(wordOf(press('j', { repeat: true }), free), 'down');
  assert.equal(new Set(Object.values(KEYS)).size, Object.keys(KEYS).length);
});

test('one’s load begins anew after a long pause, and says when much was read', () => {
  let shift = took(took(freshShift(T0), 'a', T0), 'a', T0);
  assert.deepEqual(shift.cases, ['a']);
  for (let n = 0; n < EXPOSURE_BUDGET; n += 1) shift = read(shift, T0);
  assert.equal(used(shift), 1);
  assert.equal(goOn(shift, T0 + 3600_000).exposed, EXPOSURE_BUDGET);
  assert.equal(goOn(shift, T0 + 5 * 3600_000).exposed, 0);
  assert.equal(goOn(null, T0).since, T0);
});

const places = (text) => [...JSON.stringify(text).matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort().join();

test('both languages say the same things, quietly, and every word the console asks for is there', () => {
  assert.deepEqual(Object.keys(es).sort(), Object.keys(en).sort());
  for (const key of Object.keys(en)) {
    if (typeof en[key] === 'string' || en[key].other) assert.equal(places(es[key]), places(en[key]), key);
  }
  assert.deepEqual(Object.keys(es.policy), Object.keys(en.policy));
  for (const words of [en, es]) assert.doesNotMatch(JSON.stringify(words), /[!¡]/);
  const home = new URL('../../../web/static/js/moderation/', import.meta.url);
  const files = ['../moderation.js', ...readdirSync(home).filter((name) => name.endsWith('.js')), ...readdirSync(new URL('views/', home)).map((name) => `views/${name}`)];
  const asked = files.flatMap((name) => [...readFileSync(new URL(name, home), 'utf8').matchAll(/\bt\((?:[^'`()]*\? )?'([^']+)'(?:\s*:\s*'([^']+)')?/g)].flatMap(([, first, second]) => [first, second]));
  assert.deepEqual(asked.filter((key) => key && !(key in en)), []);
});
