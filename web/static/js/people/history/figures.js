// Each chart with its finding and its table, from what was read: what a card and the report show alike. Pure.
import { seconds, span } from '../family/words.js';
import { dayIn } from '../today/days.js';
import { converted, unitsOf } from '../units.js';
import * as series from './series.js';

const round = (n, places = 1) => Math.round(n * 10 ** places) / 10 ** places;
const numbers = (language) => new Intl.NumberFormat(language === 'en' ? 'en-GB' : language, { maximumFractionDigits: 1 });
const ticks = (top, step) => Array.from({ length: Math.floor(top / step) + 1 }, (_, n) => n * step);
const known = (values) => values.filter((value) => value !== null);
const STEPS_OF = [500, 1000, 2500, 5000, 10_000, 25_000];

const WORTH_MIN = 5; // of sleep a night: less is no difference worth a sentence

function niceStep(top) {
  return STEPS_OF.find((step) => top / step <= 4) ?? 50_000;
}

/** What every figure is made of: the days, their groups, how they are labelled, and the words. */
export function setting({ from, to }, { t, language, when, unit = (metric) => unitsOf(metric)[0] }) {
  const days = series.daysFrom(from, to);
  const groups = series.steps(days);
  const weeks = series.byWeeks(days);
  const say = numbers(language);
  const label = (group) => (weeks ? when.shorter(group.day) : days.length > 31 ? when.shorter(group.day) : String(Number(group.day.slice(8))));
  return {
    t, days, groups, weeks, when, unit, number: (value) => say.format(value), labels: groups.map(label), before: series.daysFrom(...Object.values(series.before({ from, to }))),
    place: (day) => series.placeOf(day, days, groups),
    named: (n) => (weeks ? t('h.weekOf', { day: when.brief(groups[n].day) }) : when.brief(groups[n].day)),
  };
}

const axis = (places) => places.map((_, n) => n);
const missing = (value, words, s) => (value === null ? s.t('h.missing') : words(value));
const rowsOf = (s, cells) => s.days.map((day, n) => ({ day, cells: cells(n) })).reverse();

/** Sleep: bars of hours, their mean, and how it was before. */
export function sleep({ lines, before }, s) {
  const nights = series.column(lines, 'sleep_min', s.days);
  if (!known(nights).length) return null;
  const hours = series.stepped(nights, s.groups).map((value) => (value === null ? null : value / 60));
  const whole = series.mean(nights);
  const apart = series.compared(nights, series.column(before, 'sleep_min', s.before));
  const top = Math.max(8, Math.ceil(Math.max(...known(hours)) / 4) * 4);
  const say = (minutes) => span(minutes, s.t);
  const difference = apart && apart.by >= WORTH_MIN ? s.t(apart.more ? 'h.sleepMore' : 'h.sleepLess', { by: say(apart.by) }) : s.t('h.sleepSame');
  const place = nights.indexOf(Math.min(...known(nights)));
  return {
    name: 'sleep', finding: [say(whole), apart ? difference : s.t('h.aNight')], count: known(nights).length,
    label: s.t('h.sleepLabel', { mean: say(whole), least: say(nights[place]), day: s.when.brief(s.days[place]), missing: nights.length - known(nights).length }),
    spec: { kind: 'bars', colour: '--chart-sleep', labels: s.labels, data: [axis(s.groups), hours], mean: whole / 60, y: { range: [0, top], splits: ticks(top, 4), say: String } },
    says: (n) => `${s.named(n)}: ${missing(hours[n], (value) => say(value * 60), s)}`,
    table: { heads: [s.t('h.day'), s.t('h.sleep')], rows: rowsOf(s, (n) => [missing(nights[n], say, s)]) },
    facts: [[s.t('h.nights'), s.t('h.ofDays', { count: known(nights).length, days: nights.length })], [s.t('h.mean'), say(whole)], [s.t('h.shortest'), say(nights[place])], [s.t('h.longest'), say(Math.max(...known(nights)))]],
  };
}

