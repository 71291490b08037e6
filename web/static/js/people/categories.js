// The kinds of entries that can be shared, in the order people look for them. Pure.

/** Every category of a grant. */
export const CATEGORIES = [
  'sleep', 'mood', 'seizures', 'medication', 'exercise', 'meals', 'meetings', 'journal',
  'health-metrics', 'health-goals', 'health-insights', 'safety',
];

/** What nobody but the house or its owner adds to: it can be seen, never contributed to. */
export const SEEN_ONLY = new Set(['safety', 'health-insights']);

/** The icon of a category. */
export const ICONS = {
  sleep: 'moon', mood: 'sun', seizures: 'zap', medication: 'pill', exercise: 'walk', meals: 'fork', meetings: 'people',
  journal: 'book', 'health-metrics': 'pulse', 'health-goals': 'flag', 'health-insights': 'chart', safety: 'buoy',
};
