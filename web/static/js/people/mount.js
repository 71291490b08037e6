// Puts a page's view where the server left the place for it, and has it listen to the network.
import { html, render } from '../ui.js';
import { Toasts } from '../toast.js';

/** Show `view` in the page. */
export function mount(view) {
  const app = document.getElementById('app');
  app.replaceChildren();
  render(html`${view}<${Toasts} />`, app);
}
