import assert from 'node:assert/strict';
import test from 'node:test';
import { localeOf } from '../../../web/static/js/i18n/locale.js';
import { acceptLanguage } from '../../../web/static/js/net/api.js';
import { answerTo, delay } from '../../../web/static/js/net/closing.js';
import { Session } from '../../../web/static/js/net/session.js';
import { Window, sizeOf } from '../../../web/static/js/net/window.js';
import { applyMine, emptyMine, readBack } from '../../../web/static/js/store/mine.js';

test('close codes are answered as the protocol says', () => {
  for (const code of [4000, 4001, 4003, 4004, 4005, 4006]) assert.equal(answerTo(code), 'stop');
  assert.equal(answerTo(4002), 'ticket');
  for (const code of [4100, 4101, 4108, 4110, 4111, 1006, 1001]) assert.equal(answerTo(code), 'backoff');
  for (const code of [4201, 4202, 4204]) assert.equal(answerTo(code), 'now');
});

test('a guest asks for the language of the page first, and for the place the browser names with it', () => {
  assert.equal(acceptLanguage('es', ['en-US', 'es-MX', 'es']), 'es-MX,es;q=0.9,en-US;q=0.8');
  assert.equal(acceptLanguage('en', ['es-ES', 'es', 'en-GB', 'en']), 'en-GB,en;q=0.9,es-ES;q=0.8,es;q=0.7');
  assert.equal(acceptLanguage('es', ['en-US']), 'es,en-US;q=0.9');
  assert.equal(acceptLanguage('en', []), 'en');
  const many = [...'abcdefghijklmnop'].map((letter) => `${letter}${letter}`);
  assert.match(acceptLanguage('en', many), /^en,aa;q=0\.9,.*,ii;q=0\.1$/);
});

test('a locale has the country that the browser names with that language, and no other', () => {
  assert.equal(localeOf('es', ['en-US', 'es', 'es-MX']), 'es-MX');
  assert.equal(localeOf('es', ['es-419', 'en-US']), 'es');
  assert.equal(localeOf('en', []), 'en');
});

test('waits grow to thirty seconds, with full jitter and the floor asked for', () => {
  assert.equal(delay('backoff', 0, 0.999), 999);
  assert.equal(delay('backoff', 9, 1), 30_000);
  assert.equal(delay('backoff', 9, 0), 0);
  assert.ok(delay('now', 0, 1) <= 500);
  assert.equal(delay('now', 0, 0, 500), 500);
});

test('an ack is due at half of either bound', () => {
  const window = new Window({ events: 4, bytes: 100 });
  assert.equal(window.take(10), false);
  assert.equal(window.take(10), true);
  assert.equal(window.ack(), 2);
  assert.equal(window.owing, false);
  assert.equal(window.take(50), true);
  assert.equal(sizeOf('é'), 2);
});

test('what me says is carried out once', () => {
  const event = { seq: 1, event_id: 'a', kind: 'message.released', client_id: 'c', at: '' };
  const first = applyMine(emptyMine(), [event]);
  assert.deepEqual(first.effects.map((effect) => effect.do), ['released']);
  assert.deepEqual(applyMine(first.mine, [event]).effects, []);
});

test('what is held while no moderator is on duty is known as such until it is decided', () => {
  const held = (seq, client_id, more) => ({ seq, event_id: `e${seq}`, kind: 'message.held', room: 'sleep', client_id, ...more });
  const heard = applyMine(emptyMine(), [held(1, 'c1', { on_duty: false }), held(2, 'c2'), held(3, 'c3', { on_duty: false })]);
  assert.deepEqual(heard.mine.unattended, ['c1', 'c3']);
  const decided = { seq: 4, event_id: 'e4', kind: 'message.refused', room: 'sleep', client_id: 'c1' };
  assert.deepEqual(applyMine(heard.mine, [decided]).mine.unattended, ['c3']);
  assert.deepEqual(applyMine({ ...emptyMine(), ...JSON.parse(JSON.stringify(heard.mine)) }, [decided]).mine.unattended, ['c3']);
});

