// Objections to decisions: somebody who did not decide looks again.
import { Icon, html, useState } from '../../ui.js';
import { dateOf, timeOf } from '../../i18n/speak.js';
import { all, ask } from '../../people/http.js';
import { toast } from '../../toast.js';
import { t, tOr } from '../say.js';
import { mount, useRead } from './desk.js';

function Look({ appeal, done }) {
  const [busy, setBusy] = useState(false);
  const send = async (event) => {
    event.preventDefault();
    const outcome = event.submitter.value;
    const reason = new FormData(event.currentTarget).get('reason').trim();
    if (busy || !reason) return;
    setBusy(true);
    try {
      await ask('POST', `moderation/appeals/${appeal.id}/decide/`, { outcome, reason });
      toast(t(`ap.did.${outcome}`));
      done();
    } catch (refusal) {
      toast(t(refusal.code === 'off_duty' ? 'no.off_duty' : refusal.status === 403 ? 'ap.own' : 'no.broken'));
      setBusy(false);
    }
  };
  return html`<form onSubmit=${send}><div class="f"><label for=${`why-${appeal.id}`}>${t('ap.reason')}</label><input type="text" id=${`why-${appeal.id}`} name="reason" required maxlength="500" autocomplete="off" /></div>
    <p class="acts-row"><button class="btn" value="upheld" disabled=${busy}>${t('ap.upheld')}</button><button class="btn" value="overturned" disabled=${busy}>${t('ap.overturned')}</button></p></form>`;
}

function Appeal({ appeal, done }) {
  const open = appeal.state === 'open';
  return html`<li class="panel appeal" data-appeal=${appeal.id}><h2>${tOr(`action.${appeal.action}`, appeal.action)}</h2>
    <p class="meta">${t('ap.meta', { day: dateOf(appeal.appealed_at ?? appeal.at), time: timeOf(appeal.appealed_at ?? appeal.at), reason: tOr(`reason.${appeal.reason}`, appeal.reason || t(`action.${appeal.action}`)) })}</p>
    <blockquote>${appeal.text}</blockquote>${open ? html`<${Look} appeal=${appeal} done=${done} />` : html`<p class="state"><${Icon} name="check" size="s" /><span>${t(`ap.did.${appeal.state}`)}</span></p>`}</li>`;
}

function Page() {
  const { value, again, view } = useRead(() => all('moderation/appeals/'));
  if (view) return view;
  const sorted = [...value].sort((a, b) => (b.state === 'open') - (a.state === 'open'));
  return html`<p class="lead">${t('ap.lead')}</p>${sorted.length ? html`<ol class="appeals">${sorted.map((appeal) => html`<${Appeal} key=${appeal.id} appeal=${appeal} done=${again} />`)}</ol>` : html`<div class="empty"><b>${t('ap.none')}</b>${t('ap.noneSub')}</div>`}`;
}

mount(html`<${Page} />`);
