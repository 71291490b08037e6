// What stands while something loads, and where it did not.
import { html, useEffect, useState } from '../ui.js';
import { generalError } from './form.js';
import { t } from './say.js';

/** Bars, seen only when it takes longer than a moment. */
export function Loading() {
  return html`<div class="loading" role="status" aria-label=${t('loading')}><span class="skel w40"></span><span class="skel w80"></span><span class="skel w60"></span></div>`;
}

/** It did not load: what is safe, and another try. */
export function Broken({ refusal, again }) {
  return html`<div class="empty" role="alert"><b>${t('broken')}</b>${refusal?.status === 0 ? t('err.offline') : generalError(refusal) || t('brokenSub')}
    <button type="button" class="btn" onClick=${again}>${t('tryAgain')}</button></div>`;
}

/** What `load()` gives, once it does: {value, set, again, view} where `view` stands in its place until then. */
export function useLoaded(load) {
  const [state, set] = useState({});
  const [turn, again] = useState(0);
  useEffect(() => {
    let here = true;
    load().then((value) => here && set({ value }), (refusal) => here && set({ refusal }));
    return () => { here = false; };
  }, [turn]);
  const retry = () => {
    set({});
    again((n) => n + 1);
  };
  let view = null;
  if (state.refusal) view = html`<${Broken} refusal=${state.refusal} again=${retry} />`;
  else if (state.value === undefined) view = html`<${Loading} />`;
  return { value: state.value, set: (value) => set({ value }), again: () => again((n) => n + 1), view };
}
