// Bringing along what was noted elsewhere: a file is sent, read by the house, and what became of each line is told.
import { Icon, html, useEffect, useRef, useState } from '../../ui.js';
import { dateOf, timeOf } from '../../i18n/speak.js';
import { csrfWord } from '../../net/api.js';
import { FORMATS, formatOf, patience, underWay, withRun } from '../imports.js';
import { Field, FormError, useForm } from '../form.js';
import { ask, patiently, toSignIn } from '../http.js';
import { Broken, Loading } from '../loading.js';
import { Refusal, refusalOf } from '../refusal.js';
import { t, tOr } from '../say.js';
import { Section } from './section.js';

const LATEST = 5;
const TOLD = 200; // so many faults of a file are told

// The one request that says how far it is: `fetch` cannot.
function sent(request, body, onProgress) {
  return new Promise((done, fail) => {
    request.open('POST', '/api/v1/imports/');
    request.setRequestHeader('Accept', 'application/json');
    request.setRequestHeader('X-CSRFToken', csrfWord());
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
    request.onload = () => {
      let read = null;
      try {
        read = JSON.parse(request.responseText);
      } catch {
        // an error page of a proxy
      }
      if (request.status === 202 && read) done(read);
      else if (request.status === 401) toSignIn();
      else fail(inWords(refusalOf(request.status, read, Number(request.getResponseHeader('Retry-After')) || 0)));
    };
    request.onerror = () => fail(new Refusal(0, { code: 'offline' }));
    request.onabort = () => fail(new Refusal(0, { code: 'im_stopped' }));
    request.send(body);
  });
}

const OWN_WORDS = { 409: 'im_busy', 413: 'im_large' };

function inWords(refusal) {
  if (OWN_WORDS[refusal.status]) refusal.code = OWN_WORDS[refusal.status];
  return refusal;
}

/** A file to bring along, what became of the latest, and one's days as a file. */
export function Bring() {
  const [runs, setRuns] = useState(null);
  const [refusal, setRefusal] = useState(null);
  const load = () => {
    setRefusal(null);
    ask('GET', `imports/?limit=${LATEST}`).then(({ results }) => setRuns(results), setRefusal);
  };
  useEffect(load, []);
  useWatch(runs, (run) => setRuns((before) => withRun(before, run)));
  const begun = (run) => setRuns((before) => withRun(before ?? [], run));
  return html`<${Section} id="bring" title=${t('im.title')} sub=${t('im.sub')}><${Send} onBegun=${begun} />
    ${refusal ? html`<${Broken} refusal=${refusal} again=${load} />` : !runs ? html`<${Loading} />` : runs.length > 0 && html`<h3>${t('im.latest')}</h3><ol class="lines-l imports" aria-live="polite">${runs.map((run, n) => html`<${Run} key=${run.id} run=${run} open=${n === 0} />`)}</ol>`}
    <h3>${t('im.take')}</h3><p class="meta">${t('im.takeSub')}</p><p class="acts-row"><a class="btn" href="/api/v1/export/?as=csv" download><${Icon} name="down" size="s" />CSV</a><a class="btn" href="/api/v1/export/?as=json" download><${Icon} name="down" size="s" />JSON</a></p><//>`;
}

// Ask what became of those under way, until each has ended.
function useWatch(runs, onRun) {
  const times = useRef(0);
  const open = (runs ?? []).filter(underWay);
  useEffect(() => {
    if (!open.length) {
      times.current = 0;
      return undefined;
    }
    const timer = setTimeout(() => {
      times.current += 1;
      Promise.all(open.map(({ id }) => patiently(`imports/${id}/`).then(onRun, () => onRun({ ...open.find((one) => one.id === id) }))));
    }, patience(times.current));
    return () => clearTimeout(timer);
  }, [runs]);
}

