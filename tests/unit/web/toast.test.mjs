import assert from 'node:assert/strict';
import test from 'node:test';
import { hold, letGo, toast, toasts } from '../../../web/static/js/toast.js';

const texts = () => toasts.value.map(({ text }) => text);

test('a line goes by itself, and one that is looked at stays', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  toast('Saved.');
  t.mock.timers.tick(7999);
  assert.deepEqual(texts(), ['Saved.']);
  const [{ id }] = toasts.value;
  hold(id);
  t.mock.timers.tick(60_000);
  assert.deepEqual(texts(), ['Saved.']);
  letGo(id);
  t.mock.timers.tick(8000);
  assert.deepEqual(texts(), []);
});

test('the same line said again is one line, and its time begins anew', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  toast('A short breath: send again in 3 s.');
  t.mock.timers.tick(5000);
  toast('A short breath: send again in 3 s.');
  assert.equal(texts().length, 1);
  t.mock.timers.tick(7999);
  assert.equal(texts().length, 1);
  t.mock.timers.tick(1);
  assert.deepEqual(texts(), []);
});

test('a line said again while it is looked at stays as long as that', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  toast('Saved.');
  hold(toasts.value[0].id);
  toast('Saved.');
  t.mock.timers.tick(60_000);
  assert.deepEqual(texts(), ['Saved.']);
  letGo(toasts.value[0].id);
  t.mock.timers.tick(8000);
  assert.deepEqual(texts(), []);
});

test('a later word of one kind takes the place of the earlier', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  toast('Send again in 3 s.', null, 'wait');
  toast('Something else.');
  toast('Send again in 2 s.', null, 'wait');
  assert.deepEqual(texts(), ['Send again in 2 s.', 'Something else.']);
  t.mock.timers.tick(8000);
  assert.deepEqual(texts(), []);
});

test('three lines stand at most, the newest', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  for (const text of ['one', 'two', 'three', 'four', 'five']) toast(text);
  assert.deepEqual(texts(), ['three', 'four', 'five']);
  t.mock.timers.tick(8000);
  assert.deepEqual(texts(), []);
});
