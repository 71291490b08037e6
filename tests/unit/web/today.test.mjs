import assert from 'node:assert/strict';
import test from 'node:test';
import { addDays, caughtUp, dayIn, isDay, merged, mondayOf, momentOn, weekOf } from '../../../web/static/js/people/today/days.js';
import { KINDS, begun, bodyOf, changes, kindOf, localOf, mealAt, read, tapped, usualMedicine } from '../../../web/static/js/people/today/kinds.js';
import en from '../../../web/static/js/people/words/en.js';

process.env.TZ = 'Europe/Madrid';
const at = (time, day = '2026-11-21') => new Date(`${day}T${time}:00`).toISOString();
const nobody = { items: [], known: () => [] };
const knows = (kind, ...entries) => ({ items: [], known: (asked) => (asked === kind ? entries : []) });

test('a tap says the last values, at this time', () => {
  const now = at('18:42');
  assert.deepEqual(tapped('water', { at: now, ...nobody }), { at: now, meal_type: 'snack', water_ml: 250 });
  assert.equal(tapped('water', { at: now, ...knows('water', { water_ml: 400 }) }).water_ml, 400);
  const run = tapped('exercise', { at: now, ...knows('exercise', { kind: 'run', duration_min: 45, intensity: 'high', steps: 6000 }) });
  assert.deepEqual(run, { start: at('17:57'), kind: 'run', duration_min: 45, intensity: 'high' }); // steps are of that one run
  assert.deepEqual(tapped('meeting', { at: now, ...nobody }), { at: now, who: 'family', positivity: 4 });
});

test('what a tap cannot know is asked', () => {
  for (const kind of ['weight', 'journal', 'medication', 'sleep']) assert.equal(tapped(kind, { at: at('09:00'), ...nobody }), null, kind);
});

test('the meal is that of the hour, once a day', () => {
  assert.equal(mealAt(at('08:00'), []), 'breakfast');
  assert.equal(mealAt(at('13:00'), []), 'lunch');
  assert.equal(mealAt(at('17:00'), []), 'snack');
  assert.equal(mealAt(at('20:00'), []), 'dinner');
  assert.equal(mealAt(at('20:30'), [{ kind: 'meal', entry: { meal_type: 'dinner' } }]), 'snack');
});

test('the medicine is the one of about this hour that was not just taken', () => {
  const taken = [
    { at: at('21:00', '2026-11-20'), name: 'Keppra', dose: '750 mg' },
    { at: at('08:05', '2026-11-20'), name: 'Keppra', dose: '500 mg' },
  ];
  assert.deepEqual(usualMedicine(taken, at('20:30')), { name: 'Keppra', dose: '750 mg' });
  assert.deepEqual(usualMedicine(taken, at('07:30')), { name: 'Keppra', dose: '500 mg' });
  const again = [{ at: at('20:00'), name: 'Keppra', dose: '750 mg' }, ...taken];
  assert.deepEqual(usualMedicine(again, at('20:30')), { name: 'Keppra', dose: '500 mg' });
  assert.equal(usualMedicine([], at('20:30')), null);
});

test('a night begins as the last one did, and never ends in the future', () => {
  const last = { start: at('23:30', '2026-11-19'), end: at('07:00', '2026-11-20') };
  const night = begun('sleep', { at: at('09:15'), ...knows('sleep', last) });
  assert.deepEqual([localOf(night.start), localOf(night.end)], ['2026-11-20T23:30', '2026-11-21T07:00']);
  const early = begun('sleep', { at: at('06:10'), ...knows('sleep', last) });
  assert.equal(localOf(early.end), '2026-11-21T06:10');
});

test('a form says what is filled in, and a change only what was changed', () => {
  const said = read('sleep', { start: '2026-11-20T23:30', end: '2026-11-21T07:00', quality: '4', awakenings: '', note: ' ' });
  assert.deepEqual(bodyOf('sleep', said), { start: at('23:30', '2026-11-20'), end: at('07:00'), quality: 4 });
  const entry = { ...bodyOf('sleep', said), start: '2026-11-20T22:30:41Z', awakenings: 2, note: 'late' };
  const again = read('sleep', { start: '2026-11-20T23:30', end: '2026-11-21T07:20', quality: '4', awakenings: '', note: 'late' }, entry);
  assert.deepEqual(changes(again, entry), { end: at('07:20'), awakenings: null }); // the seconds of the start were not touched
  assert.deepEqual(changes(read('mood', { at: '2026-11-21T10:00', score: '6', activities: '' }), { at: '2026-11-21T09:00:00Z', score: 6, activities: [] }), {});
  assert.equal(bodyOf('weight', { value: 71.5 }).metric_type, 'weight');
});

