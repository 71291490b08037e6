// The moderators' console: who needs somebody now, and what can be done.
import { Icon, html, render } from './ui.js';
import { Toasts, toast } from './toast.js';
import { hide, next, open, undo } from './moderation/doing.js';
import { wordOf } from './moderation/keys.js';
import { t } from './moderation/say.js';
import * as state from './moderation/state.js';
import { Case } from './moderation/views/case.js';
import { revealNext } from './moderation/views/conversation.js';
import { Asked, retractHere } from './moderation/views/dialogs.js';
import { Queue, claimHere, move } from './moderation/views/queue.js';
import { use } from './moderation/views/reply.js';
import { Banner, Top } from './moderation/views/top.js';
import { Why } from './moderation/views/why.js';
import { start } from './moderation/wire.js';

// Behind this nothing of anybody stands on the page.
function Hidden() {
  return html`<div class="hidden-screen"><button type="button" class="btn" onClick=${() => hide(false)}>${t('showScreen')}</button><p class="meta">${t('showScreenSub')}</p></div>`;
}

function Dock() {
  const tab = (name, icon, count) => html`<button type="button" aria-current=${state.pane.value === name ? 'true' : undefined} onClick=${() => { state.pane.value = name; }}><${Icon} name=${icon} />${t(`dock.${name}`)}${count > 0 && html`<span class="count">${count}</span>`}</button>`;
  return html`<nav class="dock" aria-label=${t('panes')}>${tab('queue', 'list', state.cases.value.size)}${tab('case', 'text')}${tab('why', 'why')}</nav>`;
}

function Page() {
  if (state.hidden.value) return html`<${Hidden} />`;
  return html`<div role="status" class="banners"><${Banner} /></div>
    <div class="console" data-pane=${state.pane.value}><${Queue} /><${Case} /><${Why} /></div><${Dock} />
    <p class="sr" role="status" aria-live="polite">${state.said.value}</p><${Asked} /><${Toasts} />`;
}

function Bar() {
  return state.hidden.value ? null : html`<${Top} />`;
}

const held = (run) => () => {
  if (state.holding.value) run();
  else if (state.opened.value) toast(t('no.notHeld'), null, 'no held');
};

const DO = {
  down: () => move(1), up: () => move(-1), open: () => state.at.value && open(state.at.value), next, claim: claimHere,
  reply: () => document.getElementById('reply')?.focus(), reveal: revealNext, undo, help: () => { state.dialog.value = { kind: 'help' }; },
  why: () => { state.pane.value = state.pane.value === 'why' ? 'case' : 'why'; document.getElementById(state.pane.value === 'why' ? 'why' : 'main-case')?.focus(); },
  search: () => { state.search.value ??= ''; state.pane.value = 'queue'; },
  card: held(() => use('card')), hold: held(() => use('hold')), snooze: held(() => use('snooze')), retract: held(retractHere),
  escalate: () => state.current.value && use('escalate'), decide: () => state.current.value && use('decide'),
};

addEventListener('keydown', (event) => {
  const { target } = event;
  const where = {
    field: Boolean(target.closest?.('input, textarea, select, [contenteditable]')),
    control: Boolean(target.closest?.('button, summary')) || Boolean(target.closest?.('a') && !target.closest('.case')),
    dialog: Boolean(state.dialog.value) || state.hidden.value,
  };
  const word = wordOf(event, where);
  if (!word) return;
  event.preventDefault();
  DO[word]();
});
addEventListener('hearth:hide', () => hide()); // page.js hears three times Shift

render(html`<${Bar} />`, document.getElementById('top'));
const app = document.getElementById('app');
app.replaceChildren();
render(html`<${Page} />`, app);
start();
