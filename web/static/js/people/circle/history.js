// Who looked at one's data, and what was shared when.
import { html, useState } from '../../ui.js';
import { dateOf, timeOf } from '../../i18n/speak.js';
import { all, ask } from '../http.js';
import { useLoaded } from '../loading.js';
import { t, tOr } from '../say.js';
import { logKey, lookWords } from './model.js';
import * as state from './state.js';

const when = (at) => `${dateOf(at)}, ${timeOf(at)}`;

function Look({ look }) {
  const { thing, verb, who } = lookWords(look);
  const name = look.name ?? t(`who.${who}`);
  return html`<li><span class="grow"><b>${t(`looked.${verb}`, { name, thing: tOr(`thing.${thing}`, t('thing.other')) })}</b><span class="meta">${look.name && who !== 'self' ? `${t(`who.${who}`)} · ` : ''}${when(look.at)}</span></span></li>`;
}

/** Who looked at one's data; one's own looks are left out unless asked for. */
export function Looks() {
  const [own, showOwn] = useState(false);
  return html`<label class="check"><input type="checkbox" checked=${own} onChange=${(event) => showOwn(event.currentTarget.checked)} /><span>${t('looksOwn')}</span></label><${LookList} key=${own} own=${own} />`;
}

function LookList({ own }) {
  const { value: page, view, set } = useLoaded(() => ask('GET', `users/me/access-log/?limit=100&others=${!own}`));
  if (view) return view;
  const older = async () => {
    const url = new URL(page.next, location.href);
    const next = await ask('GET', url.pathname.slice('/api/v1/'.length) + url.search);
    set({ ...next, results: [...page.results, ...next.results] });
  };
  return html`${page.results.length ? html`<ul class="lines-l">${page.results.map((look, n) => html`<${Look} key=${n} look=${look} />`)}</ul>` : html`<p class="meta">${t('looksNone')}</p>`}
    ${page.next && html`<p><button type="button" class="btn" onClick=${older}>${t('older')}</button></p>`}`;
}

function Line({ line }) {
  const name = line.member ? state.nameOf(line.member) : '';
  const said = t(logKey(line), { name, category: line.category ? t(`cat.${line.category}`).toLowerCase() : '' });
  return html`<li><span class="grow"><b>${said}</b><span class="meta">${when(line.at)}</span></span></li>`;
}

function Lines({ id }) {
  const { value, view } = useLoaded(() => all(`circles/${id}/log/`));
  return view ?? html`<ul class="lines-l">${[...value].reverse().map((line) => html`<${Line} key=${line.seq} line=${line} />`)}</ul>`;
}

/** Both, each loaded when it is opened. */
export function History() {
  const [open, setOpen] = useState({});
  const id = state.chosen.value;
  const toggle = (name) => (event) => setOpen({ ...open, [name]: event.currentTarget.open });
  return html`<section class="panel pad-in" id="log" aria-labelledby="log-h"><h2 id="log-h">${t('history')}</h2><p class="meta">${t('historySub')}</p>
    <details class="more-d" onToggle=${toggle('looks')}><summary>${t('whoLooked')}</summary>${open.looks && html`<${Looks} />`}</details>
    <details class="more-d" onToggle=${toggle('log')}><summary>${t('whatShared')}</summary>${open.log && html`<${Lines} key=${id} id=${id} />`}</details></section>`;
}
