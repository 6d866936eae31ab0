import { describe, expect, it } from 'vitest';
import type { QuestionSet } from '../../src/evaluation/question-set.js';
import { runSet, spread } from '../../src/evaluation/run.js';
import { documents, LIBRARY, question, refusal, reply, systemOf, unanswerable } from './fixtures.js';

const setOf = (questions: QuestionSet['questions'], more: Partial<QuestionSet> = {}): QuestionSet => ({
  name: 'set',
  file: 'set.jsonl',
  measures: 'answers',
  questions,
  ...more,
});

describe('a run', () => {
  it('asks each question in order, after one that warms up, and judges the replies', async () => {
    const asked: string[] = [];
    const system = systemOf(async ({ id, answerable }) => {
      asked.push(id);
      return answerable ? reply() : refusal();
    });
    const run = await runSet(setOf([question({ id: 'a' }), unanswerable({ id: 'b' })]), system);
    expect(asked).toEqual(['a', 'a', 'b']);
    expect(run.outcomes.map(({ id, measures }) => [id, measures.success])).toEqual([
      ['a', 1],
      ['b', 1],
    ]);
  });

  it('names questions with stale gold and keeps them out of the outcomes', async () => {
    const stale = question({ id: 'old', evidence: [{ source: LIBRARY, quote: 'founded on 4 May 1901' }] });
    const run = await runSet(
      setOf([question(), stale]),
      systemOf(async () => reply()),
    );
    expect(run.outcomes.map(({ id }) => id)).toEqual(['q1']);
    expect(run.stale).toEqual([{ id: 'old', question: stale.question, evidence: stale.evidence }]);
  });

  it('records a question without a reply and goes on', async () => {
    const system = systemOf(async ({ id }) => {
      if (id === 'a') throw new Error('down');
      return reply();
    });
    const { outcomes } = await runSet(setOf([question({ id: 'a' }), question({ id: 'b' })]), system);
    expect(outcomes.map(({ error }) => error)).toEqual(['down', undefined]);
  });

  it('asks what the system refused once more without its threshold, and only that', async () => {
    const bold: string[] = [];
    const system = systemOf(async ({ id }) => (id === 'a' ? reply() : refusal()), {
      askRegardless: async ({ id }) => {
        bold.push(id);
        return reply({ confidence: 0.05 });
      },
    });
    const { outcomes } = await runSet(setOf([question({ id: 'a' }), question({ id: 'b' })]), system);
    expect(bold).toEqual(['b']);
    expect(outcomes.map(({ regardless }) => regardless?.confidence)).toEqual([0.9, 0.05]);
    expect(outcomes[1]?.measures.falseRefusals).toBe(1);
  });

  it('searches only, where a set measures retrieval, and says so where it cannot', async () => {
    const gold = [{ source: LIBRARY, paragraph: 2, grade: 1 }];
    const set = setOf([{ ...question(), evidence: [], gold }], { measures: 'retrieval' });
    const ask = async () => {
      throw new Error('not to be asked');
    };
    const run = await runSet(set, systemOf(ask, { search: async () => gold.map((one) => ({ ...one, score: 1 })) }));
    expect(run.outcomes[0]?.measures).toMatchObject({ 'recall@1': 1, 'ndcg@10': 1 });
    await expect(runSet(set, systemOf(ask))).rejects.toThrow('set measures retrieval');
  });

  it('with a limit has another fingerprint, so that it is not compared with a whole run', async () => {
    const set = setOf([question({ id: 'a' }), question({ id: 'b' })]);
    const system = systemOf(async () => reply(), { documents });
    expect((await runSet(set, system, { limit: 1 })).fingerprint).not.toBe((await runSet(set, system)).fingerprint);
  });
});

describe('a limit', () => {
  it('spreads over the set', () => {
    expect(spread([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 4)).toEqual([0, 2, 5, 7]);
    expect(spread([0, 1], 5)).toEqual([0, 1]);
  });
});
