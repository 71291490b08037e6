// Settings: what the house knows of one, who may use it, and how to take it away.
import { html } from '../ui.js';
import { mount } from './mount.js';
import { t } from './say.js';
import { Again } from './settings/again.js';
import { Bring } from './settings/bring.js';
import { End, Held } from './settings/data.js';
import { Elsewhere } from './settings/elsewhere.js';
import { Email, Password, SecondFactor, SignIns } from './settings/entry.js';
import { Notices } from './settings/notices.js';
import { Profile } from './settings/profile.js';
import { Safety } from './settings/safety.js';

const PARTS = [['profile', 'profile'], ['email', 'email'], ['password', 'password'], ['factor', 'factor'], ['sign-ins', 'signIns'], ['notices', 'notices'], ['safety', 'safety'], ['bring', 'im.title'], ['data', 'yourData'], ['end', 'endTitle']];

function Page() {
  return html`<div class="set"><div class="greet"><h1>${t('settings')}</h1><p class="meta">${t('settingsLead')}</p></div>
    <nav class="toc" aria-label=${t('settingsParts')}>${PARTS.map(([id, word]) => html`<a key=${id} href=${`#${id}`}>${t(word)}</a>`)}</nav>
    <div><${Profile} /><${Email} /><${Password} /><${SecondFactor} /><${Elsewhere} /><${SignIns} /><${Notices} /><${Safety} /><${Bring} /><${Held} /><${End} /></div><${Again} /></div>`;
}

mount(html`<${Page} />`);
