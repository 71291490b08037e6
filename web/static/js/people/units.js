// Units as people read and type them. The house keeps the first one of each, as its own registry does (`tracking/measures.py`).
import * as storage from '../storage.js';

const KG_PER_LB = 0.45359237;
const MG_PER_DL = 18.0156; // of glucose in 1 mmol/L

// By its relation to the first: first = value × factor + offset.
const UNITS = {
  weight: { kg: [1, 0], lb: [KG_PER_LB, 0] },
  glucose: { 'mmol/L': [1, 0], 'mg/dL': [1 / MG_PER_DL, 0] },
  temperature: { '°C': [1, 0], '°F': [5 / 9, -160 / 9] },
};

// Where another unit is what people know (CLDR's measurement systems; glucose: what the meters sold there show).
const ELSEWHERE = {
  weight: { lb: ['US', 'LR', 'MM'] },
  temperature: { '°F': ['US', 'BS', 'BZ', 'KY', 'PW', 'FM', 'MH', 'LR'] },
  glucose: { 'mg/dL': ['US', 'ES', 'FR', 'IT', 'PT', 'BE', 'AT', 'PL', 'MX', 'AR', 'BR', 'CL', 'CO', 'PE', 'EC', 'UY', 'VE', 'IN', 'JP', 'KR', 'IL', 'TR'] },
};

/** The units of a measure, the kept one first; none where it has but one. */
export const unitsOf = (metric) => Object.keys(UNITS[metric] ?? {});

/** The unit of a measure for a locale such as `en-US`: by its country, and the kept one where it names none. */
export function usual(metric, locale) {
  const country = /[-_]([A-Z]{2})\b/.exec(locale ?? '')?.[1];
  const found = Object.entries(ELSEWHERE[metric] ?? {}).find(([, countries]) => countries.includes(country));
  return found?.[0] ?? unitsOf(metric)[0] ?? null;
}

/** A value of one unit in another; unrounded, and itself where a unit is not known. */
export function converted(metric, value, from, to) {
  const [a, b] = [UNITS[metric]?.[from], UNITS[metric]?.[to]];
  return a && b && from !== to ? (value * a[0] + a[1] - b[1]) / b[0] : value;
}

const tenth = (value) => Math.round(value * 10) / 10;

/** A measure in the unit to be read: {...entry, value, unit}, to a tenth where it was converted. */
export function inUnit(entry, unit) {
  const { metric_type: metric, value } = entry;
  const from = entry.unit ?? unitsOf(metric)[0];
  if (value === null || value === undefined || !unit || unit === from || !unitsOf(metric).includes(unit)) return entry;
  return { ...entry, value: tenth(converted(metric, value, from, unit)), unit };
}

/** The unit one reads and types a measure in: as chosen on this device, else as usual where one is. */
export function unitFor(metric) {
  const kept = storage.load('units')?.[metric];
  return unitsOf(metric).includes(kept) ? kept : usual(metric, globalThis.document ? navigator.language : undefined);
}

/** Read and type a measure in a unit from now on, on this device. */
export const keepUnit = (metric, unit) => storage.save('units', { ...storage.load('units'), [metric]: unit });
