// What a person tells about themselves. All of it may stay empty.
import { localeOf } from '../../i18n/locale.js';
import { html } from '../../ui.js';
import { toast } from '../../toast.js';
import { Field, FormError, useForm } from '../form.js';
import { ask } from '../http.js';
import { useLoaded } from '../loading.js';
import { t } from '../say.js';
import { Section } from './section.js';

const LOCALES = [['en', 'English'], ['es', 'Español']];
const zones = () => Intl.supportedValuesOf?.('timeZone') ?? [];

/** Birth year, gender, work, language, time zone and medical history. */
export function Profile() {
  const { value: account, view, set } = useLoaded(() => ask('GET', 'users/me/'));
  return html`<${Section} id="profile" title=${t('profile')} sub=${t('profileSub')}>${view ?? html`<${Form} account=${account} onSaved=${set} />`}<//>`;
}

function Form({ account, onSaved }) {
  const { profile } = account;
  const [language] = profile.locale.split('-');
  const form = useForm(async (values) => {
    const told = Object.fromEntries(['gender', 'occupation', 'medical_history'].map((name) => [name, values[name].trim() || null]));
    const birth = values.birth_year ? Number(values.birth_year) : null;
    const kept = values.locale === language && profile.locale !== language; // its country is the person's own
    const locale = kept ? profile.locale : localeOf(values.locale, navigator.languages);
    onSaved(await ask('PATCH', 'users/me/', { profile: { ...told, birth_year: birth, locale, time_zone: values.time_zone } }));
    toast(t('saved'));
  });
  const known = zones();
  const listed = known.includes(profile.time_zone) ? known : [profile.time_zone, ...known];
  return html`<form class="form" onSubmit=${form.onSubmit} novalidate>
    <div class="pair"><${Field} of=${form} name="locale" label=${t('language')}>${LOCALES.map(([code, name]) => html`<option key=${code} value=${code} selected=${code === language}>${name}</option>`)}<//>
      <${Field} of=${form} name="time_zone" label=${t('timeZone')}>${listed.map((zone) => html`<option key=${zone} value=${zone} selected=${zone === profile.time_zone}>${zone.replaceAll('_', ' ')}</option>`)}<//></div>
    <div class="pair"><${Field} of=${form} name="birth_year" type="number" inputmode="numeric" min="1900" label=${t('birthYear')} value=${profile.birth_year ?? ''} autocomplete="bday-year" />
      <${Field} of=${form} name="gender" label=${t('gender')} maxlength="32" value=${profile.gender ?? ''} autocomplete="sex" /></div>
    <${Field} of=${form} name="occupation" label=${t('occupation')} maxlength="100" value=${profile.occupation ?? ''} autocomplete="organization-title" />
    <${Field} of=${form} name="medical_history" as="textarea" rows="5" maxlength="20000" label=${t('medical')} hint=${t('medicalHint')} defaultValue=${profile.medical_history ?? ''} />
    <${FormError} of=${form} /><p><button class="btn" disabled=${form.busy}>${t('save')}</button></p></form>`;
}
