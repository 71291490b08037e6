// A dialog over the page; closing it gives the focus back to what opened it.
import { html, useEffect, useRef } from './ui.js';

/** A modal dialog. `onClose` is called when it is shut, by whatever way. `children(heading)` is what it holds. */
export function Dialog({ title, onClose, children }) {
  const dialog = useRef(null);
  useEffect(() => {
    const { current } = dialog;
    current.showModal();
    return () => current.close();
  }, []);
  return html`<dialog class="panel dialog" ref=${dialog} aria-labelledby="dialog-h" onClose=${onClose}>${children(html`<h2 id="dialog-h">${title}</h2>`)}</dialog>`;
}
