// The audit: what was done and looked at, sealed in a chain. Looking here is itself a line of it.
import { html, useState } from '../../ui.js';
import { dateOf, timeOf } from '../../i18n/speak.js';
import { ask } from '../../people/http.js';
import { t } from '../say.js';
import { mount } from './desk.js';

function Rows({ rows }) {
  return html`<div class="wide-table" tabindex="0" role="region" aria-label=${t('au.rows')}><table><thead><tr><th scope="col" class="n">${t('au.seq')}</th><th scope="col">${t('au.at')}</th><th scope="col">${t('au.kind')}</th><th scope="col">${t('au.actor')}</th><th scope="col">${t('au.subject')}</th><th scope="col">${t('au.detail')}</th><th scope="col">${t('au.hash')}</th></tr></thead>
    <tbody>${rows.map((row) => html`<tr key=${row.seq}><td class="n">${row.seq}</td><td>${dateOf(row.at)} ${timeOf(row.at)}</td><td><code>${row.kind}</code></td><td><code>${row.actor ?? t('au.house')}</code></td><td><code>${row.subject ?? ''}</code></td><td><code>${Object.entries(row.detail).map(([key, value]) => `${key} ${value}`).join(', ')}</code></td><td><code>${row.hash.slice(0, 12)}</code></td></tr>`)}</tbody></table></div>`;
}

function Page() {
  const [found, setFound] = useState(null);
  const [failed, setFailed] = useState('');
  const read = async (path, before = []) => {
    setFailed('');
    try {
      const page = await ask('GET', path);
      const next = page.next && new URL(page.next, location.href);
      setFound({ rows: [...before, ...page.results], next: next ? next.pathname.slice('/api/v1/'.length) + next.search : null });
    } catch (refusal) {
      setFailed(t(refusal.status === 422 || refusal.status === 400 ? 'au.badId' : refusal.status === 403 ? 'au.closed' : 'no.broken'));
    }
  };
  const search = (event) => {
    event.preventDefault();
    const asked = new URLSearchParams({ limit: '50' });
    for (const [name, value] of new FormData(event.currentTarget)) if (value.trim()) asked.set(name, value.trim());
    read(`moderation/audit/?${asked}`);
  };
  const field = (name, hint) => html`<div class="f"><label for=${`au-${name}`}>${t(`au.${name}`)}</label><input type="text" id=${`au-${name}`} name=${name} placeholder=${hint} autocomplete="off" spellcheck=${false} /></div>`;
  return html`<p class="lead">${t('au.lead')}</p><form class="panel au-form" onSubmit=${search}>${field('kind', 'case.claimed')}${field('actor', t('au.id'))}${field('subject', t('au.id'))}<button class="btn lamp">${t('au.search')}</button></form>
    <div role="status">${failed && html`<p class="state bad">${failed}</p>`}${found && !found.rows.length && html`<p class="meta">${t('au.none')}</p>`}</div>
    ${found?.rows.length > 0 && html`<${Rows} rows=${found.rows} />`}${found?.next && html`<p class="acts-row"><button type="button" class="btn" onClick=${() => read(found.next, found.rows)}>${t('older')}</button></p>`}`;
}

mount(html`<${Page} />`);
