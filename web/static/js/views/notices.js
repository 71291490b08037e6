// The dialog that reports a message.
import { html, useEffect, useRef, useState } from '../ui.js';
import { t } from '../i18n.js';
import { report } from '../actions.js';
import * as state from '../store/state.js';

const REASONS = ['harassment', 'danger', 'spam', 'private', 'other'];

/** Report a message: why, and a word of one's own. */
export function ReportDialog() {
  const message = state.reporting.value;
  const dialog = useRef(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (message) dialog.current?.showModal();
  }, [message]);
  if (!message) return null;
  const close = () => {
    state.reporting.value = null;
    document.querySelector(`[data-event="${CSS.escape(message.event_id)}"]`)?.focus();
  };
  const submit = async (event) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    await report(message, form.get('reason'), form.get('note').trim()).then(close, () => {});
    setBusy(false);
  };
  return html`<dialog class="panel dialog" ref=${dialog} aria-labelledby="report-h" onClose=${close}>
    <form onSubmit=${submit}>
      <h2 id="report-h">${t('reportTitle')}</h2>
      <p class="quote"><b>${message.member.name}</b> · ${message.text}</p>
      <fieldset><legend>${t('reportWhy')}</legend>${REASONS.map((reason) => html`<label key=${reason} class="choice"><input type="radio" name="reason" value=${reason} required />${t(reason)}</label>`)}</fieldset>
      <label class="note">${t('reportNote')}<textarea name="note" rows="3" maxlength="1000"></textarea></label>
      <p class="two"><button type="button" class="btn" onClick=${() => dialog.current.close()}>${t('cancel')}</button><button class="btn lamp" disabled=${busy}>${t('reportSend')}</button></p>
    </form></dialog>`;
}
