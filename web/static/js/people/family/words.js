// Entries in words. Pure but for the units one reads in: `t` gives a text, so that a test can read them without a page.
import { inUnit, unitFor } from '../units.js';

const round = (n) => Math.round(Number(n) * 10) / 10;

/** Minutes as people say them: `6 h 20`, `45 min`. */
export function span(minutes, t) {
  const all = Math.round(minutes);
  if (all < 60) return t('w.min', { n: String(all) });
  return all % 60 ? `${Math.floor(all / 60)} h ${String(all % 60).padStart(2, '0')}` : `${all / 60} h`;
}

/** Seconds as people say them: `6 min 10 s`. */
export function seconds(all, t) {
  const whole = Math.round(all);
  if (whole >= 3600) return span(whole / 60, t);
  const parts = [whole >= 60 && t('w.min', { n: String(Math.floor(whole / 60)) }), (whole % 60 || whole < 60) && `${whole % 60} s`];
  return parts.filter(Boolean).join(' ');
}

const quoted = (text, t) => t('w.quoted', { text: text.length > 240 ? `${text.slice(0, 240).trimEnd()}…` : text });
const has = (value) => value !== null && value !== undefined && value !== '';
const list = (...parts) => parts.filter(Boolean).join(', ');
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const minutesBetween = (start, end) => (Date.parse(end) - Date.parse(start)) / 60_000;

const of = {
  sleep: (e, t) => {
    const minutes = e.duration_min ?? (e.start && e.end ? minutesBetween(e.start, e.end) : null);
    return { title: has(minutes) ? t('w.slept', { long: span(minutes, t) }) : t('w.sleep'), parts: [has(e.awakenings) && t('w.woke', { count: e.awakenings }), has(e.quality) && t('w.quality', { n: e.quality })] };
  },
  exercise: (e, t) => ({
    title: list(e.kind && typeof e.kind === 'string' ? capital(e.kind) : t('w.exercise'), has(e.duration_min) && span(e.duration_min, t)),
    parts: [e.intensity && t(`w.intensity.${e.intensity}`), has(e.steps) && t('w.steps', { count: e.steps }), has(e.distance_m) && `${round(e.distance_m / 1000)} km`],
  }),
  meals: (e, t) => ({ title: t(`w.meal.${e.meal_type ?? 'other'}`), parts: [has(e.calories) && `${round(e.calories)} kcal`, has(e.water_ml) && t('w.water', { n: String(round(e.water_ml)) })] }),
  meetings: (e, t) => ({ title: t(`w.met.${e.who ?? 'other'}`), parts: [has(e.positivity) && t('w.felt', { n: e.positivity })] }),
  seizures: (e, t) => {
    const long = e.duration_s ?? (e.start && e.end ? minutesBetween(e.start, e.end) * 60 : null);
    return {
      title: list(t(`w.seizure.${e.seizure_class ?? 'unknown'}`), e.consciousness && e.consciousness !== 'undetermined' && t(`w.conscious.${e.consciousness}`)),
      parts: [has(long) && seconds(long, t), rescue(e.rescue_medication, t), e.trigger && t('w.trigger', { text: e.trigger }), e.witness && t('w.witness', { text: String(e.witness) })],
    };
  },
  mood: (e, t) => ({ title: has(e.score) ? t('w.mood', { n: e.score }) : t('w.moodPlain'), parts: [has(e.energy) && t('w.energy', { n: e.energy }), has(e.sleep_quality) && t('w.sleepQuality', { n: e.sleep_quality }), e.activities?.length && e.activities.join(', ')] }),
  journal: (e, t) => ({ title: t('w.journal'), parts: [], quote: e.text }),
  medication: (e, t) => ({ title: t(`w.med.${e.status === 'missed' ? 'missed' : 'taken'}`, { name: list(e.name ?? t('w.medicine')) + (e.dose ? ` ${e.dose}` : '') }), parts: [] }),
  'health-metrics': (e, t) => ({ title: `${t(`w.metric.${e.metric_type ?? 'other'}`)} ${measure(e)}`.trim(), parts: [] }),
  'health-goals': (e, t) => ({ title: t('w.goal', { goal: t(`w.goal.${e.goal_type ?? 'other'}`) }), parts: [e.status && t(`w.goalStatus.${e.status}`), has(e.progress) && `${Math.round(e.progress * 100)} %`], quote: e.description }),
  'health-insights': (e, t) => ({ title: e.title ?? t('w.insight'), parts: [e.body] }),
  // One's own notice has no person: it says how it stands.
  safety: (e, t) => ({ title: t(`w.safety.${e.person ? e.detail ?? 'check_in' : e.state ?? 'sent'}`, { name: e.member?.name ?? '' }), parts: [e.level && t(`sf.level.${e.level}`)], quote: e.words }),
};

function rescue(given, t) {
  if (given === null || given === undefined) return null;
  if (given === false || given === '') return t('w.noRescue');
  return typeof given === 'string' ? t('w.rescueNamed', { name: given }) : t('w.rescue');
}

function measure(entry) {
  const { metric_type: type, value, unit, systolic, diastolic } = inUnit(entry, unitFor(entry.metric_type));
  if (type === 'blood_pressure') return `${round(systolic)}/${round(diastolic)} mmHg`;
  return has(value) ? `${round(value)}${unit ? ` ${unit}` : ''}` : '';
}

/** One item of the timeline: {title, lines}. */
export function describe(item, t) {
  const { entry, category, kind } = item;
  if (kind === 'activity.missed') {
    return { title: t('w.missed', { category: t(`cat.${category}`).toLowerCase() }), lines: [t('w.missedSub')] };
  }
  const { title, parts, quote } = (of[category] ?? (() => ({ title: t('w.something', { category: t(`cat.${category}`) }), parts: [] })))(entry, t);
  const line = capital(list(...parts));
  const own = item.author && item.person && item.author.id !== item.person.id ? item.author.name ?? item.author : null;
  return { title, lines: [line, quote && quoted(quote, t), entry.note && quoted(entry.note, t), own && t('w.addedBy', { name: own })].filter(Boolean) };
}

/** A line about the circle itself, or null where it is not worth one. */
export function lineWords(item, t) {
  const name = item.person?.name ?? '';
  if (item.clinician) return t(`w.clinician.${item.clinician}`);
  if (item.contact) return t(`w.contact.${item.contact}`);
  if (item.kind === 'grant.changed') {
    const category = t(`cat.${item.category}`).toLowerCase();
    return t(item.access ? `w.shares.${item.access}` : 'w.sharesNot', { name, category });
  }
  if (item.kind === 'member.joined') return t('w.joined', { name: item.member.name });
  if (item.kind === 'member.left') return item.closed ? t('w.closed') : t('w.left', { name: item.member.name });
  return null;
}
