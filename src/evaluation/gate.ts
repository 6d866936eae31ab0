import { z } from 'zod';
import { counted } from './counted.js';
import type { SetReport } from './report-json.js';
import { METRICS } from './summary.js';

const thresholdsSchema = z.record(z.string(), z.record(z.string(), z.number()));

/** For each set, the least value of metrics where more is better, and the greatest of the others. */
export type Thresholds = z.infer<typeof thresholdsSchema>;

/** Thrown when the thresholds cannot be read. */
export class ThresholdsError extends Error {}

/** Parses `eval/thresholds.json`. @throws ThresholdsError when it has another form or names an unknown metric. */
export function parseThresholds(text: string, file: string): Thresholds {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ThresholdsError(`${file} is not JSON`);
  }
  const result = thresholdsSchema.safeParse(json);
  if (!result.success)
    throw new ThresholdsError(
      `${file} must be {"set name": {"metric": number}}: ${result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`,
    );
  const known = new Set(METRICS.map(({ name }) => name));
  const unknown = Object.entries(result.data).flatMap(([set, limits]) =>
    Object.keys(limits)
      .filter((name) => !known.has(name))
      .map((name) => `${set}.${name}`),
  );
  if (unknown.length > 0) throw new ThresholdsError(`${file} names no metric with ${unknown.join(', ')}; there are ${[...known].join(', ')}`);
  return result.data;
}

/** Why a run does not pass, a line each; none means that it passes. */
export function gateFaults(sets: SetReport[], thresholds: Thresholds): string[] {
  return sets.flatMap((set) => {
    const limits = thresholds[set.name];
    if (!limits) return [`${set.name}: has no thresholds`];
    const errors = set.outcomes.filter(({ error }) => error !== undefined).length;
    return [
      ...(set.stale.length > 0 ? [`${set.name}: ${counted(set.stale.length, 'question')} with stale gold; see "check"`] : []),
      ...(errors > 0 ? [`${set.name}: ${counted(errors, 'question')} without a reply`] : []),
      ...METRICS.flatMap(({ name, better }) => {
        const limit = limits[name];
        if (limit === undefined) return [];
        const value = set.metrics[name]?.value;
        if (value === undefined) return [`${set.name}: ${name} was not measured`];
        const passes = better === 'higher' ? value >= limit : value <= limit;
        return passes ? [] : [`${set.name}: ${name} is ${value.toFixed(4)}, ${better === 'higher' ? 'below' : 'above'} ${limit}`];
      }),
    ];
  });
}

/** Metrics that new thresholds are made for: none of the times, which depend on the machine. */
const GATED = [
  'success',
  'recall@5',
  'recall@10',
  'ndcg@10',
  'mrr',
  'accuracy',
  'citationPrecision',
  'citationRecall',
  'quoteValidity',
  'falseAnswers',
  'falseRefusals',
  'aurc',
  'ece',
];

/** Thresholds that a run just meets: the worse end of each interval, rounded outwards to two decimals. */
export function thresholdsOf(sets: SetReport[]): Thresholds {
  return Object.fromEntries(
    sets.map(({ name, metrics }) => {
      const limits = METRICS.flatMap((metric) => {
        const interval = metrics[metric.name]?.interval;
        if (!interval || !GATED.includes(metric.name)) return [];
        // A millionth more or less, so that 0.29 * 100 = 28.999999999999996 stays 0.29.
        const limit = metric.better === 'higher' ? Math.floor(interval.low * 100 + 1e-6) : Math.max(0, Math.ceil(interval.high * 100 - 1e-6));
        return [[metric.name, limit / 100] as const];
      });
      return [name, Object.fromEntries(limits)];
    }),
  );
}
