// Whom one named: their order, how much each is told, adding, changing and taking out.
import { Icon, html, useState } from '../../../ui.js';
import { toast } from '../../../toast.js';
import { Confirm, Dialog } from '../../dialog.js';
import { Field, FormError, useForm } from '../../form.js';
import { ask } from '../../http.js';
import { t } from '../../say.js';
import { DETAILS, WAYS, asked, movedUp, whereOf } from './model.js';

/** The list, and what is done to it. `onChange(contacts)` when it is another one. */
export function Contacts({ contacts, members, onChange }) {
  const [editing, edit] = useState(null); // a contact, or {} for a new one
  const [leaving, leave] = useState(null);
  const [failed, fail] = useState(false);
  const kept = (one) => onChange(contacts.some(({ id }) => id === one.id) ? contacts.map((known) => (known.id === one.id ? one : known)) : [...contacts, one]);
  const up = async ({ id, place }) => {
    fail(false);
    await ask('PATCH', `safety/contacts/${id}/`, { place: place - 1 }).then(() => onChange(movedUp(contacts, id)), () => fail(true));
  };
  const remove = async () => {
    await ask('DELETE', `safety/contacts/${leaving.id}/`);
    onChange(contacts.filter(({ id }) => id !== leaving.id).map((one, at) => ({ ...one, place: at + 1 })));
    toast(t('sf.gone', { name: leaving.name }));
  };
  return html`${contacts.length > 0
    ? html`<ol class="lines-l">${contacts.map((one, at) => html`<${Line} key=${one.id} contact=${one} first=${at === 0} members=${members} onUp=${() => up(one)} onEdit=${() => edit(one)} onRemove=${() => leave(one)} />`)}</ol>`
    : html`<p class="meta">${t('sf.nobody')}</p>`}
    ${failed && html`<p class="state bad" role="alert">${t('err.broken')}</p>`}
    <p class="row-b"><button type="button" class="btn" onClick=${() => edit({})}><${Icon} name="plus" size="s" />${t('sf.add')}</button></p>
    ${editing && html`<${Edit} contact=${editing} members=${members} onKept=${kept} onClose=${() => edit(null)} />`}
    ${leaving && html`<${Confirm} title=${t('sf.removeTitle', { name: leaving.name })} text=${t('sf.removeText')} button=${t('remove')} run=${remove} onClose=${() => leave(null)} />`}`;
}

function Line({ contact, first, members, onUp, onEdit, onRemove }) {
  const { name, channel, detail, by_moderator: moderator, reached, declined } = contact;
  return html`<li><span class="grow"><b>${name}</b><span class="meta">${t(`sf.way.${channel}`)}: ${whereOf(contact, members, t('sf.left'))}</span>
      <span class="meta">${t(`sf.detail.${detail}`)}${moderator && ` · ${t('sf.moderatorToo')}`}</span>
      ${!reached && html`<span class="state bad"><${Icon} name="warn" size="s" /><span>${t(`sf.notReached.${declined ? 'declined' : channel}`)}</span></span>`}</span>
    <span class="acts-row">${!first && html`<button type="button" class="btn quiet dense" onClick=${onUp}><${Icon} name="up" size="s" />${t('sf.earlier')}<span class="sr">: ${name}</span></button>`}
    <button type="button" class="btn quiet dense" onClick=${onEdit}>${t('sf.change')}<span class="sr">: ${name}</span></button>
    <button type="button" class="btn quiet dense" onClick=${onRemove}>${t('remove')}<span class="sr">: ${name}</span></button></span></li>`;
}

function Edit({ contact, members, onKept, onClose }) {
  const [way, setWay] = useState(contact.channel ?? 'email');
  const form = useForm(async (values) => {
    const body = asked(values);
    onKept(contact.id ? await ask('PATCH', `safety/contacts/${contact.id}/`, body) : await ask('POST', 'safety/contacts/', body));
    toast(t('saved'));
    onClose();
  });
  const ways = WAYS.filter((one) => one !== 'member' || members.length > 0 || contact.channel === 'member');
  return html`<${Dialog} title=${contact.id ? t('sf.changeTitle', { name: contact.name }) : t('sf.add')} onClose=${onClose}>${(heading) => html`<form class="form" onSubmit=${form.onSubmit} novalidate>
    ${heading}<${Field} of=${form} id="sf-name" name="name" label=${t('sf.name')} hint=${t('sf.nameHint')} maxlength="80" required autocomplete="off" value=${contact.name ?? ''} />
    <${Field} of=${form} id="sf-channel" name="channel" label=${t('sf.way')} onChange=${(event) => setWay(event.currentTarget.value)}>${ways.map((one) => html`<option key=${one} value=${one} selected=${one === way}>${t(`sf.way.${one}`)}</option>`)}<//>
    <${Where} key=${way} form=${form} way=${way} members=${members} address=${contact.channel === way ? contact.address : ''} />
    <fieldset class="fieldset"><legend>${t('sf.detail')}</legend>${DETAILS.map((one) => html`<label key=${one} class="check"><input type="radio" name="detail" value=${one} defaultChecked=${one === (contact.detail ?? 'check_in')} /><span>${t(`sf.detail.${one}`)}<small>${t(`sf.detail.${one}.sub`)}</small></span></label>`)}</fieldset>
    <label class="check"><input type="checkbox" name="by_moderator" defaultChecked=${contact.by_moderator ?? false} /><span>${t('sf.moderator')}<small>${t('sf.moderatorHint')}</small></span></label>
    <${FormError} of=${form} />
    <p class="two"><button type="button" class="btn" onClick=${onClose}>${t('cancel')}</button><button class="btn lamp" disabled=${form.busy}>${t('save')}</button></p></form>`}<//>`;
}

function Where({ form, way, members, address }) {
  if (way === 'member') {
    return html`<${Field} of=${form} id="sf-address" name="address" label=${t('sf.who')} hint=${t('sf.whoHint')}>${members.map((one) => html`<option key=${one.id} value=${one.id} selected=${one.id === address}>${one.name} · ${one.circle}</option>`)}<//>`;
  }
  const kind = way === 'sms' ? { type: 'tel', label: t('sf.number'), hint: t('sf.numberHint') } : { type: 'email', label: t('email'), hint: t('sf.emailHint') };
  return html`<${Field} of=${form} id="sf-address" name="address" ...${kind} maxlength="254" required autocomplete="off" value=${address} />`;
}
