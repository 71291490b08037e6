// What stands while something loads, and where it did not.
import { html } from '../../ui.js';
import { t } from '../say.js';

/** Bars, seen only when it takes longer than a moment. */
export function Loading() {
  return html`<div class="loading" role="status" aria-label=${t('loading')}><span class="skel w40"></span><span class="skel w80"></span><span class="skel w60"></span></div>`;
}

/** It did not load: what is safe, and another try. */
export function Broken({ again }) {
  return html`<div class="empty" role="alert"><b>${t('broken')}</b>${t('brokenSub')}<button type="button" class="btn" onClick=${again}>${t('tryAgain')}</button></div>`;
}
