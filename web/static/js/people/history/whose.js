// Whose days are looked at, as what, and which kinds of them may be asked for. Nothing is asked for that was not granted.

/** The categories that grants let one see at `now` (milliseconds). */
export function accessOf(grants, now) {
  const open = ({ access, expires_at: end }) => access && (!end || Date.parse(end) > now);
  return new Set(grants.filter(open).map(({ category }) => category));
}

/**
 * Find out whose days `asked` (a person's id, or null for one's own) are: {person, own, name, sees}. `sees`: a set of
 * categories; null where it is nobody one may look at. `read(path)` gives a body, `lists(paths)` lists; both throw Refusal.
 */
export async function whose(asked, { day, all, read, lists, now, tried }) {
  const account = await read('users/me/');
  if (!asked || asked === account.id || asked === 'me') return { person: account.id, own: true, name: account.username, sees: new Set(all) };
  const [circles] = await lists(['circles/']);
  const theirs = circles.filter(({ owner }) => owner === asked);
  const rows = await lists(theirs.flatMap(({ id }) => [`circles/${id}/members/`, `circles/${id}/grants/`]));
  const face = rows.flat().find(({ user }) => user === asked);
  const sees = accessOf(rows.flat().filter(({ category }) => category), now);
  // A clinician has no list of whom they are for: they are asked once, and only they.
  const clinician = account.roles.includes('clinician') && await tried(`summary/?user_id=${encodeURIComponent(asked)}&from=${day}&to=${day}`);
  if (clinician) return { person: asked, own: false, name: face?.name ?? null, sees: new Set(all), clinician: true };
  return { person: asked, own: false, name: face?.name ?? null, sees: face ? sees : null };
}
