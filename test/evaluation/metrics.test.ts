import { describe, expect, it } from 'vitest';
import { randomNumbers } from '../../src/evaluation/bootstrap.js';
import {
  areaUnderRiskCoverage,
  calibrationError,
  exactMatch,
  type Judged,
  ndcgAt,
  normalizeSquad,
  percentile,
  recallAt,
  reciprocalRank,
  reliability,
  riskCoverage,
  tokenF1,
} from '../../src/evaluation/metrics.js';

const ranked = ['a', 'b', 'c', 'd'];
const gold = new Set(['b', 'd']);

describe('recall at k', () => {
  it('is the share of what is needed that the first k hold', () => {
    expect(recallAt(1, ranked, gold, 2)).toBe(0);
    expect(recallAt(2, ranked, gold, 2)).toBe(0.5);
    expect(recallAt(4, ranked, gold, 2)).toBe(1);
  });

  it('is full with the first gold where the gold are alternatives', () => {
    expect(recallAt(2, ranked, gold, 1)).toBe(1);
    expect(recallAt(4, ranked, gold, 1)).toBe(1);
  });

  it('never falls as k grows', () => {
    const values = [1, 2, 3, 4, 5].map((k) => recallAt(k, ranked, gold, 2));
    expect([...values].sort()).toEqual(values);
  });
});

describe('the reciprocal rank', () => {
  it('is one over the rank of the first gold, 0 without one', () => {
    expect(reciprocalRank(ranked, gold)).toBe(1 / 2);
    expect(reciprocalRank(ranked, new Set(['z']))).toBe(0);
  });
});

describe('nDCG', () => {
  it('discounts by log2 of rank + 1 and divides by the best order', () => {
    // Found at ranks 2 and 4: 1/log2(3) + 1/log2(5); best: 1/log2(2) + 1/log2(3).
    const expected = (1 / Math.log2(3) + 1 / Math.log2(5)) / (1 + 1 / Math.log2(3));
    expect(
      ndcgAt(
        10,
        ranked,
        new Map([
          ['b', 1],
          ['d', 1],
        ]),
      ),
    ).toBeCloseTo(expected, 12);
    expect(expected).toBeCloseTo(0.6509, 4);
  });

  it('counts grades linearly and gold that was not found', () => {
    // Grade 1 at rank 1, grade 3 never found: 1 / (3 + 1/log2(3)).
    expect(
      ndcgAt(
        10,
        ['a'],
        new Map([
          ['a', 1],
          ['z', 3],
        ]),
      ),
    ).toBeCloseTo(1 / (3 + 1 / Math.log2(3)), 12);
  });

  it('is 1 for the best order, and looks no further than k', () => {
    expect(
      ndcgAt(
        10,
        ['d', 'b', 'x'],
        new Map([
          ['b', 1],
          ['d', 2],
        ]),
      ),
    ).toBe(1);
    expect(ndcgAt(1, ['x', 'b'], new Map([['b', 1]]))).toBe(0);
  });
});

describe('the SQuAD measures', () => {
  it('normalise as the official script does', () => {
    expect(normalizeSquad('The  Duke\nof an "Anjou", a.k.a. Theo-dore!')).toBe('duke of anjou aka theodore');
    expect(normalizeSquad('10th–11th')).toBe('10th–11th');
    expect(normalizeSquad('éa à')).toBe('éa à');
  });

  it('match exactly after normalisation, with any of the golds', () => {
    expect(exactMatch('the Normans.', ['Vikings', 'Normans'])).toBe(1);
    expect(exactMatch('Norman', ['Normans'])).toBe(0);
  });

  it('give the F1 of shared words, each as often as both have it', () => {
    // Prediction 3 words, gold 4, 2 shared: precision 2/3, recall 1/2, F1 4/7.
    expect(tokenF1('early 10th century', ['first 10th century half'])).toBeCloseTo(4 / 7, 12);
    expect(tokenF1('no no no', ['no'])).toBeCloseTo(1 / 2, 12);
    expect(tokenF1('x', ['x y', 'x'])).toBe(1);
  });

  it('take the empty prediction as "no answer": right only where there is none', () => {
    expect([exactMatch('', []), tokenF1('', [])]).toEqual([1, 1]);
    expect([exactMatch('', ['Rollo']), tokenF1('', ['Rollo'])]).toEqual([0, 0]);
    expect([exactMatch('Rollo', []), tokenF1('Rollo', [])]).toEqual([0, 0]);
  });
});

const answer = (confidence: number, correct: boolean): Judged => ({ confidence, correct });

describe('the risk-coverage curve', () => {
  const answers = [answer(0.5, false), answer(0.9, true), answer(0.7, true), answer(0.2, false)];

  it('gives the share wrong among the surest answers, over all questions asked', () => {
    expect(riskCoverage(answers, 5)).toEqual([
      { coverage: 1 / 5, risk: 0, confidence: 0.9 },
      { coverage: 2 / 5, risk: 0, confidence: 0.7 },
      { coverage: 3 / 5, risk: 1 / 3, confidence: 0.5 },
      { coverage: 4 / 5, risk: 1 / 2, confidence: 0.2 },
    ]);
  });

  it('has as its area the mean of those risks', () => {
    expect(areaUnderRiskCoverage(answers)).toBeCloseTo((0 + 0 + 1 / 3 + 1 / 2) / 4, 12);
    expect(areaUnderRiskCoverage([])).toBeNull();
  });

  it('does not depend on the order of equally sure answers', () => {
    const tied = [answer(0.5, true), answer(0.5, false)];
    // Each counts as half wrong: (0.5/1 + 1/2) / 2.
    expect(areaUnderRiskCoverage(tied)).toBe(0.5);
    expect(areaUnderRiskCoverage([...tied].reverse())).toBe(0.5);
    expect(riskCoverage(tied, 2)).toHaveLength(1);
  });

  it('has the smallest area when right answers are surer than wrong ones', () => {
    const random = randomNumbers(7);
    for (let i = 0; i < 50; i++) {
      const some = Array.from({ length: 12 }, () => answer(random(), random() < 0.6));
      const sorted = [...some].sort((a, b) => Number(b.correct) - Number(a.correct)).map(({ correct }, rank) => answer(1 - rank / 12, correct));
      expect(areaUnderRiskCoverage(sorted) as number).toBeLessThanOrEqual((areaUnderRiskCoverage(some) as number) + 1e-12);
    }
  });
});

describe('the calibration error', () => {
  it('is the distance of confidence from share correct, weighted by the bins', () => {
    // Bin 0.9: confidence 0.95, right 1/2, 2 of 3 answers. Bin 0.1: confidence 0.1, right 0, 1 of 3.
    const answers = [answer(0.95, true), answer(0.95, false), answer(0.1, false)];
    expect(calibrationError(answers)).toBeCloseTo((2 / 3) * 0.45 + (1 / 3) * 0.1, 12);
  });

  it('puts a confidence of 1 into the last bin and has none without answers', () => {
    expect(reliability([answer(1, true)]).at(-1)).toEqual({ from: 0.9, to: 1, count: 1, confidence: 1, accuracy: 1 });
    expect(calibrationError([answer(1, true)])).toBe(0);
    expect(calibrationError([])).toBeNull();
  });
});

describe('a percentile', () => {
  it('is the nearest rank', () => {
    const times = [40, 10, 30, 20];
    expect(percentile(times, 0.5)).toBe(20);
    expect(percentile(times, 0.95)).toBe(40);
    expect(percentile([5], 0.5)).toBe(5);
    expect(percentile([], 0.5)).toBeNull();
  });
});
