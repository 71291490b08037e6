import assert from 'node:assert/strict';
import test from 'node:test';
import * as storage from '../../../web/static/js/storage.js';
import { Queue, willBe } from '../../../web/static/js/people/today/queue.js';

const WATER = { path: 'meals', kind: 'water', body: { at: '2026-11-20T10:00:00.000Z', meal_type: 'snack', water_ml: 250 } };
const HOUR = 3_600_000;
const lost = () => Object.assign(new Error('no answer'), { status: 0 });
const never = new Promise(() => {});

// A server that keeps keys as ours does, and can lose its answer or be out of reach.
function house() {
  const stored = new Map();
  const keys = new Map();
  const at = { now: Date.parse('2026-11-20T10:00:00Z'), away: false, loses: 0, refuses: null, signedIn: 'alice' };
  const reach = () => { if (at.away) throw lost(); };
  const posts = [];
  const ports = {
    locks: null,
    later: () => null,
    now: () => at.now,
    onChange: () => {},
    onStored: () => {},
    signedIn: async () => at.signedIn,
    find: async (entry) => [...stored.values()].find((one) => one.at === entry.body.at) ?? null,
    post: async (entry) => {
      reach();
      posts.push(entry.key);
      if (at.refuses) return { ok: false, ...at.refuses };
      if (!keys.has(entry.key)) {
        const id = `e${stored.size + 1}`;
        keys.set(entry.key, id);
        stored.set(id, { ...entry.body, id });
      }
      if (at.loses > 0) {
        at.loses -= 1;
        throw lost();
      }
      return { ok: true, status: 201, body: stored.get(keys.get(entry.key)) };
    },
    change: async ({ id }, patch) => {
      reach();
      stored.set(id, { ...stored.get(id), ...patch });
      return { ok: true, status: 200, body: stored.get(id) };
    },
    remove: async ({ id }) => {
      reach();
      return stored.delete(id) ? { ok: true, status: 204, body: null } : { ok: false, status: 404 };
    },
  };
  return { stored, keys, at, posts, open: (person = 'alice') => new Queue(person, ports) };
}

const empty = () => storage.keys('days.').forEach((key) => storage.drop(key));
test.beforeEach(empty);

test('what was logged without a connection is sent once there is one, with the key it was made with', async () => {
  const { stored, at, posts, open } = house();
  at.away = true;
  const { key } = open().add(WATER);
  await open().pump();
  assert.equal(stored.size, 0);
  at.away = false;
  const anew = open(); // the page was loaded again
  assert.deepEqual(anew.list().map((entry) => entry.key), [key]);
  await anew.pump();
  assert.deepEqual(posts.at(-1), key);
  assert.deepEqual([...stored.values()], [{ ...WATER.body, id: 'e1' }]);
  assert.deepEqual(anew.list(), []);
});

test('an answer that was lost doubles nothing', async () => {
  const { stored, at, open } = house();
  at.loses = 1;
  const queue = open();
  queue.add(WATER);
  await queue.pump();
  await queue.pump();
  assert.equal(stored.size, 1);
  assert.deepEqual(queue.list(), []);
});

test('after the server has forgotten the key, what is stored already is not sent again', async () => {
  const { stored, keys, at, open } = house();
  at.loses = 1;
  const queue = open();
  queue.add(WATER);
  await queue.pump();
  keys.clear();
  at.now += 30 * HOUR;
  await queue.pump();
  await queue.pump();
  assert.equal(stored.size, 1);
  assert.deepEqual(queue.list(), []);
});

test('what may have arrived is taken back by removing it, and what surely did not is forgotten', async () => {
  const { stored, at, posts, open } = house();
  at.loses = 2; // once when it is logged, once when it is asked for
  const queue = open();
  const { key } = queue.add(WATER);
  await queue.pump();
  queue.take(key);
  await queue.pump();
  assert.equal(stored.size, 0);
  at.away = true;
  const other = open();
  other.running = never; // nothing is tried
  const second = other.add(WATER);
  other.take(second.key);
  assert.deepEqual(other.list(), []);
  assert.equal(posts.includes(second.key), false);
});

