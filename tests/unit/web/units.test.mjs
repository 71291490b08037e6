import assert from 'node:assert/strict';
import test from 'node:test';
import * as storage from '../../../web/static/js/storage.js';
import { figures, setting } from '../../../web/static/js/people/history/figures.js';
import { asRead, bodyOf, changes } from '../../../web/static/js/people/today/kinds.js';
import { converted, inUnit, keepUnit, unitFor, unitsOf, usual } from '../../../web/static/js/people/units.js';

const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`);

test('the unit is that of the country a locale names, else the kept one', () => {
  assert.deepEqual(['en-US', 'en-GB', 'en', 'es-ES', undefined].map((locale) => usual('weight', locale)), ['lb', 'kg', 'kg', 'kg', 'kg']);
  assert.deepEqual(['temperature', 'glucose', 'heart_rate'].map((metric) => usual(metric, 'en-US')), ['°F', 'mg/dL', null]);
});

test('what was chosen on the device goes before what is usual', () => {
  keepUnit('weight', 'lb');
  assert.equal(unitFor('weight'), 'lb');
  keepUnit('weight', 'stones');
  assert.equal(unitFor('weight'), 'kg');
  storage.drop('units');
});

test('there and back again is the same', () => {
  near(converted('temperature', 37, '°C', '°F'), 98.6);
  near(converted('glucose', 5, 'mmol/L', 'mg/dL'), 90.078);
  near(converted('weight', 150, 'lb', 'kg'), 68.0388555);
  for (const metric of ['weight', 'glucose', 'temperature']) {
    const [first, second] = unitsOf(metric);
    near(converted(metric, converted(metric, 36.6, first, second), second, first), 36.6);
  }
  assert.equal(converted('heart_rate', 60, 'bpm', 'lb'), 60);
});

test('a form that was not touched changes nothing, however the value was rounded', () => {
  const stored = { metric_type: 'weight', value: 70.3, unit: 'kg', recorded_at: '2026-11-20T08:00:00Z', note: null };
  const shown = asRead('weight', stored, 'lb');
  assert.deepEqual([shown.value, shown.unit], [155, 'lb']);
  const said = { recorded_at: stored.recorded_at, value: 155, unit: 'lb', note: null };
  assert.deepEqual(changes(said, shown), {});
  assert.deepEqual(changes({ ...said, value: 156 }, shown), { value: 156, unit: 'lb' });
  assert.deepEqual(changes({ ...said, unit: 'kg' }, shown), { value: 155, unit: 'kg' }); // meant so: not the pounds it was
  assert.deepEqual(bodyOf('weight', said), { recorded_at: stored.recorded_at, value: 155, unit: 'lb', metric_type: 'weight' });
  assert.deepEqual(inUnit(stored, '°F'), stored);
});

test('weights are drawn, told and compared in the unit one reads', () => {
  const at = (day, value) => ({ recorded_at: `2026-11-${day}T08:00:00Z`, time_zone: 'UTC', value });
  const weights = [at(12, 70), at(10, 68)];
  const said = (unit) => {
    const when = { brief: (day) => day, shorter: (day) => day, dated: (day) => day, time: (day) => day };
    const s = setting({ from: '2026-11-10', to: '2026-11-12' }, { t: (key, values) => `${key} ${values?.by ?? ''}`.trim(), language: 'en', when, ...(unit && { unit: () => unit }) });
    const [weight] = figures({ weights, lines: [], before: [] }, s);
    return [weight.finding, weight.spec.data[1].map((value) => value && Math.round(value * 10) / 10), weight.other];
  };
  assert.deepEqual(said(null), [['70 kg', 'h.weightMore 2 kg'], [68, null, 70], { metric: 'weight', unit: 'lb' }]);
  assert.deepEqual(said('lb'), [['154.3 lb', 'h.weightMore 4.4 lb'], [149.9, null, 154.3], { metric: 'weight', unit: 'kg' }]);
});
