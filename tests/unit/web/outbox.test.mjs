import assert from 'node:assert/strict';
import test from 'node:test';
import * as storage from '../../../web/static/js/storage.js';
import { Outbox } from '../../../web/static/js/outbox.js';

const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

// The browser's lock manager as far as the outbox uses it; tabs share it.
class Locks {
  constructor() { this.taken = new Set(); }

  async request(name, options, work) {
    if (this.taken.has(name)) return work(null);
    this.taken.add(name);
    return Promise.resolve(work({ name })).finally(() => this.taken.delete(name));
  }
}

function tab(locks, answer) {
  const sent = [];
  const kept = [];
  const outbox = new Outbox({
    locks,
    send: async (entry) => {
      sent.push(entry);
      return answer(entry, sent.length);
    },
    onChange: () => {},
    onKept: (entry, reply) => kept.push([entry.client_id, reply.status]),
  });
  return { outbox, sent, kept };
}

const written = (text, n = 0) => ({ stream: 'room:1', room: 'sleep', text, at: `2026-11-20T10:00:0${n}.000Z` });
const delivered = { status: 'delivered', seq: 1, event_id: 'e1' };
const gone = () => Promise.reject(Object.assign(new Error(), { code: 'disconnected' }));
const empty = () => storage.keys('outbox.').forEach((key) => storage.drop(key));

test('an entry is kept until it is delivered and stands until its event came', async () => {
  empty();
  const { outbox } = tab(new Locks(), async () => delivered);
  outbox.add(written('hello'));
  assert.equal(storage.keys('outbox.').length, 1);
  await turn();
  assert.equal(storage.keys('outbox.').length, 0);
  assert.equal(outbox.list().length, 1);
  outbox.arrived(new Set(['e1']));
  assert.equal(outbox.list().length, 0);
});

test('after a lost connection the same client_id is sent again', async () => {
  empty();
  const { outbox, sent } = tab(new Locks(), (entry, time) => (time === 1 ? gone() : Promise.resolve(delivered)));
  outbox.add(written('hello'));
  await turn();
  assert.equal(storage.keys('outbox.').length, 1);
  outbox.pump();
  await turn();
  assert.equal(sent.length, 2);
  assert.equal(sent[0].client_id, sent[1].client_id);
});

test('a reload takes up what was left, in order, and another tab leaves it alone', async () => {
  empty();
  const old = tab(new Locks(), gone);
  old.outbox.add(written('first', 1));
  old.outbox.add(written('second', 2));
  await turn();
  const locks = new Locks();
  const one = tab(locks, () => new Promise((resolve) => setTimeout(resolve, 3, delivered)));
  const two = tab(locks, async () => delivered);
  await Promise.all([one.outbox.adopt(), two.outbox.adopt()]);
  await turn();
  await turn();
  assert.equal(one.sent.length + two.sent.length, 2);
  assert.deepEqual([...one.sent, ...two.sent].map(({ text }) => text).sort(), ['first', 'second']);
});

test('200 messages of one and the same time keep their order over a reload', async () => {
  empty();
  const old = tab(new Locks(), gone);
  const words = Array.from({ length: 200 }, (_, number) => `message ${number}`);
  for (const text of words) old.outbox.add(written(text));
  const { outbox, sent } = tab(new Locks(), async () => delivered);
  const adopted = [outbox.adopt(), outbox.adopt()]; // at the start, and when the connection is live
  outbox.add(written('written meanwhile'));
  await Promise.all(adopted);
  for (let n = 0; n < 200 && sent.length < 201; n += 1) await turn();
  assert.deepEqual(sent.map(({ text }) => text), [...words, 'written meanwhile']);
});

test('a room that was left takes its unsent messages along, also the one under way', async () => {
  empty();
  const { outbox } = tab(new Locks(), () => turn().then(() => delivered));
  outbox.add(written('under way', 1));
  outbox.add(written('waits', 2));
  outbox.add({ ...written('elsewhere'), stream: 'room:2' });
  await turn();
  outbox.dropRoom('room:1');
  assert.deepEqual(outbox.list().map(({ text }) => text), ['elsewhere']);
  await turn();
  await turn();
  assert.deepEqual(outbox.list().map(({ text }) => text), ['elsewhere']);
  assert.equal(storage.keys('outbox.').length, 0); // that one was delivered
});

test('a refused breath waits, then goes out unchanged', async () => {
  empty();
  const busy = () => Promise.reject(Object.assign(new Error(), { code: 'rate_limited', reply: { retry_after_ms: 1 } }));
  const { outbox, sent } = tab(new Locks(), (entry, time) => (time === 1 ? busy() : Promise.resolve(delivered)));
  outbox.add(written('a', 1));
  outbox.add(written('b', 2));
  await new Promise((resolve) => setTimeout(resolve, 120));
  assert.deepEqual(sent.map(({ text }) => text), ['a', 'a', 'b']);
});

test('a held message leaves the outbox for its own place', async () => {
  empty();
  const { outbox, kept } = tab(new Locks(), async () => ({ status: 'held', review_by: 'soon' }));
  const { client_id } = outbox.add(written('a'));
  await turn();
  assert.deepEqual(kept, [[client_id, 'held']]);
  assert.equal(storage.keys('outbox.').length, 0);
});

test('what cannot be sent says so and waits for its writer', async () => {
  empty();
  const muted = () => Promise.reject(Object.assign(new Error(), { code: 'muted', reply: { until: 'x' } }));
  const { outbox } = tab(new Locks(), (entry, time) => (time === 1 ? muted() : Promise.resolve(delivered)));
  const { client_id } = outbox.add(written('a'));
  await turn();
  assert.equal(outbox.list()[0].state, 'failed');
  outbox.retry(client_id);
  await turn();
  assert.equal(outbox.list()[0].event_id, 'e1');
});
