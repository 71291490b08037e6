// What a moderator does: each is one command, and a refusal is said in words.
import { batch } from '../ui.js';
import { timeOf } from '../i18n/speak.js';
import { toast } from '../toast.js';
import { waitsForSecond } from './queue.js';
import { hardOne, read as readOne, took as tookOne, used } from './shift.js';
import { t, tOr } from './say.js';
import * as state from './state.js';
import { command, leaving, readContext, readVitals, taking, took } from './wire.js';

/** A refusal as it is told. */
export function refusalText({ code, reply = {} }) {
  if (code === 'already_claimed') return reply.holder ? t('no.already_claimed', { name: reply.holder }) : t('no.taken');
  return tOr(`no.${code}`, reply.message || t('no.broken'));
}

async function tried(run, kind) {
  try {
    return await run();
  } catch (refused) {
    toast(refusalText(refused), null, `no ${kind}`);
    if (refused.code === 'stale_fence') state.letGo(state.opened.value, 'back');
    return null;
  }
}

/** Go on or off duty. */
export async function goOnDuty(on) {
  const done = await tried(() => command('duty', { on }), 'duty');
  if (!done) return;
  batch(() => {
    state.duty.value = { ...state.duty.value, on };
    state.pauseFor.value = null;
    if (!on) for (const id of state.holdings.value.keys()) state.letGo(id);
  });
  readVitals();
}

/** Show a case; that it was looked at is recorded. Texts of cases one does not hold go from the page. */
export function open(id) {
  batch(() => {
    state.contexts.value = new Map([...state.contexts.value].filter(([one]) => state.holdings.value.has(one)));
    state.at.value = id;
    state.opened.value = id;
    state.pane.value = 'case';
    state.lost.value = null;
    state.revealed.value = new Set();
    state.lifted.value = new Set();
  });
  const one = state.cases.value.get(id);
  if (one && state.isMine(one) && one.state === 'claimed' && !state.holdings.value.has(id)) return claim(id);
  return tried(() => readContext(id), 'context');
}

async function asTaking(run, kind) {
  const mark = {};
  taking.add(mark);
  try {
    return await tried(run, kind);
  } finally {
    taking.delete(mark);
  }
}

/** Take a case. */
export async function claim(id = state.opened.value ?? state.at.value) {
  if (!id) return;
  const one = state.cases.value.get(id);
  const got = await asTaking(() => command('claim', { case: id }), 'claim');
  if (got) taken(id, got, one?.state !== 'waiting');
}

/** Take the most urgent case. */
export async function next() {
  const got = await asTaking(() => command('next', {}), 'next');
  if (!got) return;
  if (got.case === null) toast(t('nothingWaits'), null, 'next');
  else taken(got.case.id ?? got.case, got, true);
}

function taken(id, got, counts) {
  batch(() => {
    if (got.case?.id) state.cases.value = state.withKey(state.cases.value, id, got.case);
    if (got.case?.holder) state.duty.value = { on: true, name: got.case.holder };
    state.at.value = id;
    state.opened.value = id;
    state.pane.value = 'case';
    state.revealed.value = new Set();
    if (counts) state.setShift(tookOne(state.shift.value, id, Date.now()));
  });
  took(id, got).catch(() => {});
  document.getElementById('main')?.focus();
}

/** Run one command on the case that is open and held. Gives its answer, or null. */
async function onCase(type, fields = {}) {
  const id = state.opened.value;
  const fence = state.holdings.value.get(id)?.fence;
  if (fence === undefined) {
    toast(t('no.notHeld'), null, 'no held');
    return null;
  }
  const done = await tried(() => command(type, { case: id, fence, ...fields }), type);
  if (done?.lease_until) {
    const held = state.holdings.value.get(id);
    if (held) state.holdings.value = state.withKey(state.holdings.value, id, { ...held, until: Date.parse(done.lease_until) });
  }
  return done;
}

