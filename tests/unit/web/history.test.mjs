import assert from 'node:assert/strict';
import test from 'node:test';
import * as series from '../../../web/static/js/people/history/series.js';
import { accessOf, addsOf, sharedBy, whose } from '../../../web/static/js/people/history/whose.js';

const DAYS = series.daysFrom('2026-11-08', '2026-11-21');

test('a day without entries is missing, and never zero', () => {
  const lines = [{ date: '2026-11-21', sleep_min: 380, steps: 0 }, { date: '2026-11-08', sleep_min: 450, steps: null }];
  const nights = series.column(lines, 'sleep_min', DAYS);
  assert.equal(nights.length, 14);
  assert.deepEqual([nights[0], nights[1], nights[13]], [450, null, 380]);
  assert.equal(series.column(lines, 'steps', DAYS)[13], 0); // nothing walked was said, and is not missing
  assert.equal(series.mean(nights), 415);
  assert.equal(series.mean([null, null]), null);
});

test('a day’s moods have a mean and a spread, on the day of their own zone', () => {
  const moods = [
    { at: '2026-11-20T23:30:00Z', time_zone: 'Europe/Madrid', score: 8 }, // the 21st there
    { at: '2026-11-21T09:00:00Z', time_zone: 'Europe/Madrid', score: 3 },
    { at: '2026-11-21T02:00:00Z', time_zone: 'America/New_York', score: 5 }, // still the 20th there
  ];
  const found = series.spreads(moods, DAYS, [...Array(12).fill(null), 5, 5.5]);
  assert.deepEqual(found[13], { mean: 5.5, low: 3, high: 8, count: 2 });
  assert.deepEqual(found[12], { mean: 5, low: 5, high: 5, count: 1 });
  assert.equal(found[0].mean, null);
});

test('a long range is drawn by weeks, whose gaps stay gaps', () => {
  const days = series.daysFrom('2026-01-01', '2026-06-30');
  assert.equal(series.byWeeks(days), true);
  const groups = series.steps(days);
  assert.equal(groups[0].day, '2026-01-01'); // a Thursday: the week that the range begins in
  assert.equal(groups[1].day, '2026-01-05');
  assert.equal(groups.flatMap(({ at }) => at).length, days.length);
  const values = days.map((_, n) => (n < 4 ? n : null));
  assert.deepEqual(series.stepped(values, groups).slice(0, 3), [1.5, null, null]);
  assert.equal(series.stepped(values, groups, 'high')[0], 3);
  assert.deepEqual(series.placeOf('2026-01-08', days, groups), { group: 1, x: 1 }); // the middle of its week
  assert.deepEqual(series.placeOf('2026-11-09', DAYS, series.steps(DAYS)), { group: 1, x: 1 });
});

test('ranges follow each other without a hole, and end today', () => {
  const now = { from: '2026-11-08', to: '2026-11-21' };
  assert.deepEqual(series.before(now), { from: '2026-10-25', to: '2026-11-07' });
  assert.deepEqual(series.after(series.before(now), '2026-11-21'), now);
  assert.deepEqual(series.after({ from: '2026-11-01', to: '2026-11-14' }, '2026-11-21'), now);
});

test('something is said of short nights only where there are enough of them', () => {
  const nights = [300, 310, 320, 480, 470, 460];
  assert.equal(series.afterShortNights(nights, [3, 4, 3, 6, 6, 7]), 'lower');
  assert.equal(series.afterShortNights(nights, [6, 6, 6, 6, 6, 6]), null);
  assert.equal(series.afterShortNights([300, null, 320, 480, 470, 460], [3, 4, 3, 6, 6, 7]), null);
});

test('a seizure without an end has no length and is not long', () => {
  const [open, long] = series.timeline([{ start: '2026-11-20T18:00:00Z', time_zone: 'UTC' }, { start: '2026-11-20T18:00:00Z', end: '2026-11-20T18:06:10Z', time_zone: 'UTC' }]);
  assert.deepEqual([open.seconds, open.long], [null, false]);
  assert.deepEqual([long.seconds, long.long], [370, true]);
});

test('a month stands in weeks from Monday', () => {
  const weeks = series.calendar('2026-11');
  assert.deepEqual(weeks[0], [null, null, null, null, null, null, '2026-11-01']);
  assert.equal(weeks.at(-1)[0], '2026-11-30');
  assert.equal(series.addMonths('2026-01', -1), '2025-12');
  assert.equal(series.addMonths('2026-12', 1), '2027-01');
});

test('only what was granted and has not ended is asked for', () => {
  const grants = [{ category: 'sleep', access: 'view', expires_at: null }, { category: 'mood', access: 'contribute', expires_at: '2026-11-20T00:00:00Z' }, { category: 'meals', access: null }];
  assert.deepEqual([...accessOf(grants, Date.parse('2026-11-21T00:00:00Z'))], ['sleep']);
});

const ALL = ['sleep', 'mood'];
const GRANT = { member: 'm2', category: 'sleep', access: 'view', expires_at: null };

// A house in which `me` asks for somebody's days: its circles, and whom a clinician is for. Notes what was asked for.
function asking({ roles = [], circles = [], clients = [] }) {
  const paths = [];
  const rows = { 'circles/': circles, 'circles/c/members/': [{ id: 'm1', user: 'alice', name: 'Ali' }, { id: 'm2', user: 'me', name: 'Bo' }], 'circles/c/grants/': [GRANT] };
  return {
    paths,
    ports: {
      day: '2026-11-21', all: ALL, now: Date.parse('2026-11-21T00:00:00Z'),
      read: async () => ({ id: 'me', username: 'bob', roles }),
      lists: async (asked) => asked.map((path) => rows[path]),
      tried: async (path) => {
        paths.push(path);
        return clients.some((one) => path.includes(one));
      },
    },
  };
}

test('one’s own days, a granted part of another’s, and nobody else’s', async () => {
  const home = [{ id: 'c', owner: 'alice' }];
  assert.deepEqual(await whose(null, asking({}).ports), { person: 'me', own: true, name: 'bob', sees: new Set(ALL) });
  const granted = await whose('alice', asking({ circles: home }).ports);
  assert.deepEqual([granted.name, [...granted.sees]], ['Ali', ['sleep']]);
  const stranger = asking({ circles: home });
  assert.equal((await whose('carol', stranger.ports)).sees, null);
  assert.deepEqual(stranger.paths, []); // nothing was tried that would stand in her access log
});

test('only what was let be added to may be added to, while it lasts', async () => {
  const grants = [GRANT, { ...GRANT, category: 'seizures', access: 'contribute' }, { ...GRANT, category: 'mood', access: 'contribute', expires_at: '2026-11-20T00:00:00Z' }];
  const { ports } = asking({ circles: [{ id: 'c', owner: 'alice' }, { id: 'd', owner: 'me' }] });
  assert.deepEqual([...addsOf(grants, ports.now)], ['seizures']);
  const shared = await sharedBy('alice', ports);
  assert.deepEqual([shared.name, [...shared.sees], [...shared.adds], shared.names.get('me')], ['Ali', ['sleep'], [], 'Bo']);
  assert.equal((await sharedBy('carol', ports)).name, null);
});

test('a clinician sees all of whom they are for', async () => {
  const clara = asking({ roles: ['clinician'], clients: ['alice'] });
  assert.deepEqual(await whose('alice', clara.ports), { person: 'alice', own: false, name: null, sees: new Set(ALL), clinician: true });
  assert.equal((await whose('carol', clara.ports)).sees, null);
});
