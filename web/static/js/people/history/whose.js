// Whose days are looked at, as what, and which kinds of them may be asked for. Nothing is asked for that was not granted.

/** The categories that grants let one see at `now` (milliseconds). */
export function accessOf(grants, now) {
  const open = ({ access, expires_at: end }) => access && (!end || Date.parse(end) > now);
  return new Set(grants.filter(open).map(({ category }) => category));
}

/** The categories that grants let one add to at `now` (milliseconds). */
export const addsOf = (grants, now) => accessOf(grants.filter(({ access }) => access === 'contribute'), now);

/** One person's circles: {name: what they are called in them or null, sees, adds, names}; `names`: person → name. */
export async function sharedBy(owner, { lists, now }) {
  const [circles] = await lists(['circles/']);
  const theirs = circles.filter((circle) => circle.owner === owner);
  const rows = (await lists(theirs.flatMap(({ id }) => [`circles/${id}/members/`, `circles/${id}/grants/`]))).flat();
  const names = new Map(rows.filter(({ user }) => user).map(({ user, name }) => [user, name]));
  const grants = rows.filter(({ category }) => category);
  return { name: names.get(owner) ?? null, sees: accessOf(grants, now), adds: addsOf(grants, now), names };
}

/**
 * Find out whose days `asked` (a person's id, or null for one's own) are: {person, own, name, sees}. `sees`: a set of
 * categories; null where it is nobody one may look at. `read(path)` gives a body, `lists(paths)` lists; both throw Refusal.
 */
export async function whose(asked, { day, all, read, lists, now, tried }) {
  const account = await read('users/me/');
  if (!asked || asked === account.id || asked === 'me') return { person: account.id, own: true, name: account.username, sees: new Set(all) };
  const { name, sees, names } = await sharedBy(asked, { lists, now });
  // A clinician has no list of whom they are for: they are asked once, and only they.
  const clinician = account.roles.includes('clinician') && await tried(`summary/?user_id=${encodeURIComponent(asked)}&from=${day}&to=${day}`);
  if (clinician) return { person: asked, own: false, name, sees: new Set(all), clinician: true };
  return { person: asked, own: false, name, sees: names.has(asked) ? sees : null };
}
