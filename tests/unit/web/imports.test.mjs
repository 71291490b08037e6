import assert from 'node:assert/strict';
import test from 'node:test';
import { formatOf, patience, underWay, withRun } from '../../../web/static/js/people/imports.js';

test('what a file is, by its name', () => {
  assert.deepEqual(
    ['export.xml', 'Export.ZIP', 'hearth-csv.zip', 'hearth-json (1).zip', 'daylio_export_2026.csv', 'moods.csv', 'moods'].map(formatOf),
    ['apple_health', 'apple_health', 'hearth', 'hearth', 'daylio', 'csv', null],
  );
});

test('one asks soon at first, then less often, until it has ended', () => {
  assert.deepEqual(['queued', 'running', 'done', 'failed'].map((status) => underWay({ status })), [true, true, false, false]);
  const waits = [0, 1, 2, 50].map(patience);
  assert.deepEqual([waits[0], waits.at(-1), [...waits].sort((a, b) => a - b)], [500, 5000, waits]);
});

test('a run takes its own place, a new one comes first', () => {
  const runs = [{ id: 'b', progress: 0 }, { id: 'a', progress: 1 }];
  assert.deepEqual(withRun(runs, { id: 'b', progress: 0.5 }), [{ id: 'b', progress: 0.5 }, runs[1]]);
  assert.deepEqual(withRun(runs, { id: 'c' }).map(({ id }) => id), ['c', 'b', 'a']);
});
