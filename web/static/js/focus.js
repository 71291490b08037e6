// A focus whose place vanished (a button that did its work, a line that went) would fall off the page.

const coarse = globalThis.matchMedia?.('(pointer: coarse)');

/** Give the focus to the message box; on touch, where that would open the keyboard unasked, to the log. */
export function refocus() {
  document.getElementById(coarse?.matches ? 'main' : 'box')?.focus();
}

/** Watch over `root`: where the focused part is taken out and nothing took the focus over, it goes to the box. */
export function keepFocus(root) {
  let last = null;
  const look = () => {
    const now = document.activeElement;
    last = now === document.body ? null : now;
  };
  document.addEventListener('focusin', look);
  document.addEventListener('click', look, true); // beside everything: the focus was given up on purpose
  new MutationObserver(() => {
    if (!last || last.isConnected || document.activeElement !== document.body) return;
    last = null;
    refocus();
  }).observe(root, { childList: true, subtree: true });
}