test('what overtakes the history of me loses nothing that stands in it, and doubles nothing', () => {
  const at = new Date().toISOString();
  const letter = (seq) => ({ seq, event_id: `e${seq}`, kind: 'moderator', at, member: { id: 'm', name: 'Mo' }, text: `letter ${seq}` });
  const card = (seq, moment) => ({ seq, event_id: `e${seq}`, kind: 'card', at: moment, room: 'sleep', text: '', contacts: [] });
  const held = { seq: 3, event_id: 'e3', kind: 'message.held', room: 'sleep', client_id: 'c', on_duty: false };
  const page = [card(1, '2026-01-01T00:00:00Z'), letter(2), held, card(4, at), letter(5)];
  // The page was read after the fifth had come live; the sixth and the seventh came before the page did.
  const heard = [letter(5), letter(6), { ...held, seq: 7, event_id: 'e7', kind: 'message.released' }];
  const { mine, effects } = readBack('ep', page, heard, Date.now());
  assert.deepEqual(mine.letters.map(({ text }) => text), ['letter 2', 'letter 5', 'letter 6']);
  assert.deepEqual(mine.cards.map(({ event_id: id }) => id), ['e4']);
  assert.deepEqual([mine.epoch, mine.seq, mine.eventId, mine.unattended], ['ep', 7, 'e7', []]);
  assert.deepEqual(effects.map(({ do: what }) => what), ['held']);
});

class Wire {
  constructor() {
    this.readyState = 1;
    this.sent = [];
    Wire.all.push(this);
  }

  send(text) { this.sent.push(JSON.parse(text)); }

  close() { this.readyState = 3; }

  say(...objects) { this.onmessage({ data: objects.map((one) => JSON.stringify(one)).join('\n') }); }
}

const WELCOME = { type: 'welcome', id: 1, heartbeat_ms: 25_000, window: { events: 4, bytes: 9999 }, streams: {} };
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

async function connected(ports = {}) {
  Wire.all = [];
  const seen = { pushes: [], statuses: [] };
  const session = new Session({
    url: 'ws://x', ticket: async () => `t${Wire.all.length}`, resume: () => ({ me: { epoch: 'x', seq: 0, event_id: '' } }),
    socket: () => new Wire(), random: () => 0, onWelcome: () => {}, onPushes: (list) => seen.pushes.push(...list),
    onStatus: (status, why) => seen.statuses.push([status, why]), ...ports,
  });
  session.start();
  await turn();
  Wire.all[0].onopen();
  Wire.all[0].say(WELCOME);
  return { session, seen };
}

const event = (seq) => ({ type: 'event', stream: 'room:1', seq, event_id: `e${seq}`, kind: 'message' });

test('hello carries the ticket and the positions; half a window is acknowledged', async () => {
  const { session, seen } = await connected();
  const [wire] = Wire.all;
  assert.deepEqual(wire.sent[0], { type: 'hello', id: 1, ticket: 't0', resume: { me: { epoch: 'x', seq: 0, event_id: '' } } });
  wire.say(event(1), event(2));
  assert.equal(seen.pushes.length, 2);
  assert.deepEqual(wire.sent.at(-1), { type: 'ack', n: 2 });
  wire.say({ type: 'ping' });
  assert.deepEqual(wire.sent.at(-1), { type: 'pong' });
  session.stop();
});

test('replies are matched by id, whatever order they come in', async () => {
  const { session } = await connected();
  const [wire] = Wire.all;
  const first = session.command('react', {});
  const second = session.command('send', {});
  const [a, b] = wire.sent.slice(-2).map(({ id }) => id);
  wire.say({ type: 'ok', id: b, seq: 9 }, { type: 'error', id: a, code: 'not_found' });
  assert.equal((await second).seq, 9);
  await assert.rejects(first, { code: 'not_found' });
  session.stop();
});

test('a drain opens and resumes a new socket before the old one is let go', async () => {
  const { session } = await connected();
  const [old] = Wire.all;
  old.say({ type: 'drain', within_ms: 5000 });
  await turn();
  assert.equal(Wire.all.length, 2);
  assert.equal(old.readyState, 1);
  Wire.all[1].onopen();
  Wire.all[1].say(WELCOME);
  assert.equal(old.readyState, 3);
  assert.equal(session.status, 'live');
  session.stop();
});

test('a bad ticket is renewed once, then the person is asked', async () => {
  const { session, seen } = await connected();
  Wire.all[0].onclose({ code: 4002 });
  await turn();
  assert.equal(Wire.all.length, 2);
  Wire.all[1].onopen();
  Wire.all[1].onclose({ code: 4002 });
  await turn();
  assert.deepEqual(seen.statuses.at(-1), ['stopped', 4002]);
  session.stop();
});

test('a ban is not argued with, a lost network is', async () => {
  const banned = await connected();
  Wire.all[0].onclose({ code: 4003 });
  await turn();
  assert.equal(Wire.all.length, 1);
  assert.deepEqual(banned.seen.statuses.at(-1), ['stopped', 4003]);
  const lost = await connected();
  const unanswered = lost.session.command('send', {});
  Wire.all[0].onclose({ code: 1006 });
  await assert.rejects(unanswered, { code: 'disconnected' });
  await turn();
  assert.equal(Wire.all.length, 2);
  lost.session.stop();
});
