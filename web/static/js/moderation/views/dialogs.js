// What is asked before something is done that lasts, and the help.
import { Icon, html, useState } from '../../ui.js';
import { Dialog } from '../../modal.js';
import { act, decide, escalate, goOnDuty, handOver, wait } from '../doing.js';
import { waitsForSecond } from '../queue.js';
import { flagsOf, messagesAround } from '../talk.js';
import { t } from '../say.js';
import * as state from '../state.js';
import { Care } from './care.js';
import { personName } from './case.js';
import { Help } from './help.js';
import { knock } from '../../people/http.js';
import { useEffect } from '../../ui.js';

const close = () => { state.dialog.value = null; };
const HOURS = { mute: [1, 6, 24], remove: [24, 168, 720], suspend: [24, 168, 720] };
const DECISIONS = ['none', 'card', 'false_positive', 'wrong_level', 'retract', 'release', 'mute', 'remove', 'suspend', 'notify'];
const REASONS = ['talked', 'safe_now', 'no_risk', 'care_taken_on', 'harmful', 'rules_broken', 'spam', 'other'];
const MORE = ['second_opinion', 'ask_consent', 'retract', 'restore', 'release', 'slow_mode', 'mute', 'remove', 'suspend', 'false_positive', 'wrong_level', 'missed_earlier', 'notify'];
const LEVELS = ['L4', 'L3', 'L2', 'L1', 'H', 'C'];
const WAITS = [5, 15, 30, 60, 240];

function Buttons({ label, danger = false, busy = false }) {
  return html`<p class="two"><button type="button" class="btn" onClick=${close}>${t('cancel')}</button><button class=${danger ? 'btn ember' : 'btn lamp'} disabled=${busy}>${label}</button></p>`;
}

function Pick({ name, label, options, value, onChange }) {
  return html`<div class="f"><label for=${`d-${name}`}>${label}</label><span class="select"><select id=${`d-${name}`} name=${name} value=${value} onChange=${onChange}>${options.map(([key, text]) => html`<option key=${key} value=${key}>${text}</option>`)}</select><${Icon} name="chev" /></span></div>`;
}

// A form that closes its dialog once what it is for was done.
function useDone(run) {
  const [busy, setBusy] = useState(false);
  const onSubmit = async (event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    const done = await run(Object.fromEntries(new FormData(event.currentTarget)));
    setBusy(false);
    if (done) close();
  };
  return { busy, onSubmit };
}

const until = (hours) => new Date(state.serverNow() + hours * 3_600_000).toISOString();

// What an action asks for besides its name.
function fieldsOf({ action, hours, level, words, reason }) {
  const fields = { action };
  const said = (words ?? '').trim().slice(0, 64) || reason;
  if (said) fields.reason = said;
  if (HOURS[action] && hours) fields.until = until(Number(hours));
  if (action === 'wrong_level') fields.to = level;
  if (action === 'retract' && state.dialog.value.message) fields.message = state.dialog.value.message;
  return fields;
}

const heldOne = () => [...messagesAround(state.room.value, state.context.value).values()].some(({ held, event_id: id }) => held && (!state.dialog.value.message || state.dialog.value.message === id));
const isGrave = (action) => action === 'notify' || (action === 'retract' && heldOne());

function More({ action }) {
  return html`${HOURS[action] && html`<${Pick} name="hours" label=${t('howLong')} options=${HOURS[action].map((hours) => [hours, hours < 24 ? t('hours', { count: hours }) : t('days', { count: hours / 24 })])} />`}
    ${action === 'wrong_level' && html`<${Pick} name="level" label=${t('rightLevel')} options=${LEVELS.map((level) => [level, t(`level.${level}`)])} />`}
    <div class="f"><label for="d-words">${t(isGrave(action) ? 'ownWordsNeeded' : 'ownWords')}</label><input type="text" id="d-words" name="words" maxlength="64" required=${isGrave(action)} autocomplete="off" /></div>`;
}

function Decide() {
  const second = !state.holding.value && state.current.value && waitsForSecond(state.current.value);
  const [action, setAction] = useState('none');
  const form = useDone((values) => decide(fieldsOf({ ...values, action })));
  return html`<${Dialog} title=${t(second ? 'confirmTitle' : 'decideTitle', { name: personName() })} onClose=${close}>${(heading) => html`<form onSubmit=${form.onSubmit}>${heading}
    <p class="meta">${t(second ? 'confirmSub' : state.current.value?.level === 'L4' ? 'decideSubL4' : 'decideSub')}</p>
    <${Pick} name="action" label=${t('whatNow')} value=${action} options=${DECISIONS.map((one) => [one, t(`action.${one}`)])} onChange=${({ currentTarget }) => setAction(currentTarget.value)} />
    <p class="meta">${t(`what.${action}`)}</p>
    <${Pick} name="reason" label=${t('reason')} options=${REASONS.map((one) => [one, t(`reason.${one}`)])} /><${More} action=${action} />
    <${Buttons} label=${t(second ? 'confirm' : 'decide')} busy=${form.busy} /></form>`}<//>`;
}

