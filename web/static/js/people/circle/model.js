// What stands in the matrix and in the log of a circle. Pure.

/** member → category → grant, from a list of grants. */
export function byMember(grants) {
  const found = new Map();
  for (const grant of grants) {
    if (!found.has(grant.member)) found.set(grant.member, new Map());
    found.get(grant.member).set(grant.category, grant);
  }
  return found;
}

/** How a cell looks: 'hidden', 'view' or 'contribute'; an end that has passed hides. `now` in milliseconds. */
export function lookOf(grant, now) {
  if (!grant || (grant.expires_at && Date.parse(grant.expires_at) <= now)) return 'hidden';
  return grant.access;
}

/** The grants without one member's category, or with `grant` in its place. */
export function withGrant(grants, member, category, grant) {
  const rest = grants.filter((one) => one.member !== member || one.category !== category);
  return grant ? [...rest, grant] : rest;
}

/** The last moment of a day `YYYY-MM-DD` where the viewer is, as RFC 3339; null for none. */
export function endOfDay(day) {
  return day ? new Date(`${day}T23:59:59`).toISOString() : null;
}

/** The day `YYYY-MM-DD` of a moment where the viewer is, or ''. */
export function dayIn(moment) {
  if (!moment) return '';
  const at = new Date(moment);
  const two = (n) => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** What to PUT for what was chosen in the form: {access, until, quiet, start, end}. */
export function asked({ access, until, quiet, start, end }) {
  return { access, expires_at: endOfDay(until), quiet_hours: quiet ? { start, end } : null };
}

/** The key of the words for one look at one's data, and whose it was: {verb, thing, who}. */
export function lookWords({ what, who }) {
  const parts = what.split('.');
  const last = parts.at(-1);
  const verbs = { read: 'read', exported: 'exported', changed: 'changed', updated: 'changed', removed: 'removed', deleted: 'removed', created: 'added', added: 'added' };
  return { thing: parts[0], verb: verbs[last] ?? 'used', who: who ?? 'unknown' };
}

/** Which sentence a line of the circle's log is: its key, with `member` and `category` to fill in. */
export function logKey({ kind, access }) {
  return kind === 'grant.changed' ? `log.granted.${access}` : `log.${kind}`;
}