// The case leaves one's hands by one's own doing.
async function parting(type, fields, word) {
  const id = state.opened.value;
  const one = state.current.value;
  leaving.add(id);
  const done = await onCase(type, fields);
  if (done) {
    state.letGo(id);
    toast(word, null, type);
    if (one?.level === 'L4' && type !== 'wait') {
      state.setShift(hardOne(state.shift.value, Date.now()));
      state.pauseFor.value = 'hard';
    }
  }
  setTimeout(() => leaving.delete(id), 5000);
  return done;
}

/** Put a case back, or hand it over; nobody asks why. */
export const handOver = (to) => (to ? parting('act', { action: 'hand_over', to }, t('did.hand_over', { name: to })) : parting('release', {}, t('did.release')));

/** Put a case that somebody else holds back in the queue: for supervisors. */
export async function takeAway() {
  if (await tried(() => command('release', { case: state.opened.value }), 'release')) toast(t('did.release'), null, 'release');
}

/** Wait for an answer, a colleague or a time; `minutes` from now. */
export function wait(whom, minutes) {
  const until = new Date(state.serverNow() + minutes * 60_000).toISOString();
  return parting('wait', { for: whom, until }, t('did.wait', { time: timeOf(until) }));
}

/** Bring a case to the level above: the one held, or by its id alone. */
export async function escalate() {
  if (state.holding.value) return parting('escalate', {}, t('did.escalate'));
  const id = state.opened.value;
  const done = await tried(() => command('escalate', { case: id }), 'escalate');
  if (done) toast(t('did.escalate'), null, 'escalate');
  return done;
}

/** Do something and go on holding the case. */
export async function act(action, fields = {}) {
  const done = await onCase('act', { action, ...fields });
  if (!done) return null;
  toast(t(`did.${action}`), REVERSIBLE.has(action) ? { label: t('undo'), run: undo } : null, `act ${action}`);
  readContext(state.opened.value);
  return done;
}

/** What can be taken back; see moderation/state.py. */
export const REVERSIBLE = new Set(['hold', 'release', 'retract', 'restore', 'slow_mode', 'mute', 'remove', 'suspend', 'false_positive', 'wrong_level', 'missed_earlier']);

/** Undo the last act. */
export async function undo() {
  const done = await onCase('undo');
  if (!done) return;
  toast(t('did.undo', { action: t(`action.${done.action}`) }), null, 'undo');
  readContext(state.opened.value);
}

/** Decide the case that is open; or confirm another's decision. */
export async function decide(fields) {
  if (!state.holding.value && state.current.value && waitsForSecond(state.current.value)) return confirm(fields);
  const done = await parting('decide', fields, t('did.decide'));
  if (done?.confirm_by) toast(t('confirmBy', { time: timeOf(done.confirm_by) }), null, 'confirm');
  return done;
}

async function confirm(fields) {
  const done = await tried(() => command('decide', { case: state.opened.value, ...fields }), 'confirm');
  if (done) toast(t('did.confirm'), null, 'confirm');
  return done;
}

/** Write to the person of the case. */
export async function write(text) {
  const id = state.opened.value;
  const done = await onCase('act', { action: 'write', text });
  if (!done) return false;
  state.drafts.value = state.withKey(state.drafts.value, id);
  readContext(id);
  return true;
}

/** Show a text, and count that it was read; with no id, the next one that is covered. */
export function reveal(id) {
  if (!id || state.revealed.value.has(id) || state.revealed.value.has('all')) return;
  state.revealed.value = new Set([...state.revealed.value, id]);
  const before = used(state.shift.value);
  state.setShift(readOne(state.shift.value, Date.now()));
  if (before < 1 && used(state.shift.value) >= 1) state.pauseFor.value = 'budget';
}

/** Show all texts of the open case, those to come too; or cover them again. */
export function revealAll(on) {
  state.revealed.value = on ? new Set(['all']) : new Set();
  if (on) state.setShift(readOne(state.shift.value, Date.now(), state.context.value?.messages.length ?? 1));
}

/** Lift one cover within a text. */
export function lift(id, n) {
  state.lifted.value = new Set([...state.lifted.value, `${id} ${n}`]);
}

/** Hide the screen, or show it again. */
export function hide(on = !state.hidden.value) {
  state.hidden.value = on;
}
