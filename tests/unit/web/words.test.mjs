import assert from 'node:assert/strict';
import test from 'node:test';
import { hash, landscape } from '../../../web/static/js/avatar.js';
import en from '../../../web/static/js/i18n/en.js';
import es from '../../../web/static/js/i18n/es.js';

const places = (text) => [...JSON.stringify(text).matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort().join();

test('both languages say the same things with the same places', () => {
  assert.deepEqual(Object.keys(es).sort(), Object.keys(en).sort());
  assert.deepEqual(Object.keys(es.topics).sort(), Object.keys(en.topics).sort());
  for (const key of Object.keys(en)) assert.equal(places(es[key]), places(en[key]), key);
});

test('no text raises its voice', () => {
  for (const words of [en, es]) assert.doesNotMatch(JSON.stringify(words), /[!¡]/);
});

test('a pseudonym gives the landscape of the design, in any spelling of its case', () => {
  const heron = landscape('Quiet Heron');
  assert.deepEqual([heron.sky, heron.x, heron.y, heron.r, heron.crescent], ['#bfe0dc', 30, 13, 5, false]);
  assert.equal(heron.farPath, 'M0 22 Q8 28 18 22 T40 25 V40 H0Z');
  const kestrel = landscape('Slow Kestrel');
  assert.deepEqual([kestrel.sky, kestrel.x, kestrel.y, kestrel.r, kestrel.crescent], ['#5e7a8c', 25, 16, 3.5, true]);
  assert.equal(hash('QUIET HERON'), hash('Quiet Heron'));
});
