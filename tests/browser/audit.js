// What an accessibility checker asks first, in one pass over the page. Returns the faults in words.
() => {
  const faults = [];
  const seen = (el) => el.checkVisibility({checkOpacity: false, checkVisibilityCSS: true}) && !el.closest('[hidden]');
  const name = (el) => (el.getAttribute('aria-label')
    || (el.getAttribute('aria-labelledby') || '').split(' ').map((id) => document.getElementById(id)?.textContent || '').join(' ')
    || [...(el.labels || [])].map((label) => label.textContent).join(' ') || el.textContent || el.title || '').trim();
  const tell = (why, el) => faults.push(`${why}: ${el.outerHTML.slice(0, 120)}`);
  if (!['en', 'es'].includes(document.documentElement.lang)) faults.push('no language');
  if (!document.title) faults.push('no title');
  if (document.querySelectorAll('main').length !== 1) faults.push('not one main');
  if ([...document.querySelectorAll('h1')].filter(seen).length !== 1) faults.push('not one h1');
  const ids = [...document.querySelectorAll('[id]')].map((el) => el.id);
  ids.filter((id, n) => ids.indexOf(id) !== n).forEach((id) => faults.push(`id twice: ${id}`));
  for (const el of document.querySelectorAll('a[href], button, input, select, textarea, [role=log], nav, aside, dialog[open]')) {
    if (seen(el) && !name(el)) tell('no name', el);
  }
  for (const el of document.querySelectorAll('svg')) if (el.getAttribute('aria-hidden') !== 'true') tell('svg is read', el);
  // A drawing library places its canvas through the CSSOM, which the policy allows.
  for (const el of document.querySelectorAll('[style]')) if (!el.closest('.uplot')) tell('inline style', el);
  for (const el of document.querySelectorAll('script:not([src])')) tell('inline script', el);
  for (const el of document.querySelectorAll('[tabindex]')) if (el.tabIndex > 0) tell('tab order', el);
  for (const el of document.querySelectorAll('[aria-describedby], [aria-labelledby], [aria-controls]')) {
    for (const attr of ['aria-describedby', 'aria-labelledby', 'aria-controls']) {
      for (const id of (el.getAttribute(attr) || '').split(' ').filter(Boolean)) if (!document.getElementById(id)) tell(`${attr} leads nowhere`, el);
    }
  }
  for (const el of document.querySelectorAll('a.btn, button:not(.sr), a.help-now, a.quick-exit, select')) {
    if (!seen(el) || el.closest('.sr')) continue;
    const box = el.getBoundingClientRect();
    const after = getComputedStyle(el, '::after');
    const grown = after.position === 'absolute' ? -2 * parseFloat(after.top || 0) : 0;
    if (box.height + grown < 32) tell(`only ${box.height} px high`, el);
  }
  for (const el of document.querySelectorAll('body *')) {
    if (seen(el) && [...el.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) && parseFloat(getComputedStyle(el).fontSize) < 12) tell('text under 12 px', el);
  }
  return faults;
}
