// Safety: whom one has told when things are bad, how much, one's plan, and telling them now.
import { html } from '../../ui.js';
import { all, ask } from '../http.js';
import { useLoaded } from '../loading.js';
import { t } from '../say.js';
import { Contacts } from './safety/contacts.js';
import { Now } from './safety/now.js';
import { Plan } from './safety/plan.js';
import { Section } from './section.js';

// Members of one's own circles can be named; their ids are those of the circle.
async function load() {
  const [account, circles, contacts, plan, notices] = await Promise.all([
    ask('GET', 'users/me/'), all('circles/'), all('safety/contacts/'), ask('GET', 'safety/plan/'), ask('GET', 'safety/notices/?limit=1'),
  ]);
  const own = circles.filter(({ owner }) => owner === account.id);
  const inside = await Promise.all(own.map(async ({ id, name }) => (await all(`circles/${id}/members/`)).map((member) => ({ ...member, circle: name }))));
  const members = inside.flat().filter(({ user }) => user && user !== account.id);
  return { contacts, members, plan, last: notices.results[0] ?? null, username: account.username };
}

/** The whole section. */
export function Safety() {
  const { value, view, set } = useLoaded(load);
  const keep = (change) => set({ ...value, ...change });
  return html`<${Section} id="safety" title=${t('safety')} sub=${t('safetySub')}>${view ?? html`
    <${Now} contacts=${value.contacts} last=${value.last} onNotice=${(last) => keep({ last })} />
    <h3>${t('sf.contacts')}</h3><${Contacts} contacts=${value.contacts} members=${value.members} onChange=${(contacts) => keep({ contacts })} />
    <h3>${t('sf.plan')}</h3><${Plan} plan=${value.plan} username=${value.username} onSaved=${(plan) => keep({ plan })} />`}<//>`;
}
