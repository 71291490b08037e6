// Accounts in other houses by which one may come in here.
import { html } from '../../ui.js';
import { toast } from '../../toast.js';
import { door } from '../auth.js';
import { back, backRefusal, goElsewhere } from '../elsewhere.js';
import { FormError, useForm } from '../form.js';
import { useLoaded } from '../loading.js';
import { t } from '../say.js';
import { guarded } from './again.js';
import { Section } from './section.js';

async function load() {
  const [config, mine] = await Promise.all([door('GET', 'config'), door('GET', 'account/providers')]);
  return { providers: config.data.socialaccount?.providers ?? [], mine: mine.data ?? [] };
}

function Joined({ account, onGone }) {
  const form = useForm(async () => {
    await guarded(() => door('DELETE', 'account/providers', { provider: account.provider.id, account: account.uid }));
    toast(t('saved'));
    onGone();
  });
  const { name } = account.provider;
  return html`<form class="lines-l" onSubmit=${form.onSubmit}><div class="row-b"><b class="grow">${name}</b><button class="btn quiet dense" disabled=${form.busy}>${t('remove')}<span class="sr">: ${name}</span></button></div><${FormError} of=${form} /></form>`;
}

function Join({ provider }) {
  const form = useForm(() => goElsewhere(provider.id, 'connect', '/settings/?back=1#elsewhere', guarded));
  return html`<form onSubmit=${form.onSubmit}><${FormError} of=${form} /><p><button class="btn" disabled=${form.busy}>${t('elsewhereJoin', { name: provider.name })}</button></p></form>`;
}

/** Those joined, and those that can be; nothing where the house names none. */
export function Elsewhere() {
  const { value, view, again } = useLoaded(load);
  if (view || !value.providers.length) return null;
  const joined = new Set(value.mine.map(({ provider }) => provider.id));
  return html`<${Section} id="elsewhere" title=${t('elsewhere')} sub=${t('elsewhereSub')}>
    ${back?.error && html`<${FormError} of=${{ refusal: backRefusal() }} />`}
    ${value.mine.map((account) => html`<${Joined} key=${account.uid} account=${account} onGone=${again} />`)}
    ${value.providers.filter(({ id }) => !joined.has(id)).map((provider) => html`<${Join} key=${provider.id} provider=${provider} />`)}<//>`;
}
