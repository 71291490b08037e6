// What the console's other pages share: their place in the house's page, hiding the screen, loading anew.
import { Icon, html, render, signal, useEffect, useState } from '../../ui.js';
import { Toasts } from '../../toast.js';
import { t } from '../say.js';
import { Broken, Loading } from '../views/loading.js';

const hidden = signal(false);

function Screen({ view }) {
  if (!hidden.value) return html`<div class="desk">${view}</div><${Toasts} />`;
  return html`<div class="hidden-screen"><button type="button" class="btn" onClick=${() => { hidden.value = false; }}>${t('showScreen')}</button></div>`;
}

/** Show a page's view where the server left the place for it. */
export function mount(view) {
  const app = document.getElementById('app');
  app.replaceChildren();
  render(html`<${Screen} view=${view} />`, app);
  render(html`<button type="button" class="icon-btn" aria-label=${t('hideScreen')} title=${t('hideScreen')} onClick=${() => { hidden.value = true; }}><${Icon} name="hide" /></button>`, document.getElementById('top'));
  addEventListener('hearth:hide', () => { hidden.value = !hidden.value; });
}

/** What `load()` gives: {value, again, view}, where `view` stands in its place until then. `every`: ms to the next. */
export function useRead(load, every = 0) {
  const [state, set] = useState({});
  const [turn, again] = useState(0);
  useEffect(() => {
    let here = true;
    load().then((value) => here && set({ value }), (refusal) => here && set((before) => ({ ...before, refusal })));
    const timer = every ? setTimeout(() => again((n) => n + 1), every) : null;
    return () => {
      here = false;
      clearTimeout(timer);
    };
  }, [turn]);
  let view = null;
  if (state.value === undefined) view = state.refusal ? html`<${Broken} again=${() => again((n) => n + 1)} />` : html`<${Loading} />`;
  return { value: state.value, again: () => again((n) => n + 1), view };
}
