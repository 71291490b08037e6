// Beside the timeline: who sees one's own days.
import { Icon, html, signal, useEffect } from '../../ui.js';
import { Matrix } from '../circle/matrix.js';
import * as circle from '../circle/state.js';
import { Loading } from '../loading.js';
import { t } from '../say.js';
import * as state from './state.js';

const ready = signal(false);

/** One's own circle in short, or the way to open one. */
export function Aside({ ready: known }) {
  const own = [...state.circles.value.values()].find((one) => one.own);
  useEffect(() => {
    if (own) circle.load().then(() => { ready.value = true; }, () => {});
  }, [own?.id]);
  if (!known) return null;
  const head = html`<h2 id="own-h">${t('whoSees')}</h2>`;
  if (!own) return html`<section class="panel pad-in" aria-labelledby="own-h">${head}<p class="meta">${t('noneOwn')}</p><p class="row-b"><a class="btn dense" href="/circle/">${t('openCircle')}</a></p></section>`;
  if (!ready.value || !circle.details.value) return html`<section class="panel pad-in" aria-labelledby="own-h">${head}<${Loading} /></section>`;
  return html`<section class="panel pad-in" aria-labelledby="own-h">${head}<p class="meta">${t('countsAtOnce')}</p>
    ${circle.others.value.length ? html`<${Matrix} />` : html`<p class="empty">${t('aloneSub')}</p>`}
    <p class="row-b"><a class="btn dense" href="/circle/#invite"><${Icon} name="plus" size="s" />${t('invite')}</a><a class="meta" href="/circle/#log">${t('whoLooked')}</a></p>
    <p class="fine-n"><${Icon} name="lock" size="s" /><span>${t('neverRooms')}</span></p></section>`;
}
