import { describe, expect, it } from 'vitest';
import { judgeReply } from '../../src/evaluation/judge.js';
import { curvesOf, estimate, estimateByCategory, latencyHistogram } from '../../src/evaluation/summary.js';
import { cite, documents, FOUNDING, question, refusal, reply, right, unanswerable, wrong } from './fixtures.js';

const refused = judgeReply(unanswerable({ id: 'u1' }), [], documents, refusal(), reply({ confidence: 0.1 }), 20);
const fooled = judgeReply(unanswerable({ id: 'u2' }), [], documents, reply({ confidence: 0.6 }), null, 40);
const outcomes = [right('a'), wrong('b'), refused, fooled];

describe('the figures of a run', () => {
  const metrics = estimate(outcomes);

  it('are means over the questions that count in each', () => {
    expect(metrics.success).toMatchObject({ value: 2 / 4, n: 4 });
    expect(metrics.accuracy).toMatchObject({ value: 1 / 2, n: 2 });
    expect(metrics.falseAnswers).toMatchObject({ value: 1 / 2, n: 2 });
    expect(metrics.falseRefusals).toMatchObject({ value: 0, n: 2 });
    expect(metrics['recall@1']).toMatchObject({ value: 0, n: 2 });
    expect(metrics.latencyP50).toMatchObject({ value: 20, n: 4 });
    expect(metrics).not.toHaveProperty('exactMatch');
  });

  it('hold an interval around the value', () => {
    for (const { value, interval } of Object.values(metrics)) {
      expect(interval?.low).toBeLessThanOrEqual(value);
      expect(interval?.high).toBeGreaterThanOrEqual(value);
    }
  });

  it('count citations, not questions, for their precision', () => {
    const three = judgeReply(question(), [FOUNDING], documents, reply({ citations: [cite('The library', 2), cite('Vilnius', 3), cite('river', 3)] }), null, 5);
    expect(estimate([right('a'), three]).citationPrecision).toMatchObject({ value: 2 / 4, n: 2 });
    expect(estimate([right('a'), fooled]).citationPrecision).toMatchObject({ value: 1, n: 1 });
  });

  it('rank all answers by confidence for the risk, those refused by the threshold included', () => {
    // Surest first: right and wrong at 0.9 together, then 0.6 wrong, then 0.1 wrong.
    expect(metrics.aurc?.value).toBeCloseTo((0.5 + 1 / 2 + 2 / 3 + 3 / 4) / 4, 12);
  });

  it('are broken down by category', () => {
    const byCategory = estimateByCategory(outcomes);
    expect(Object.keys(byCategory)).toEqual(['date', 'unanswerable_near']);
    expect(byCategory.date).toMatchObject({ questions: 2, metrics: { accuracy: { value: 0.5 } } });
  });
});

describe('the plots', () => {
  const curves = curvesOf(outcomes);

  it('show recall at k = 1 to 10, agreeing with the metric', () => {
    expect(curves.recallByK).toEqual([0, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
  });

  it('show where the threshold puts the system on the risk-coverage curve', () => {
    expect(curves.operatingPoint).toEqual({ coverage: 3 / 4, risk: 2 / 3 });
    expect(curves.riskCoverage.find(({ confidence }) => confidence === 0.6)).toEqual({ coverage: 3 / 4, risk: 2 / 3, confidence: 0.6 });
  });

  it('show the times in bins of a round width that hold every reply', () => {
    const bins = latencyHistogram([3, 12, 47, 100]);
    expect(bins[0]).toEqual({ from: 0, to: 5, count: 1 });
    expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(4);
    expect(latencyHistogram([])).toEqual([]);
  });
});
