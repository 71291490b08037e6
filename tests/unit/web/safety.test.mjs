import assert from 'node:assert/strict';
import test from 'node:test';
import { applyPage, emptyDays, shown } from '../../../web/static/js/people/family/days.js';
import { describe } from '../../../web/static/js/people/family/words.js';
import { DETAILS, LEVELS, WAYS, asked, clockOf, movedUp, secondsLeft, whereOf } from '../../../web/static/js/people/settings/safety/model.js';
import en from '../../../web/static/js/people/words/en.js';
import es from '../../../web/static/js/people/words/es.js';

const places = (text) => [...JSON.stringify(text).matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort().join();
const now = Date.parse('2026-11-20T10:00:00Z');

test('the pages of people say the same things in both languages', () => {
  assert.deepEqual(Object.keys(es).sort(), Object.keys(en).sort());
  for (const key of Object.keys(en)) assert.equal(places(es[key]), places(en[key]), key);
  for (const words of [en, es]) assert.doesNotMatch(JSON.stringify(words), /[!¡]/);
});

test('every way, detail and level has its words', () => {
  for (const one of WAYS) assert.ok(en[`sf.way.${one}`] && en[`sf.notReached.${one}`], one);
  for (const one of DETAILS) assert.ok(en[`sf.detail.${one}`] && en[`sf.detail.${one}.sub`], one);
  for (const one of LEVELS) assert.ok(en[`sf.level.${one}`], one);
  for (const one of ['waiting', 'queued', 'sending', 'sent', 'delivered', 'failed', 'seen']) assert.ok(en[`sf.state.${one}`], one);
});

test('where a contact is reached', () => {
  const members = [{ id: 'm1', name: 'Bo', circle: 'Home' }];
  assert.equal(whereOf({ channel: 'email', address: 'mum@example.org' }, members, 'gone'), 'mum@example.org');
  assert.equal(whereOf({ channel: 'member', address: 'm1' }, members, 'gone'), 'Bo · Home');
  assert.equal(whereOf({ channel: 'member', address: 'm2' }, members, 'gone'), 'gone');
});

test('what a form asks for', () => {
  const filled = { name: ' Mum ', channel: 'email', address: ' mum@example.org ', detail: 'level' };
  assert.deepEqual(asked(filled), { name: 'Mum', channel: 'email', address: 'mum@example.org', detail: 'level', by_moderator: false });
  assert.equal(asked({ ...filled, by_moderator: 'on' }).by_moderator, true);
});

test('the seconds that are left', () => {
  assert.equal(secondsLeft('2026-11-20T10:00:29.400Z', now), 30);
  assert.equal(secondsLeft('2026-11-20T09:59:00Z', now), 0);
  assert.deepEqual([clockOf(30), clockOf(7), clockOf(61)], ['0:30', '0:07', '1:01']);
});

test('one moves up by a place, and the first stays', () => {
  const three = ['a', 'b', 'c'].map((id, at) => ({ id, place: at + 1 }));
  assert.deepEqual(movedUp(three, 'c').map(({ id, place }) => `${id}${place}`), ['a1', 'c2', 'b3']);
  assert.equal(movedUp(three, 'a'), three);
});

test("one's own notice is one line that says how it stands, somebody else's what they chose", () => {
  const event = (seq, more) => ({ type: 'event', stream: 'me', seq, event_id: `e${seq}`, kind: 'safety.notice', at: '2026-11-20T09:00:00Z', ...more });
  const own = { notice: 'n1', contacts: 2 };
  const person = { id: 'm1', name: 'Ali' };
  const page = { events: [event(1, { ...own, state: 'pending' }), event(2, { ...own, state: 'taken_back' }),
    event(3, { notice: 'n2', state: 'sent', circle: 'c', person, category: 'safety', detail: 'level', level: 'high' })], head: 3, more: false };
  const [first, second] = shown(applyPage({ ...emptyDays(), epoch: 'x' }, page), now);
  const say = (key) => en[key];
  const told = [first, second].map((item) => describe(item, say));
  assert.deepEqual(told.map(({ title }) => title).sort(), [en['w.safety.level'], en['w.safety.taken_back']].sort());
  assert.ok(told.some(({ lines }) => lines.includes(en['sf.level.high'])));
});