test('a day belongs to its zone, a night to its waking, and what waits is shown as it will be', () => {
  const stored = new Map([
    ['sleep', [{ id: 's', start: '2026-11-20T22:00:00Z', end: '2026-11-21T05:00:00Z', date: '2026-11-21', time_zone: 'UTC' }]],
    ['mood', [{ id: 'm', at: '2026-11-21T03:00:00Z', time_zone: 'America/New_York', score: 5 }, { id: 'g', at: '2026-11-21T10:00:00Z', time_zone: 'UTC', score: 2 }]],
  ]);
  const waiting = [
    { key: 'k1', path: 'meals', kind: 'water', body: { at: '2026-11-21T11:00:00Z', meal_type: 'snack', water_ml: 250 }, id: null, then: { water_ml: 300 }, state: 'waiting' },
    { key: 'k2', path: 'mood', kind: 'mood', body: null, id: 'g', then: 'gone', state: 'waiting' },
    { key: 'k3', path: 'mood', kind: 'mood', body: null, id: 'm', then: { score: 7 }, state: 'waiting' },
  ];
  const items = merged(stored, waiting, 'Europe/Madrid');
  assert.deepEqual(items.map(({ kind, day, state }) => [kind, day, state]), [['mood', '2026-11-20', 'waiting'], ['sleep', '2026-11-21', 'stored'], ['water', '2026-11-21', 'waiting']]);
  assert.equal(items[0].entry.score, 7);
  assert.equal(items[2].entry.water_ml, 300);
});

test('a list that was read before something changed does not take it back', () => {
  const read = new Map([['mood', [{ id: 'a', score: 3 }, { id: 'b', score: 4 }]], ['meals', []]]);
  const changes = [{ path: 'mood', id: 'c', entry: { id: 'c', score: 7 } }, { path: 'mood', id: 'a', entry: null }, { path: 'mood', id: 'b', entry: { id: 'b', score: 5 } }];
  assert.deepEqual(caughtUp(read, changes).get('mood'), [{ id: 'c', score: 7 }, { id: 'b', score: 5 }]);
  assert.deepEqual(caughtUp(read, []), read);
});

test('weeks begin on Monday, whatever the clocks do', () => {
  assert.equal(mondayOf('2026-10-25'), '2026-10-19'); // the night the clocks went back
  assert.deepEqual(weekOf('2026-11-22').at(-1), '2026-11-22');
  assert.equal(addDays('2026-03-28', 1), '2026-03-29');
  assert.equal(dayIn('2026-11-21T23:30:00Z', 'Europe/Madrid'), '2026-11-22');
  assert.equal(dayIn('2026-11-21T23:30:00Z', 'Nowhere/At all'), '2026-11-22'); // the device's own
  assert.equal(isDay('2026-02-30'), false);
  assert.equal(isDay('2026-02-28'), true);
  assert.equal(momentOn('2026-11-20', Date.parse(at('18:00')), 'Europe/Madrid'), at('12:00', '2026-11-20'));
});

test('water is a drink and not a meal, and every kind has its words', () => {
  assert.equal(kindOf('meals', { meal_type: 'snack', water_ml: 250 }), 'water');
  assert.equal(kindOf('meals', { meal_type: 'dinner', water_ml: 250 }), 'meal');
  for (const [kind, { fields }] of Object.entries(KINDS)) {
    assert.ok(en[`d.form.${kind}`] && en[`d.kind.${kind}`], kind);
    for (const { name, options = [], numeric } of fields) {
      assert.ok(en[`d.f.${kind}.${name}`] ?? en[`d.f.${name}`], name);
      for (const one of options) assert.ok(numeric || en[`d.o.${name}.${one}`], `${name}.${one}`);
    }
  }
});
