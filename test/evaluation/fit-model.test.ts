import { describe, expect, it } from 'vitest';
import { fitLogistic, fitRanking } from '../../src/evaluation/fit-model.js';

describe('fitRanking', () => {
  it('gives weight to the feature that tells the right sentence, and the sign it has', () => {
    const examples = Array.from({ length: 30 }, (_, i) => ({
      features: [
        [1, i % 3, 0],
        [0, i % 3, 1],
        [0, i % 2, 0.5],
      ],
      right: [true, false, false],
      weight: 1,
    }));
    const [tells = 0, , misleads = 0] = fitRanking(examples);
    expect(tells).toBeGreaterThan(1);
    expect(misleads).toBeLessThan(0);
  });

  it('learns nothing from questions without a right sentence', () => {
    expect([...fitRanking([{ features: [[1], [0]], right: [false, false], weight: 1 }])]).toEqual([]);
  });
});

describe('fitLogistic', () => {
  it('gives weights for the features as they are, whatever their scale', () => {
    const features = Array.from({ length: 200 }, (_, i) => [1000 + 10 * i, 1]);
    const labels = features.map(([x = 0]) => x > 2000);
    const [weight = 0, bias = 0] = fitLogistic(features, labels, { l2: 1e-4, steps: 3000 });
    const probability = (x: number) => 1 / (1 + Math.exp(-(weight * x + bias)));
    expect(probability(1200)).toBeLessThan(0.05);
    expect(probability(2800)).toBeGreaterThan(0.95);
    expect(Math.abs(-bias / weight - 2000)).toBeLessThan(60);
  });
});
