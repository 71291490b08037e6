// What the circle page knows, and what can be done there. Views read the signals and call the actions.
import { batch, computed, signal } from '../../ui.js';
import { toast } from '../../toast.js';
import { all, ask } from '../http.js';
import { t } from '../say.js';
import { byMember, withGrant } from './model.js';

/** One's own user id. */
export const me = signal(null);
/** The circles one is in, and the id of the one looked at. */
export const circles = signal([]);
export const chosen = signal(null);
/** The clinicians assigned to oneself: {id, name, added_at, accepted_at}; one who waits sees nothing. */
export const clinicians = signal([]);
/** Of the chosen circle: {members, grants, invites}; null while it loads. */
export const details = signal(null);

export const circle = computed(() => circles.value.find(({ id }) => id === chosen.value) ?? null);
export const owns = computed(() => circle.value?.owner === me.value);
export const others = computed(() => (details.value?.members ?? []).filter(({ user }) => user !== circle.value?.owner));
export const granted = computed(() => byMember(details.value?.grants ?? []));

/** A member's name by their id in the circle. */
export const nameOf = (id) => details.value?.members.find((member) => member.id === id)?.name ?? t('someoneGone');

let opened = 0; // circles opened here: a list that was asked for before one of them lacks it

/** Read one's circles, one's own first, and look at one of them. Throws Refusal. */
export async function load() {
  const before = opened;
  const [account, found, assigned] = await Promise.all([ask('GET', 'users/me/'), all('circles/'), all('users/me/clinicians/')]);
  if (opened !== before) {
    await load();
    return;
  }
  found.sort((a, b) => Number(b.owner === account.id) - Number(a.owner === account.id));
  batch(() => {
    me.value = account.id;
    clinicians.value = assigned;
    circles.value = found;
    if (!found.some(({ id }) => id === chosen.value)) chosen.value = found[0]?.id ?? null;
  });
  if (chosen.value) await loadDetails(chosen.value);
}

/** Look at another of one's circles. */
export async function choose(id) {
  batch(() => {
    chosen.value = id;
    details.value = null;
  });
  await loadDetails(id);
}

async function loadDetails(id) {
  const own = circle.value?.owner === me.value;
  const [members, grants, invites] = await Promise.all([
    all(`circles/${id}/members/`), all(`circles/${id}/grants/`), own ? all(`circles/${id}/invites/`) : [],
  ]);
  if (chosen.value === id) details.value = { members: members.reverse(), grants, invites };
}

/** Something changed elsewhere: read the circle anew, and quietly keep what is shown where that fails. */
export const refresh = () => load().catch(() => {});

/** Open a circle that shares one's own days. Throws Refusal. */
export async function openCircle({ name, own_name }) {
  const made = await ask('POST', 'circles/', { name, own_name });
  opened += 1;
  circles.value = [made, ...circles.value];
  await choose(made.id);
}

/** Let a member see a category, see and add to it, or neither (`change` null). Throws Refusal. */
export async function setGrant(member, category, change) {
  const path = `circles/${chosen.value}/grants/${member}/${category}/`;
  let grant = null;
  if (change) grant = await ask('PUT', path, change);
  else await ask('DELETE', path).catch((refusal) => { if (refusal.status !== 404) throw refusal; });
  details.value = { ...details.value, grants: withGrant(details.value.grants, member, category, grant) };
  const key = change ? `granted.${change.access}` : 'granted.none';
  toast(t(key, { name: nameOf(member), category: t(`cat.${category}`).toLowerCase() }));
}

/** Make an invitation; gives {token, url, expires_at}, which is shown this once. Throws Refusal. */
export async function invite(email) {
  const made = await ask('POST', `circles/${chosen.value}/invites/`, email ? { email } : {});
  const { token, url, ...shown } = made;
  details.value = { ...details.value, invites: [shown, ...details.value.invites] };
  return { token, url, ...shown };
}

/** Take an invitation back. Throws Refusal. */
export async function takeBack(id) {
  await ask('DELETE', `circles/${chosen.value}/invites/${id}/`);
  details.value = { ...details.value, invites: details.value.invites.filter((one) => one.id !== id) };
  toast(t('inviteGone'));
}

/** See a member off. Throws Refusal. */
export async function removeMember(id) {
  const name = nameOf(id);
  await ask('DELETE', `circles/${chosen.value}/members/${id}/`);
  const { members, grants, invites } = details.value;
  details.value = { members: members.filter((one) => one.id !== id), grants: grants.filter((one) => one.member !== id), invites };
  toast(t('memberGone', { name }));
}

/** Give the circle another name. Throws Refusal. */
export async function rename(name) {
  const changed = await ask('PATCH', `circles/${chosen.value}/`, { name });
  circles.value = circles.value.map((one) => (one.id === changed.id ? changed : one));
}

/** Leave the circle; the owner closes it. Throws Refusal. */
export async function leave() {
  await ask('POST', `circles/${chosen.value}/leave/`);
  toast(t('left', { circle: circle.value?.name ?? '' }));
  batch(() => {
    circles.value = circles.value.filter(({ id }) => id !== chosen.value);
    details.value = null;
    chosen.value = circles.value[0]?.id ?? null;
  });
  if (chosen.value) await loadDetails(chosen.value);
}

/** Come into the circle that a token invites to. Throws Refusal. */
export async function accept(token, name) {
  const joined = await ask('POST', 'circles/accept/', { token, ...(name && { name }) });
  await load();
  await choose(joined.id);
  return joined;
}

/** Let an assigned clinician see one's days from here on. Throws Refusal. */
export async function acceptClinician(id) {
  const stands = await ask('POST', `users/me/clinicians/${id}/accept/`);
  clinicians.value = clinicians.value.map((one) => (one.id === id ? stands : one));
  toast(t('clinAccepted', { name: stands.name }));
}

/** End a clinician's assignment, or say no to it. Throws Refusal. */
export async function endClinician(id) {
  await ask('DELETE', `users/me/clinicians/${id}/`).catch((refusal) => { if (refusal.status !== 404) throw refusal; });
  const { name } = clinicians.value.find((one) => one.id === id) ?? {};
  clinicians.value = clinicians.value.filter((one) => one.id !== id);
  toast(t('clinEnded', { name: name ?? t('who.clinician') }));
}
