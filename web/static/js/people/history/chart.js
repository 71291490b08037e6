// Drawing with uPlot. A chart is decoration beside its table: its colours are the tokens', its gaps are gaps.
import uPlot from '../../../vendor/uplot.js';
import { html, useEffect, useRef, useState } from '../../ui.js';

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';
const MOST_DASHES = 31; // gaps that are marked; among more they would be a line of their own
const LABEL_GAP = 8; // CSS pixels between two labels on a line

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const alpha = (colour, part) => `${colour}${Math.round(255 * part).toString(16).padStart(2, '0')}`; // tokens are #rrggbb
const px = (n) => n * devicePixelRatio;

function text(plot, words, x, y, { align = 'center', bold = false, colour = '--ink' } = {}) {
  const { ctx } = plot;
  ctx.save();
  ctx.font = `${bold ? 600 : 400} ${px(12)}px ${FONT}`;
  ctx.fillStyle = token(colour);
  ctx.textAlign = align;
  ctx.textBaseline = 'middle';
  const half = align === 'center' ? ctx.measureText(words).width / 2 : 0;
  const [left, right] = [plot.bbox.left + half, plot.bbox.left + plot.bbox.width - half];
  ctx.fillText(words, Math.min(Math.max(x, left), Math.max(left, right)), y);
  ctx.restore();
}

function line(plot, points, colour, dash = []) {
  const { ctx } = plot;
  ctx.save();
  ctx.beginPath();
  points.forEach(([x, y], n) => (n ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
  ctx.setLineDash(dash.map(px));
  ctx.strokeStyle = token(colour);
  ctx.lineWidth = px(1.25);
  ctx.stroke();
  ctx.restore();
}

// A dash where nothing is known, so that a gap is seen to be one.
function gaps(plot) {
  const [xs, ys] = plot.data;
  if (xs.length > MOST_DASHES) return;
  xs.forEach((x, n) => { if (ys[n] === null) text(plot, '–', plot.valToPos(x, 'x', true), plot.bbox.top + plot.bbox.height - px(6), { colour: '--ink-2' }); });
}

// Between two measures with days in between: dashes, since what lay there is not known.
function across(plot, { colour }) {
  const [xs, ys] = plot.data;
  const known = xs.filter((_, n) => ys[n] !== null).map((x) => [x, ys[xs.indexOf(x)]]);
  known.slice(1).forEach((one, n) => {
    const before = known[n];
    if (one[0] - before[0] > 1) line(plot, [before, one].map(([x, y]) => [plot.valToPos(x, 'x', true), plot.valToPos(y, 'y', true)]), colour, [2, 5]);
  });
}

function meanLine(plot, value) {
  if (value === null || value === undefined) return;
  const y = plot.valToPos(value, 'y', true);
  line(plot, [[plot.bbox.left, y], [plot.bbox.left + plot.bbox.width, y]], '--ink', [2, 4]);
}

// Words of the journal over the days they were written on; those that would cover another are a stroke alone.
function notes(plot, found) {
  let free = -Infinity;
  for (const [x, words] of found) {
    const at = plot.valToPos(x, 'x', true);
    const top = plot.bbox.top;
    line(plot, [[at, top + px(8)], [at, top + plot.bbox.height]], '--ink-2', [1, 3]);
    plot.ctx.font = `600 ${px(12)}px ${FONT}`;
    const half = plot.ctx.measureText(words).width / 2;
    if (at - half < free) continue;
    text(plot, words, at, top, { bold: true });
    free = at + half + px(LABEL_GAP);
  }
}

function spells(plot, found) {
  const y = plot.bbox.top + plot.bbox.height - px(14);
  let free = -Infinity;
  for (const { x, label, long } of found) {
    const at = plot.valToPos(x, 'x', true);
    const { ctx } = plot;
    line(plot, [[at, y], [at, plot.bbox.top + plot.bbox.height]], '--chart-seizure');
    ctx.save();
    ctx.beginPath();
    ctx.arc(at, y - px(long ? 3 : 0), px(long ? 9 : 6), 0, 2 * Math.PI);
    ctx.lineWidth = px(2.5);
    ctx.strokeStyle = token('--chart-seizure');
    ctx.fillStyle = token(long ? '--chart-seizure' : '--surface');
    ctx.fill();
    ctx.stroke();
    ctx.restore();
    ctx.font = `600 ${px(12)}px ${FONT}`;
    const half = ctx.measureText(label).width / 2;
    if (!label || at - half < free) continue;
    text(plot, label, at, y - px(24), { bold: true });
    free = at + half + px(LABEL_GAP);
  }
}

const AFTER = {
  bars: (plot, spec) => { gaps(plot); meanLine(plot, spec.mean); },
  spread: (plot, spec) => { gaps(plot); notes(plot, spec.notes ?? []); },
  line: across,
  spells: (plot, spec) => spells(plot, spec.spells),
};

function seriesOf({ kind, colour }) {
  const stroke = token(colour);
  const points = { show: true, size: 7, width: 2, stroke, fill: token('--surface') };
  if (kind === 'bars') return [{ fill: stroke, width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [0.64, 44], radius: 0.18 }) }];
  if (kind === 'spread') return [{ stroke, width: 2.5, points, spanGaps: false }, { width: 0, points: { show: false } }, { width: 0, points: { show: false } }];
  if (kind === 'line') return [{ stroke, width: 2.5, points, spanGaps: false }];
  return [{ paths: () => null, points: { show: false } }];
}