function Send({ onBegun }) {
  const [part, setPart] = useState(null); // how much was sent, 0 to 1
  const [checked, setChecked] = useState(false);
  const request = useRef(null);
  const form = useForm(async ({ file, format, dry_run: dry }) => {
    const body = new FormData();
    body.append('format', format); // before the file: the house reads one after the other
    body.append('dry_run', dry);
    body.append('file', file);
    request.current = new XMLHttpRequest();
    setPart(0);
    try {
      onBegun(await sent(request.current, body, setPart));
      setChecked(dry === 'true');
    } finally {
      setPart(null);
    }
  });
  const guess = ({ currentTarget: { files, form: whole } }) => {
    const found = files[0] && formatOf(files[0].name);
    if (found) whole.elements.format.value = found;
    setChecked(false);
    form.clear();
  };
  const busy = part !== null;
  return html`<form class="form" onSubmit=${form.onSubmit} novalidate>
    <${Field} of=${form} name="file" type="file" label=${t('im.file')} hint=${t('im.fileHint')} accept=".csv,.tsv,.txt,.xml,.zip" onChange=${guess} disabled=${busy} required />
    <${Field} of=${form} name="format" label=${t('im.format')} disabled=${busy}>${FORMATS.map((one) => html`<option key=${one} value=${one}>${t(`im.format.${one}`)}</option>`)}<//>
    <${FormError} of=${form} />
    ${busy && html`<p class="meter"><progress aria-label=${t('im.sending')} max="1" value=${part}></progress><span class="num">${Math.floor(part * 100)} %</span><button type="button" class="btn dense" onClick=${() => request.current.abort()}>${t('cancel')}</button></p>`}
    <p class="sr" role="status">${busy ? t('im.sending') : ''}</p>
    <p class="acts-row"><button class="btn" name="dry_run" value="true" disabled=${busy}>${t('im.check')}</button><button class="btn" name="dry_run" value="false" disabled=${busy}>${t('im.bring')}</button></p>
    <p class="meta">${t(checked ? 'im.checked' : 'im.checkHint')}</p></form>`;
}

function said({ status, dry_run: dry, added, skipped, refused }) {
  if (status === 'queued') return t('im.queued');
  const counts = [t(dry ? 'im.wouldAdd' : 'im.added', { count: added }), skipped > 0 && t('im.skipped', { count: skipped }), refused > 0 && t('im.refused', { count: refused })].filter(Boolean).join(', ');
  if (status === 'running') return counts;
  return status === 'failed' ? t('im.failed', { counts }) : `${counts}.`;
}

function Run({ run, open }) {
  const { id, format, category, dry_run: dry, status, progress, errors, created_at: at } = run;
  const name = [t(`im.format.${format}`), category && t(`cat.${category}`), dry && t('im.trial')].filter(Boolean).join(', ');
  return html`<li data-import=${format} data-status=${status}><div class="grow"><b>${name}</b><span class="meta">${dateOf(at)}, ${timeOf(at)}</span>
    ${underWay(run) && html`<p class="meter"><progress aria-label=${t('im.reading', { name })} max="1" value=${progress}></progress><span class="num">${Math.floor(progress * 100)} %</span></p>`}
    <p class=${status === 'failed' ? 'state bad' : ''}>${status === 'failed' && html`<${Icon} name="warn" size="s" />`}<span>${said(run)}</span></p>
    ${errors.length > 0 && html`<details class="more-d" open=${open}><summary>${t('im.faults')}<span class="sr">: ${name}</span></summary><${Faults} id=${id} errors=${errors} />${run.refused > errors.length && html`<p class="meta">${t('im.more', { count: TOLD })}</p>`}</details>`}</div></li>`;
}

function Faults({ errors }) {
  return html`<div class="scroll-x" tabindex="0" role="region" aria-label=${t('im.faults')}><table class="plain-t"><thead><tr><th scope="col">${t('im.line')}</th><th scope="col">${t('im.field')}</th><th scope="col">${t('im.why')}</th></tr></thead>
    <tbody>${errors.map(({ line, field, code }, n) => html`<tr key=${n}><th scope="row" class="num">${line ?? t('im.whole')}</th><td>${field ? tOr(`d.f.${field}`, field).replace(/ \((optional|opcional)\)/, '') : ''}</td><td>${tOr(`im.code.${code}`, tOr(`err.${code}`, code))}</td></tr>`)}</tbody></table></div>`;
}