test('a change of what waits is in what is sent, or follows it', async () => {
  const { stored, at, open } = house();
  const queue = open();
  queue.running = never;
  const first = queue.add(WATER);
  queue.edit(first.key, { water_ml: 300 });
  queue.running = null;
  at.loses = 1;
  await queue.pump();
  assert.equal(stored.get('e1').water_ml, 300);
  queue.edit(first.key, { water_ml: 500 });
  assert.equal(willBe(queue.list()[0] ?? { body: stored.get('e1') }).water_ml, 500);
  await queue.pump();
  await queue.pump();
  assert.equal(stored.get('e1').water_ml, 500);
  assert.equal(stored.size, 1);
});

test('what is refused stays with its reason, hinders nothing else, and can be mended', async () => {
  const { stored, at, open } = house();
  at.refuses = { status: 422, body: { errors: [{ field: 'water_ml', code: 'out_of_range' }] } };
  const queue = open();
  queue.add({ ...WATER, body: { ...WATER.body, water_ml: 1e6 } });
  await queue.pump();
  at.refuses = null;
  queue.add({ ...WATER, body: { ...WATER.body, at: '2026-11-20T11:00:00.000Z' } });
  await queue.pump();
  assert.equal(stored.size, 1);
  const [failed] = queue.list();
  assert.equal(failed.state, 'failed');
  assert.equal(failed.error.body.errors[0].field, 'water_ml');
  queue.edit(failed.key, { water_ml: 200 });
  await queue.pump();
  await queue.pump();
  assert.equal(stored.get('e2').water_ml, 200);
  assert.deepEqual(queue.list(), []);
});

test('somebody else on the same device neither sees nor sends it', async () => {
  const { stored, at, open } = house();
  at.away = true;
  const hers = open('alice');
  hers.add(WATER);
  await hers.pump();
  at.away = false;
  const his = open('bob');
  assert.deepEqual(his.list(), []);
  await his.pump();
  assert.equal(stored.size, 0);
  assert.equal(hers.list().length, 1);
});

test('a signed-out session keeps everything and sends nothing', async () => {
  const { at, open } = house();
  at.refuses = { status: 401, body: null };
  const queue = open();
  queue.add(WATER);
  await queue.pump();
  assert.equal(queue.stopped, 'ended');
  at.refuses = { status: 404, body: null }; // somebody else is signed in here now: these are not their days
  await queue.pump();
  assert.equal(queue.stopped, 'ended');
  assert.equal(queue.list()[0].state, 'waiting');
  at.refuses = null;
  await queue.pump();
  assert.deepEqual(queue.list(), []);
});

test('what the server has can be changed or removed later', async () => {
  const { stored, at, open } = house();
  const queue = open();
  queue.add(WATER);
  await queue.pump();
  await queue.pump();
  at.away = true;
  queue.amend({ path: 'meals', kind: 'water', id: 'e1' }, { water_ml: 400 });
  await queue.pump();
  queue.amend({ path: 'meals', kind: 'water', id: 'e1' }, 'gone');
  assert.equal(queue.list().length, 1);
  at.away = false;
  await queue.pump();
  await queue.pump();
  assert.equal(stored.size, 0);
  assert.deepEqual(queue.list(), []);
});

const ALI = { id: 'ali', name: 'Ali' };

test('what is for somebody else’s days keeps whose they are, and goes out as nobody but who noted it', async () => {
  const { stored, at, posts, open } = house();
  at.away = true;
  const { key } = open('bob').add({ ...WATER, of: ALI });
  at.away = false;
  at.signedIn = 'charlie';
  const later = open('bob');
  await later.pump();
  assert.deepEqual([posts, later.stopped, later.list()[0].of], [[], 'ended', ALI]);
  at.signedIn = 'bob';
  await open('bob').pump();
  assert.deepEqual([posts, stored.size, open('bob').list()], [[key], 1, []]);
});

test('what a grant no longer lets one add is refused, kept, and sent again or put away', async () => {
  const { stored, at, open } = house();
  const bob = open('bob');
  at.signedIn = 'bob';
  for (const status of [403, 404]) {
    at.refuses = { status, body: { code: 'x' } };
    bob.add({ ...WATER, of: ALI });
    await bob.pump();
  }
  bob.add(WATER); // one's own goes on
  at.refuses = null;
  await bob.pump();
  assert.deepEqual(bob.list().map(({ state, error, of }) => [state, error.status, of]), [['failed', 403, ALI], ['failed', 404, ALI]]);
  const [first, second] = bob.list();
  bob.edit(first.key, {});
  bob.take(second.key);
  await bob.pump();
  assert.deepEqual([bob.list(), stored.size], [[], 2]);
});