/** Mood: a line of means with the spread of each day, and the journal's words over it. */
export function mood({ moods, lines, journal }, s) {
  const daily = series.column(lines, 'mood', s.days);
  if (!moods || !known(daily).length) return null;
  const found = series.spreads(moods, s.days, daily);
  const part = (name, pick) => series.stepped(found.map((one) => one[name]), s.groups, pick);
  const [means, low, high] = [part('mean'), part('low', 'low'), part('high', 'high')];
  const whole = series.mean(found.map((one) => one.mean));
  const nights = afterwards(series.column(lines, 'sleep_min', s.days), found);
  const written = [...series.annotations(journal ?? [])].filter(([day]) => s.days.includes(day)).sort();
  const say = (value) => s.number(round(value));
  const lowest = found.reduce((least, one) => (one.low !== null && (least === null || one.low < least.low) ? one : least), null);
  return {
    name: 'mood', finding: [say(whole), s.t(nights ? `h.mood.${nights}` : 'h.mood.mean')], count: moods.length,
    label: s.t('h.moodLabel', { mean: say(whole), low: lowest.low, high: Math.max(...found.map((one) => one.high ?? 0)), day: s.when.brief(s.days[found.indexOf(lowest)]), missing: found.filter((one) => !one.count).length }),
    spec: { kind: 'spread', colour: '--chart-mood', labels: s.labels, data: [axis(s.groups), means, low, high], notes: written.map(([day, words]) => [s.place(day).x, s.t('w.quoted', { text: words })]), y: { range: [0.5, written.length ? 12 : 10.5], splits: [1, 5, 10], say: String } },
    says: (n) => `${s.named(n)}: ${missing(means[n], (value) => (low[n] === high[n] ? say(value) : s.t('h.spread', { mean: say(value), low: low[n], high: high[n] })), s)}`,
    table: { heads: [s.t('h.day'), s.t('h.meanOf'), s.t('h.lowest'), s.t('h.highest'), s.t('h.times')], rows: rowsOf(s, (n) => (found[n].count ? [say(found[n].mean), found[n].low, found[n].high, found[n].count] : [s.t('h.missing'), '', '', ''])) },
    facts: [[s.t('h.times'), s.number(moods.length)], [s.t('h.mean'), say(whole)], [s.t('h.lowest'), String(lowest.low)], [s.t('h.highest'), String(Math.max(...found.map((one) => one.high ?? 0)))]],
  };
}

const afterwards = (nights, found) => series.afterShortNights(nights, found.map((one) => one.mean));

/** Seizures on a line of time; long ones are filled and larger. */
export function seizures({ seizures: entries }, s) {
  if (!entries?.length) return null;
  const all = series.timeline(entries);
  const long = all.filter((one) => one.long).length;
  const length = (one) => (one.seconds === null ? s.t('h.unknownLength') : seconds(one.seconds, s.t));
  const spells = all.map((one) => ({ ...s.place(one.day), label: one.seconds === null ? '' : seconds(one.seconds, s.t), long: one.long })).sort((a, b) => a.x - b.x);
  const within = (n) => spells.filter(({ group }) => group === n).length;
  const kind = ({ entry }) => [s.t(`d.o.seizure_class.${entry.seizure_class}`), entry.consciousness && entry.consciousness !== 'undetermined' && s.t(`w.conscious.${entry.consciousness}`)].filter(Boolean).join(', ');
  return {
    name: 'seizures', finding: [s.number(all.length), long ? s.t('h.seizuresLong', { count: long }) : s.t('h.seizures', { count: all.length })], count: all.length,
    label: s.t('h.seizureLabel', { count: all.length, days: all.slice(0, 6).map((one) => s.when.brief(one.day)).join(', ') }),
    spec: { kind: 'spells', colour: '--chart-seizure', height: 110, labels: s.labels, data: [axis(s.groups), s.groups.map((_, n) => within(n) || null)], spells, y: { range: [0, 1], splits: [], say: String } },
    says: (n) => `${s.named(n)}: ${s.t('h.seizureCount', { count: within(n) })}`,
    table: { heads: [s.t('h.day'), s.t('h.time'), s.t('h.what'), s.t('h.length')], open: true, rows: all.map((one) => ({ day: one.day, key: one.entry.id, cells: [s.when.time(one.entry.start), kind(one), length(one)], entry: one.entry })) },
    facts: [[s.t('h.count'), s.number(all.length)], [s.t('h.longOnes'), s.number(long)], [s.t('h.longest'), known(all.map((one) => one.seconds)).length ? seconds(Math.max(...known(all.map((one) => one.seconds))), s.t) : s.t('h.unknownLength')]],
  };
}

/** Steps of a day: bars, and their mean. */
export function steps({ lines }, s) {
  const all = series.column(lines, 'steps', s.days);
  if (!known(all).length) return null;
  const drawn = series.stepped(all, s.groups);
  const whole = series.mean(all);
  const step = niceStep(Math.max(...known(drawn)));
  const top = Math.max(step, Math.ceil(Math.max(...known(drawn)) / step) * step);
  const say = (value) => s.number(Math.round(value));
  return {
    name: 'steps', finding: [say(whole), s.t('h.stepsDay')], count: known(all).length,
    label: s.t('h.stepsLabel', { mean: say(whole), most: say(Math.max(...known(all))), missing: all.length - known(all).length }),
    spec: { kind: 'bars', colour: '--chart-move', labels: s.labels, data: [axis(s.groups), drawn], mean: whole, y: { range: [0, top], splits: ticks(top, step), say: (value) => (value >= 1000 ? `${value / 1000}k` : String(value)) } },
    says: (n) => `${s.named(n)}: ${missing(drawn[n], say, s)}`,
    table: { heads: [s.t('h.day'), s.t('h.steps')], rows: rowsOf(s, (n) => [missing(all[n], say, s)]) },
    facts: [[s.t('h.days'), s.t('h.ofDays', { count: known(all).length, days: all.length })], [s.t('h.mean'), say(whole)]],
  };
}

