/** The 95 % interval of a value. */
export interface Interval {
  low: number;
  high: number;
}

/** Resamples drawn; the ends of a 95 % interval then vary by about a twentieth of its width. */
const RESAMPLES = 1000;

/** Fixed, so that the same outcomes give the same interval. */
const SEED = 20260101;

/** Numbers in [0, 1) that depend on the seed alone (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Percentile bootstrap: the middle 95 % of a statistic over samples drawn with replacement.
 *
 * @param statistic Null where a sample does not define it; such samples are left out.
 * @returns null for fewer than two items, or where no sample defines the statistic.
 */
export function bootstrapInterval<T>(items: readonly T[], statistic: (sample: readonly T[]) => number | null, resamples = RESAMPLES): Interval | null {
  if (items.length < 2) return null;
  const random = randomNumbers(SEED);
  const values: number[] = [];
  for (let r = 0; r < resamples; r++) {
    const value = statistic(items.map(() => items[Math.floor(random() * items.length)] as T));
    if (value !== null) values.push(value);
  }
  if (values.length === 0) return null;
  values.sort((a, b) => a - b);
  const at = (share: number) => values[Math.min(values.length - 1, Math.max(0, Math.round(share * (values.length - 1))))] as number;
  return { low: at(0.025), high: at(0.975) };
}

/** How much a statistic changed, with the 95 % interval of the change; each question is drawn together with itself. */
export interface Difference extends Interval {
  before: number;
  after: number;
  difference: number;
}

/** Paired bootstrap of a statistic's change. @param pairs The same question's outcome before and after. */
export function pairedDifference<T>(pairs: readonly (readonly [T, T])[], statistic: (sample: readonly T[]) => number | null): Difference | null {
  const change = (sample: readonly (readonly [T, T])[]) => {
    const before = statistic(sample.map(([old]) => old));
    const after = statistic(sample.map(([, now]) => now));
    return before === null || after === null ? null : { before, after, difference: after - before };
  };
  const whole = change(pairs);
  const interval = whole && bootstrapInterval(pairs, (sample) => change(sample)?.difference ?? null);
  return whole && interval ? { ...whole, ...interval } : null;
}
