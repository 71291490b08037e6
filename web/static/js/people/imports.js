// Files that are brought along: what they are by their names, and how often to ask what became of them. Pure.

export const FORMATS = ['apple_health', 'daylio', 'csv', 'hearth'];

/** What a file most likely is, by its name; null where it does not say. */
export function formatOf(name) {
  const said = name.toLowerCase();
  if (/hearth.*\.zip$/.test(said)) return 'hearth';
  if (/\.(xml|zip)$/.test(said)) return 'apple_health';
  if (/daylio/.test(said)) return 'daylio';
  return /\.(csv|tsv|txt)$/.test(said) ? 'csv' : null;
}

/** Whether an import is still to be asked for. */
export const underWay = ({ status }) => status === 'queued' || status === 'running';

/** Milliseconds until an import is asked for again, after so many times: soon at first, a large file is read for minutes. */
export const patience = (times) => Math.min(500 * 1.5 ** times, 5000);

/** `runs` (newest first) with one in its place, or before all others. */
export function withRun(runs, run) {
  return runs.some(({ id }) => id === run.id) ? runs.map((one) => (one.id === run.id ? run : one)) : [run, ...runs];
}