/** Weight: a line through the days on which it was measured. */
export function weight({ weights }, s) {
  if (!weights?.length) return null;
  const [kept, other] = [unitsOf('weight')[0], unitsOf('weight').find((one) => one !== s.unit('weight'))];
  const all = series.lastOf(weights, s.days).map((value) => (value === null ? null : converted('weight', value, kept, s.unit('weight'))));
  const drawn = series.stepped(all, s.groups);
  const [first, last] = [known(all)[0], known(all).at(-1)];
  const say = (value) => `${s.number(round(value))} ${s.unit('weight')}`;
  const [low, high] = [Math.floor(Math.min(...known(all)) - 1), Math.ceil(Math.max(...known(all)) + 1)];
  const step = Math.max(1, Math.ceil((high - low) / 4));
  const apart = round(last - first);
  const change = apart ? s.t(apart > 0 ? 'h.weightMore' : 'h.weightLess', { by: say(Math.abs(apart)) }) : s.t('h.weightSame');
  return {
    name: 'weight', finding: [say(last), change], count: known(all).length, other: { metric: 'weight', unit: other },
    label: s.t('h.weightLabel', { first: say(first), last: say(last), missing: all.length - known(all).length }),
    spec: { kind: 'line', colour: '--chart-weight', labels: s.labels, data: [axis(s.groups), drawn], y: { range: [low, high], splits: ticks(high - low, step).map((value) => low + value), say: String } },
    says: (n) => `${s.named(n)}: ${missing(drawn[n], say, s)}`,
    table: { heads: [s.t('h.day'), s.t('h.weight')], rows: rowsOf(s, (n) => [missing(all[n], say, s)]) },
    facts: [[s.t('h.first'), say(first)], [s.t('h.last'), say(last)], [s.t('h.measured'), s.number(known(all).length)]],
  };
}

/** Medication: doses taken and missed, by the day. */
export function medication({ doses, lines }, s) {
  if (!doses?.length) return null;
  const [taken, missed] = ['taken', 'missed'].map((name) => series.column(lines, name, s.days));
  const sum = (values) => known(values).reduce((whole, value) => whole + value, 0);
  return {
    name: 'medication', finding: [s.number(sum(taken)), s.t('h.doses', { count: sum(taken), missed: s.number(sum(missed)) })], count: doses.length,
    table: { heads: [s.t('h.day'), s.t('h.taken'), s.t('h.missed')], rows: rowsOf(s, (n) => (taken[n] === null ? [s.t('h.missing'), ''] : [s.number(taken[n]), s.number(missed[n] ?? 0)])) },
    facts: [[s.t('h.taken'), s.number(sum(taken))], [s.t('h.missed'), s.number(sum(missed))]],
    missedDoses: doses.filter(({ status }) => status === 'missed').map((dose) => ({ ...dose, day: dayIn(dose.at, dose.time_zone) })),
  };
}

const GOAL_SAYS = { better_sleep: (value, s) => (value <= 24 ? span(value * 60, s.t) : span(value, s.t)), weight_loss: (value, s) => `${s.number(round(converted('weight', value, 'kg', s.unit('weight'))))} ${s.unit('weight')}` };

/** The goals one is on the way to: [{id, title, line, part}]; `part` 0 to 1, null where nobody said where it stands. */
export function goals({ goals: all }, s) {
  return (all ?? []).map((goal) => {
    const say = (value) => (GOAL_SAYS[goal.goal_type] ?? ((one) => s.number(one)))(value, s);
    return {
      id: goal.id, title: goal.description?.split('\n')[0] || s.t(`h.goal.${goal.goal_type}`), part: goal.progress,
      line: [s.t('h.goalLine', { from: say(goal.start_value), to: say(goal.target_value) }), goal.target_date && s.t('h.goalBy', { day: s.when.dated(goal.target_date) })].filter(Boolean).join(', '),
    };
  });
}

/** The journal of the range, newest first: [{id, at, day, text}]. */
export function journal({ journal: entries }) {
  return (entries ?? []).map(({ id, at, time_zone: zone, text }) => ({ id, at, day: dayIn(at, zone), text }));
}

/** A month's cell in words, and its marks: {words, mood, slept, seizures}; `line` is the summary's, or nothing. */
export function cell(line, s) {
  if (!line) return { words: s.t('h.missing'), mood: null, slept: false, seizures: 0 };
  const parts = [
    line.sleep_min !== null && s.t('w.slept', { long: span(line.sleep_min, s.t) }), line.mood !== null && s.t('h.cellMood', { mood: s.number(round(line.mood)) }),
    line.seizures > 0 && s.t('h.seizureCount', { count: line.seizures }), line.missed > 0 && s.t('h.cellMissed', { count: line.missed }), line.steps !== null && s.t('w.steps', { count: Math.round(line.steps) }),
  ].filter(Boolean);
  return { words: parts.length ? parts.join(', ') : s.t('h.something'), mood: line.mood, slept: line.sleep_min !== null, seizures: line.seizures ?? 0 };
}

/** Everything that has something to show, in the order of the page. */
export const figures = (read, s) => [sleep, mood, seizures, steps, weight, medication].map((make) => make(read, s)).filter(Boolean);

