import assert from 'node:assert/strict';
import test from 'node:test';
import { speaker } from '../../../web/static/js/i18n/speak.js';
import * as figures from '../../../web/static/js/people/history/figures.js';
import en from '../../../web/static/js/people/words/en.js';

const t = speaker(en, 'en');
const when = { brief: (day) => day, dated: (day) => day, shorter: (day) => day, time: (at) => at.slice(11, 16) };
const s = figures.setting({ from: '2026-11-18', to: '2026-11-21' }, { t, language: 'en', when });
const none = { sleep_min: null, steps: null, taken: null, missed: null, seizures: null, mood: null };
const line = (date, more) => ({ date, ...none, ...more });
const read = (more = {}) => ({ lines: [], before: [], moods: null, seizures: null, weights: null, journal: null, doses: null, goals: null, ...more });

test('nothing noted is no figure', () => {
  assert.deepEqual(figures.figures(read(), s), []);
  assert.deepEqual(figures.figures(read({ lines: [line('2026-11-20')], moods: [], seizures: [], weights: [], doses: [] }), s), []);
});

test('sleep says its mean, what it was before, and which nights are missing', () => {
  const nights = (...minutes) => minutes.map((sleep_min, n) => line(`2026-11-${18 + n}`, { sleep_min }));
  const before = [line('2026-11-15', { sleep_min: 420 })];
  const { finding, table, spec, facts } = figures.sleep(read({ lines: nights(400, 380), before }), s);
  assert.deepEqual(finding, ['6 h 30', 'a night, 30 min less than before']);
  assert.deepEqual(table.rows.map(({ day, cells }) => [day, cells[0]]), [['2026-11-21', 'not noted'], ['2026-11-20', 'not noted'], ['2026-11-19', '6 h 20'], ['2026-11-18', '6 h 40']]);
  assert.deepEqual(spec.data[1].map((hours) => hours && Math.round(hours * 60)), [400, 380, null, null]);
  assert.deepEqual(facts[0], ['Nights noted', '2 of 4']);
  assert.equal(figures.sleep(read({ lines: nights(423), before }), s).finding[1], 'a night, as before');
  assert.equal(figures.sleep(read({ lines: nights(423) }), s).finding[1], 'a night');
});

test('doses count, and those that were missed are listed by their own day', () => {
  const doses = [{ id: 'd', at: '2026-11-19T23:30:00Z', time_zone: 'Europe/Madrid', status: 'missed', name: 'Keppra' }];
  const found = figures.medication(read({ doses, lines: [line('2026-11-20', { taken: 0, missed: 1 })] }), s);
  assert.deepEqual(found.finding, ['0', 'doses taken, 1 missed']);
  assert.equal(found.missedDoses[0].day, '2026-11-20');
});

test('the journal’s words stand over the chart only where the journal is read', () => {
  const day = { lines: [line('2026-11-20', { mood: 3 })], moods: [{ at: '2026-11-20T10:00:00Z', time_zone: 'UTC', score: 3 }] };
  const journal = [{ id: 'j', at: '2026-11-20T20:00:00Z', time_zone: 'UTC', text: 'New dose, foggy' }];
  assert.deepEqual(figures.mood(read({ ...day, journal }), s).spec.notes, [[2, '“New dose, foggy”']]);
  assert.deepEqual(figures.mood(read(day), s).spec.notes, []);
});

test('a goal of which nobody said where it stands has no part', () => {
  const goal = { id: 'g', goal_type: 'weight_loss', start_value: 80, target_value: 75, target_date: null, progress: null };
  assert.deepEqual(figures.goals(read({ goals: [goal] }), s), [{ id: 'g', title: 'Losing weight', part: null, line: 'From 80 kg to 75 kg' }]);
});

test('a cell of the calendar says what its day holds', () => {
  assert.equal(figures.cell(undefined, s).words, 'not noted');
  const { words, mood, slept, seizures } = figures.cell(line('2026-11-20', { sleep_min: 380, mood: 5.67, seizures: 1 }), s);
  assert.deepEqual([words, mood, slept, seizures], ['Slept 6 h 20, mood 5.7, 1 seizure', 5.67, true, 1]);
});