function optionsOf(spec, width) {
  const { labels, y, kind } = spec;
  const every = Math.max(1, Math.ceil(labels.length / Math.max(2, Math.floor((width - 40) / 44))));
  const axis = { stroke: token('--ink-2'), font: `12px ${FONT}`, ticks: { show: false } };
  return {
    width, height: spec.height ?? 172, padding: [14, labels.at(-1).length > 2 ? 22 : 8, 0, 0], legend: { show: false }, cursor: { drag: { x: false, y: false }, y: false, points: { show: false } },
    scales: { x: { time: false, range: [-0.6, labels.length - 0.4] }, y: { range: y.range } },
    axes: [
      { ...axis, grid: { show: false }, size: 26, gap: 4, splits: () => labels.map((_, n) => n).filter((n) => (labels.length - 1 - n) % every === 0), values: (_, splits) => splits.map((n) => labels[n] ?? '') },
      { ...axis, show: kind !== 'spells', size: 34, gap: 4, grid: { stroke: token('--line'), width: 1 }, splits: () => y.splits, values: (_, splits) => splits.map(y.say) },
    ],
    series: [{}, ...seriesOf(spec)],
    bands: kind === 'spread' ? [{ series: [3, 2], fill: alpha(token(spec.colour), 0.22) }] : [],
    hooks: { draw: [(plot) => AFTER[kind](plot, spec)] },
  };
}

/** A chart. `spec`: {kind, labels, data, colour, y: {range, splits, say}, …}; `label` tells it to who does not see it. */
export function Chart({ name, spec, label, says }) {
  const host = useRef(null);
  const [at, setAt] = useState(null);
  useEffect(() => {
    const place = host.current;
    let plot = null;
    const draw = () => {
      plot?.destroy();
      const options = optionsOf(spec, place.clientWidth);
      options.hooks.setCursor = [({ cursor: { idx } }) => setAt(idx ?? null)];
      plot = new uPlot(options, spec.data, place);
      place.chart = Object.assign(plot, { noted: spec.notes ?? [] }); // what is drawn, for who asks the page
    };
    draw();
    let wide = place.clientWidth;
    const size = new ResizeObserver(() => {
      if (place.clientWidth === wide || !place.clientWidth) return;
      wide = place.clientWidth;
      draw();
    });
    size.observe(place);
    const theme = new MutationObserver(draw);
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', draw);
    return () => {
      size.disconnect();
      theme.disconnect();
      dark.removeEventListener('change', draw);
      plot.destroy();
    };
  }, [spec]);
  return html`<div class="chart"><div class="plot" data-chart=${name} role="img" aria-label=${label} ref=${host}></div><p class="point num" aria-hidden="true">${at === null ? ' ' : says(at)}</p></div>`;
}
