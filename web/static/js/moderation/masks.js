// What stays covered in a text that was revealed, and what is marked in it. Pure. Places are code points, as the
// server counts them.

// Words for means, by their stems: read often enough, they wear on whoever reads. Each can be lifted once.
const MEANS = [
  'hang(?:ed|ing)?', 'hung', 'noose', 'rope', 'overdos\\w*', 'pills?', 'tablets?', 'poison\\w*', 'gun', 'pistol', 'rifle', 'shoot(?:ing)?', 'shot', 'bullets?', 'knife', 'knives',
  'blades?', 'razors?', 'cut(?:s|ting)?', 'slit', 'stab\\w*', 'bridge', 'rooftop', 'roof', 'train tracks?', 'jump(?:ed|ing)?', 'drown\\w*', 'bleach', 'charcoal', 'gas', 'paracetamol', 'tylenol', 'insulin',
  'ahorc\\w*', 'colgar(?:me|se)?', 'soga', 'cuerda', 'sobredosis', 'pastillas', 'veneno', 'pistola', 'disparar\\w*', 'cuchill\\w*', 'navaja', 'cortar(?:me|se)?', 'puente', 'azotea', 'tirar(?:me|se)', 'ahogar(?:me|se)', 'lej[ií]a',
  'pendre', 'corde', 'pilules', 'comprim[eé]s', 'couteau', 'lame', 'pont', 'noyer', 'erh[aä]ng\\w*', 'strick', 'tabletten', 'messer', 'klinge', 'br[uü]cke', 'ertr[aä]nk\\w*', 'enforcar', 'comprimidos', 'faca', 'ponte', 'afogar', 'goli(?:yan)?', 'zeher', 'rassi', 'fansi', 'phansi',
];
const WORDS = new RegExp(`(?<![\\p{L}\\p{N}])(?:${MEANS.join('|')})(?![\\p{L}\\p{N}])`, 'giu');

/** The places of words for means in a text: [[start, end]]. */
export function means(text) {
  const places = [];
  for (const { 0: word, index } of text.matchAll(WORDS)) {
    const start = [...text.slice(0, index)].length;
    places.push([start, start + [...word].length]);
  }
  return places;
}

/**
 * A text in parts as it is shown: [{text, mark, mask, n}]. `spans` are the flagged places, `masked` those to be
 * covered, `lifted` the numbers of covers taken away. A covered part carries no text.
 */
export function parts(text, spans, masked, lifted = new Set()) {
  const letters = [...text];
  const edges = new Set([0, letters.length]);
  const inside = ([start, end]) => [Math.max(0, start), Math.min(letters.length, end)];
  for (const place of [...spans, ...masked]) for (const edge of inside(place)) edges.add(edge);
  const cuts = [...edges].sort((a, b) => a - b);
  const holds = (places, at) => places.findIndex((place) => inside(place)[0] <= at && at < inside(place)[1]);
  const out = [];
  for (let n = 0; n + 1 < cuts.length; n += 1) {
    const cover = holds(masked, cuts[n]);
    const mask = cover >= 0 && !lifted.has(cover);
    const mark = holds(spans, cuts[n]) >= 0;
    const last = out.at(-1);
    if (mask && last?.mask && last.n === cover) continue; // one cover, though a mark begins or ends within it
    out.push({ text: mask ? null : letters.slice(cuts[n], cuts[n + 1]).join(''), mark, mask, n: mask ? cover : null });
  }
  return out;
}

/** How many words a text has, for who has not revealed it. */
export const wordCount = (text) => text.trim().split(/\s+/u).filter(Boolean).length;
