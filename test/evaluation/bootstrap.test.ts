import { describe, expect, it } from 'vitest';
import { bootstrapInterval, pairedDifference, randomNumbers } from '../../src/evaluation/bootstrap.js';
import { mean } from '../../src/evaluation/metrics.js';

const coin = (heads: number, tails: number) => [...Array<number>(heads).fill(1), ...Array<number>(tails).fill(0)];

describe('the bootstrap interval', () => {
  it('is the same each time', () => {
    expect(bootstrapInterval(coin(30, 20), mean)).toEqual(bootstrapInterval(coin(30, 20), mean));
  });

  it('holds the value and comes near the textbook interval', () => {
    // 50 tosses, share 0.6: standard error sqrt(0.6 * 0.4 / 50) = 0.0693, so 0.6 +- 0.136.
    const interval = bootstrapInterval(coin(30, 20), mean);
    expect(interval?.low).toBeGreaterThan(0.44);
    expect(interval?.low).toBeLessThan(0.49);
    expect(interval?.high).toBeGreaterThan(0.71);
    expect(interval?.high).toBeLessThan(0.76);
  });

  it('narrows with more questions and closes where all agree', () => {
    const width = (items: number[]) => {
      const interval = bootstrapInterval(items, mean);
      return (interval?.high ?? 0) - (interval?.low ?? 0);
    };
    expect(width(coin(300, 200))).toBeLessThan(width(coin(30, 20)) / 2);
    expect(bootstrapInterval(coin(9, 0), mean)).toEqual({ low: 1, high: 1 });
  });

  it('says nothing about a single question', () => {
    expect(bootstrapInterval([1], mean)).toBeNull();
  });
});

describe('the paired difference', () => {
  it('is after minus before, with an interval that leaves out 0 for a clear change', () => {
    const pairs = Array.from({ length: 40 }, (_, i) => [0, i < 20 ? 1 : 0] as const);
    const change = pairedDifference(pairs, mean);
    expect(change).toMatchObject({ before: 0, after: 0.5, difference: 0.5 });
    expect(change?.low).toBeGreaterThan(0.3);
  });

  it('is narrower than the two intervals apart, because a question is drawn together with itself', () => {
    const random = randomNumbers(1);
    const before = Array.from({ length: 100 }, () => Number(random() < 0.5));
    expect(
      pairedDifference(
        before.map((x) => [x, x] as const),
        mean,
      ),
    ).toEqual({ before: mean(before), after: mean(before), difference: 0, low: 0, high: 0 });
  });
});

describe('the random numbers', () => {
  it('lie in [0, 1), depend on the seed alone and are spread evenly', () => {
    const [a, b] = [randomNumbers(1), randomNumbers(1)];
    const drawn = Array.from({ length: 10_000 }, a);
    expect(drawn).toEqual(Array.from({ length: 10_000 }, b));
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...drawn)).toBeLessThan(1);
    expect(mean(drawn)).toBeCloseTo(0.5, 1);
  });
});