function Actions() {
  const [action, setAction] = useState(MORE[0]);
  const form = useDone((values) => act(action, rest(fieldsOf({ ...values, action }))));
  const over = useDone(({ to }) => handOver(to.trim()));
  return html`<${Dialog} title=${t('moreTitle')} onClose=${close}>${(heading) => html`<form onSubmit=${form.onSubmit}>${heading}
    <${Pick} name="action" label=${t('whatNow')} value=${action} options=${MORE.map((one) => [one, t(`action.${one}`)])} onChange=${({ currentTarget }) => setAction(currentTarget.value)} />
    <p class="meta">${t(`what.${action}`)}</p><${More} action=${action} /><${Buttons} label=${t('doIt')} busy=${form.busy} /></form>
    <form class="apart" onSubmit=${over.onSubmit}><h3>${t('handOver')}</h3><p class="meta">${t('handOverSub')}</p><div class="f"><label for="d-to">${t('toWhom')}</label><input type="text" id="d-to" name="to" maxlength="64" autocomplete="off" /></div><button class="btn" disabled=${over.busy}>${t('handOver')}</button></form>`}<//>`;
}

const rest = ({ action, ...fields }) => fields;

function Retract() {
  const form = useDone((values) => act('retract', rest(fieldsOf({ ...values, action: 'retract' }))));
  return html`<${Dialog} title=${t('retractTitle')} onClose=${close}>${(heading) => html`<form onSubmit=${form.onSubmit}>${heading}<p>${t(heldOne() ? 'retractHeld' : 'retractSub')}</p><${More} action="retract" /><${Buttons} label=${t('action.retract')} danger=${heldOne()} busy=${form.busy} /></form>`}<//>`;
}

function Wait() {
  const [whom, setWhom] = useState('reply');
  const form = useDone(({ minutes, colleague }) => wait(whom === 'colleague' ? (colleague ?? '').trim() : whom, Number(minutes)));
  return html`<${Dialog} title=${t('waitTitle')} onClose=${close}>${(heading) => html`<form onSubmit=${form.onSubmit}>${heading}<p class="meta">${t('waitSub')}</p>
    <fieldset><legend>${t('waitFor')}</legend>${['reply', 'colleague', 'snooze'].map((one) => html`<label key=${one} class="choice"><input type="radio" name="whom" value=${one} checked=${whom === one} onChange=${() => setWhom(one)} />${t(`wait.${one}`, { name: personName() })}</label>`)}</fieldset>
    ${whom === 'colleague' && html`<div class="f"><label for="d-colleague">${t('colleague')}</label><input type="text" id="d-colleague" name="colleague" maxlength="64" required autocomplete="off" /></div>`}
    <${Pick} name="minutes" label=${t('howLong')} options=${WAITS.map((minutes) => [minutes, minutes < 60 ? t('minutes', { count: minutes }) : t('hours', { count: minutes / 60 })])} /><${Buttons} label=${t('tool.snooze')} busy=${form.busy} /></form>`}<//>`;
}

function Escalate() {
  const form = useDone(() => escalate());
  return html`<${Dialog} title=${t('escalateTitle')} onClose=${close}>${(heading) => html`<form onSubmit=${form.onSubmit}>${heading}<p>${t('escalateSub')}</p><${Buttons} label=${t('tool.escalate')} busy=${form.busy} /></form>`}<//>`;
}

function Card() {
  const [card, setCard] = useState(null);
  const { language } = state.context.value ?? {};
  useEffect(() => { knock('GET', `/moderation/card/?language=${encodeURIComponent(language === 'und' ? 'en' : language ?? 'en')}`).then(({ ok, body }) => ok && setCard(body), () => {}); }, []);
  const form = useDone(() => act('card'));
  return html`<${Dialog} title=${t('cardTitle', { name: personName() })} onClose=${close}>${(heading) => html`<form onSubmit=${form.onSubmit}>${heading}<p class="meta">${t('cardSub')}</p>${card && html`<${Care} card=${card} />`}<${Buttons} label=${t('cardSend')} busy=${form.busy} /></form>`}<//>`;
}

function Pause() {
  const form = useDone(async () => {
    await goOnDuty(false);
    state.pauseFor.value = null;
    return true;
  });
  return html`<${Dialog} title=${t('pauseTitle')} onClose=${close}>${(heading) => html`<form onSubmit=${form.onSubmit}>${heading}<p>${t('pauseText')}</p><${Buttons} label=${t('pauseNow')} busy=${form.busy} /></form>`}<//>`;
}

const KINDS = { decide: Decide, more: Actions, retract: Retract, wait: Wait, escalate: Escalate, card: Card, pause: Pause };

/** The dialog that is open, if one is. */
export function Asked() {
  const { kind } = state.dialog.value ?? {};
  if (kind === 'help') return html`<${Help} onClose=${close} />`;
  const Kind = KINDS[kind];
  return Kind ? html`<${Kind} key=${kind} />` : null;
}

/** Take a message out of the room: the one under the focus, else all flagged ones; where that is for good, ask. */
export function retractHere() {
  const focused = document.activeElement?.closest?.('article[data-event]')?.dataset.event;
  const message = focused && flagsOf(state.context.value).has(focused) ? focused : undefined;
  state.dialog.value = { kind: 'retract', message };
  if (heldOne()) return;
  state.dialog.value = null;
  act('retract', message ? { message } : {});
}
