import { describe, expect, it } from 'vitest';
import { gateFaults, parseThresholds, thresholdsOf } from '../../src/evaluation/gate.js';
import { judgeError } from '../../src/evaluation/judge.js';
import { reportSet } from '../../src/evaluation/report-json.js';
import { question, right, runOf, wrong } from './fixtures.js';

const half = reportSet(runOf([right('a'), wrong('b')]));

describe('the gate', () => {
  it('passes where every metric is on the right side of its limit, or at it', () => {
    expect(gateFaults([half], { set: { accuracy: 0.5, wrongWhenAnswered: 0.5, 'recall@5': 0.9 } })).toEqual([]);
  });

  it('names each metric that is not, below for what should be high and above for what should be low', () => {
    expect(gateFaults([half], { set: { accuracy: 0.6, wrongWhenAnswered: 0.4, mrr: 0.4 } })).toEqual([
      'set: accuracy is 0.5000, below 0.6',
      'set: wrongWhenAnswered is 0.5000, above 0.4',
    ]);
  });

  it('does not pass what was not measured, has no limits, has stale gold or got no reply', () => {
    expect(gateFaults([half], { set: { exactMatch: 0.1 } })).toEqual(['set: exactMatch was not measured']);
    expect(gateFaults([half], {})).toEqual(['set: has no thresholds']);
    const stale = reportSet(runOf([right('a')], { stale: [{ id: 's', question: '?', evidence: [] }] }));
    expect(gateFaults([stale], { set: {} })).toEqual(['set: 1 question with stale gold; see "check"']);
    const silent = reportSet(runOf([right('a'), judgeError(question(), [], new Error('down'), 1)]));
    expect(gateFaults([silent], { set: {} })).toEqual(['set: 1 question without a reply']);
  });
});

describe('new thresholds', () => {
  it('are the worse end of each interval, and pass the run they were made from', () => {
    const limits = thresholdsOf([half]);
    expect(limits.set).toMatchObject({ accuracy: 0, falseRefusals: 0, 'recall@5': 1, quoteValidity: 1, aurc: 1 });
    expect(limits.set).not.toHaveProperty('latencyP50');
    expect(gateFaults([half], limits)).toEqual([]);
  });
});

describe('the thresholds', () => {
  it('may only name metrics there are, with numbers', () => {
    expect(parseThresholds('{"set":{"accuracy":0.5}}', 't.json')).toEqual({ set: { accuracy: 0.5 } });
    expect(() => parseThresholds('{"set":{"acuracy":0.5}}', 't.json')).toThrow('names no metric with set.acuracy; there are success, recall@1');
    expect(() => parseThresholds('{"set":{"accuracy":"high"}}', 't.json')).toThrow('set.accuracy');
    expect(() => parseThresholds('{', 't.json')).toThrow('is not JSON');
  });
});
