// The village under the day: decoration, in the colours of the hour's theme.
import { html } from '../../ui.js';

const HOUSES = [[52, 108, 1], [104, 102, 1], [158, 100, 0], [214, 104, 1], [268, 112, 0], [322, 112, 1], [378, 106, 0], [436, 102, 0]];

function House([x, y, lit]) {
  return html`<path class="v-house" d=${`M${x} ${y}V${y - 16}l13-11 13 11v16z`} /><path class=${lit ? 'v-lit' : 'v-near'} d=${`M${x + 9} ${y - 5}v-6a4 4 0 0 1 8 0v6z`} />`;
}

/** A village at dusk, some of its windows lit. */
export function Village() {
  return html`<svg class="village" viewBox="0 0 512 132" aria-hidden="true"><defs><linearGradient id="dusk" x1="0" y1="0" x2="0" y2="1"><stop class="v-top" offset="0" /><stop class="v-low" offset=".55" /></linearGradient></defs>
    <path fill="url(#dusk)" d="M0 0H512V132H0Z" /><circle class="v-sun" cx="430" cy="36" r="15" /><path class="v-far" d="M0 74Q110 34 230 62T512 46V132H0Z" /><path class="v-mid" d="M0 96Q150 60 290 86T512 76V132H0Z" />
    ${HOUSES.map(House)}<path class="v-near" d="M0 116Q130 96 270 108T512 100V132H0Z" /></svg>`;
}
