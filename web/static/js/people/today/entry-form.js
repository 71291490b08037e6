// The form of one entry: new, waiting on this device, or stored. A change made elsewhere meanwhile is never overwritten unseen.
import { Icon, html, useEffect, useState } from '../../ui.js';
import { timeOf } from '../../i18n/speak.js';
import { Dialog } from '../dialog.js';
import { Field, FormError, useForm } from '../form.js';
import { Broken, Loading } from '../loading.js';
import { Refusal } from '../refusal.js';
import { t, tOr } from '../say.js';
import { inWords } from './entries.js';
import { keepUnit, unitFor } from '../units.js';
import { KINDS, asRead, begun, changes, localOf, read } from './kinds.js';
import * as state from './state.js';

const label = (kind, { name }) => (tOr(`d.f.${kind}.${name}`, '') ? state.tw(`d.f.${kind}.${name}`) : state.tw(`d.f.${name}`));

function Control({ form, kind, field, value, first }) {
  const shared = { of: form, name: field.name, label: label(kind, field), hint: tOr(`d.h.${field.name}`, ''), required: field.required, autofocus: first };
  if (field.type === 'moment') return html`<${Field} ...${shared} type="datetime-local" value=${localOf(value)} />`;
  if (field.type === 'prose') return html`<${Field} ...${shared} as="textarea" rows="3" value=${value ?? ''} />`;
  if (field.type === 'words') return html`<${Field} ...${shared} value=${(value ?? []).join(', ')} autocomplete="off" />`;
  if (field.type === 'number') return html`<${Field} ...${shared} type="number" min=${field.min} max=${field.max} step=${field.step === 0.1 ? 0.1 : 'any'} inputmode="decimal" value=${value ?? ''} />`;
  if (field.type === 'choice') {
    const now = String(value ?? '');
    return html`<${Field} ...${shared}>${!field.required && html`<option value="" selected=${!now}>${t('d.notSaid')}</option>`}
      ${field.options.map((one) => html`<option key=${one} value=${one} selected=${now === one}>${tOr(`d.o.${field.name}.${one}`, one)}</option>`)}<//>`;
  }
  return html`<${Field} ...${shared} value=${value ?? ''} maxlength="200" autocomplete="off" />`;
}

// Where an entry was changed elsewhere: how it stands there, and whose words are to count.
function Theirs({ item, onTake }) {
  const { title, lines } = inWords(item);
  return html`<div class="theirs" role="alert"><p><${Icon} name="warn" size="s" /><b>${t('d.changedElsewhere')}</b></p><p>${[title, item.kind === 'sleep' ? t('d.fromTo', { from: timeOf(item.entry.start), to: timeOf(item.entry.end) }) : timeOf(item.entry[KINDS[item.kind].when]), ...lines].join(', ')}</p>
    <p class="meta">${t('d.changedSub')}</p><button type="button" class="btn dense" onClick=${onTake}>${t('d.takeTheirs')}</button></div>`;
}

function Body({ kind, item, base, etag, heading, onClose }) {
  const [theirs, setTheirs] = useState(null);
  const form = useForm(async (values) => {
    const said = read(kind, values, base);
    if (said.unit) keepUnit(KINDS[kind].fixed.metric_type, said.unit);
    if (!item) state.log(kind, said);
    else if (item.queued) state.queue.edit(item.queued, changes(said, base));
    else if (!await changed(changes(said, base))) return;
    onClose();
  });
  const changed = async (patch) => {
    try {
      if (Object.keys(patch).length) await state.change(item, patch, theirs?.etag ?? etag);
      return true;
    } catch (refusal) {
      if (!(refusal instanceof Refusal) || refusal.status !== 412) throw refusal;
      setTheirs(await state.readEntry(item));
      return false;
    }
  };
  const gone = useForm(async () => {
    if (item.queued) state.queue.take(item.queued);
    else await state.remove(item, theirs?.etag ?? etag).catch(async (refusal) => {
      if (!(refusal instanceof Refusal) || refusal.status !== 412) throw refusal;
      setTheirs(await state.readEntry(item));
      throw refusal;
    });
    onClose();
  });
  const take = async () => {
    await state.load();
    onClose();
  };
  // The time is right most often: what it was comes first under the thumb.
  const asked = KINDS[kind].fields.find(({ type, required }) => required && type !== 'moment');
  return html`<form id="entry" onSubmit=${form.onSubmit} novalidate>${heading}
    ${theirs && html`<${Theirs} item=${{ ...item, entry: theirs.entry }} onTake=${take} />`}
    <div class="form">${KINDS[kind].fields.map((field) => html`<${Control} key=${field.name} form=${form} kind=${kind} field=${field} value=${base[field.name]} first=${field === asked} />`)}</div>
    <${FormError} of=${form} /></form>
    ${item && html`<form class="remove" onSubmit=${gone.onSubmit}><${FormError} of=${gone} /><button class="btn quiet" disabled=${gone.busy}><${Icon} name="bin" size="s" />${t('d.remove')}</button></form>`}
    <p class="two"><button type="button" class="btn" onClick=${onClose}>${t('cancel')}</button><button form="entry" class="btn lamp" disabled=${form.busy}>${t(theirs ? 'd.keepMine' : 'save')}</button></p>`;
}

/** The dialog of one entry: `of` is {kind, at} for a new one, {kind, item} for one that is there. */
export function EntryForm({ of: { kind, item, at }, onClose }) {
  const known = item && !item.queued;
  const [read_, setRead] = useState(known ? null : { entry: item ? item.entry : begun(kind, { at, known: state.known, items: [] }) });
  const [refusal, setRefusal] = useState(null);
  const fetch_ = () => {
    setRefusal(null);
    state.readEntry(item).then(setRead, setRefusal);
  };
  useEffect(() => {
    if (known) fetch_();
  }, []);
  return html`<${Dialog} title=${state.own ? t(`d.form.${kind}`) : t('d.formFor', { name: state.ownerName.value, form: t(`d.form.${kind}`) })} onClose=${onClose}>${(heading) => {
    if (refusal) return html`<div>${heading}<${Broken} refusal=${refusal} again=${fetch_} /><p class="two"><button type="button" class="btn" onClick=${onClose}>${t('close')}</button></p></div>`;
    if (!read_) return html`<div>${heading}<${Loading} /></div>`;
    return html`<${Body} kind=${kind} item=${item} base=${asRead(kind, read_.entry, unitFor(KINDS[kind].fixed?.metric_type))} etag=${read_.etag} heading=${heading} onClose=${onClose} />`;
  }}<//>`;
}
