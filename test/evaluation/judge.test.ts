import { describe, expect, it } from 'vitest';
import { failureOf, goldRank, isCorrect, judgeError, judgeFound, judgeReply, plainAnswer } from '../../src/evaluation/judge.js';
import { cite, documents, FOUNDING, LIBRARY, question, refusal, reply, unanswerable } from './fixtures.js';

const judged = (fields = {}, asked = question()) => judgeReply(asked, asked.answerable ? [FOUNDING] : [], documents, reply(fields), null, 5);

describe('an answer', () => {
  it('is right when every pattern matches, in any case, beside the citation marks', () => {
    const asked = question({ answers: ['3 may', '1901\\.$'] });
    expect(isCorrect(asked, 'On 3 May [1] 1901. [1, 2]')).toBe(true);
    expect(isCorrect(asked, 'On 3 May 1902.')).toBe(false);
    expect(plainAnswer('On 3 May [1]\n1901. [1, 2]')).toBe('On 3 May 1901.');
  });

  it('may have 80 words, or 160 where a question wants several things', () => {
    const long = `1901${' word'.repeat(80)}`;
    expect(isCorrect(question({ answers: ['1901'] }), long)).toBe(false);
    expect(isCorrect(question({ answers: ['1901'], category: 'list' }), long)).toBe(true);
    expect(isCorrect(question({ answers: ['1901'], category: 'list' }), long + long)).toBe(false);
  });

  it('is right when it holds a gold value word for word, where a set has values instead of patterns', () => {
    const asked = question({ answers: [], values: ['May 1901', 'the third of May'] });
    expect(isCorrect(asked, 'In May of 1901.')).toBe(false);
    expect(isCorrect(asked, 'Founded in May 1901.')).toBe(true);
    expect(isCorrect(question({ answers: [], values: ['190'] }), 'In 1901.')).toBe(false);
  });
});

describe('a reply', () => {
  it('succeeds when it is right and cites the evidence', () => {
    const outcome = judged();
    expect(outcome.measures).toMatchObject({
      success: 1,
      accuracy: 1,
      correctAndCited: 1,
      citationRecall: 1,
      falseRefusals: 0,
      wrongWhenAnswered: 0,
      shortAnswerAccuracy: 1,
    });
    expect(outcome.citations).toMatchObject([{ gold: true, valid: true }]);
    expect(failureOf(outcome)).toBeNull();
  });

  it('finds the evidence at the rank of its paragraph', () => {
    const outcome = judged();
    expect(goldRank(outcome)).toBe(2);
    expect(outcome.measures).toMatchObject({ 'recall@1': 0, 'recall@5': 1, 'recall@10': 1, mrr: 0.5 });
    expect(outcome.measures['ndcg@10']).toBeCloseTo(1 / Math.log2(3), 12);
    expect(outcome.retrieved[1]).toMatchObject({ paragraph: 2, gold: true, beginning: 'The library was founded on 3 May 1901.' });
  });

  it('fails when it is right but cites another paragraph', () => {
    const outcome = judged({ citations: [cite('Its seat is in Vilnius', 3)] });
    expect(outcome.measures).toMatchObject({ success: 0, accuracy: 1, correctAndCited: 0, citationRecall: 0 });
    expect(failureOf(outcome)).toBe('right, but without citing the evidence');
  });

  it.each([
    ['other offsets', { ...cite('Its seat', 3), start: 0, end: 8 }],
    ['the number of another paragraph', cite('Its seat', 2)],
    ['a source there is not', { ...cite('Its seat', 3), source: 'other.md' }],
    ['no words', { ...cite('Its seat', 3), end: cite('Its seat', 3).start, quote: '' }],
  ])('has an invalid citation with %s', (_, citation) => {
    expect(judged({ citations: [citation] }).citations[0]?.valid).toBe(false);
  });

  it('needs all the evidence where every piece adds a part', () => {
    const asked = question({ category: 'multi' });
    const gold = [FOUNDING, { source: LIBRARY, paragraph: 3, grade: 1 }];
    const one = judgeReply(asked, gold, documents, reply(), null, 5);
    expect(one.measures).toMatchObject({ citationRecall: 0.5, success: 0, 'recall@1': 0.5, 'recall@5': 1 });
    const both = judgeReply(asked, gold, documents, reply({ citations: [cite('The library', 2), cite('Vilnius', 3)] }), null, 5);
    expect(both.measures).toMatchObject({ citationRecall: 1, success: 1 });
  });

  it('that refuses is a false refusal, unless there is no answer', () => {
    const refused = judgeReply(question(), [FOUNDING], documents, refusal(), null, 5);
    expect(refused.measures).toMatchObject({ success: 0, falseRefusals: 1, accuracy: 0, citationRecall: 0 });
    expect(refused.measures).not.toHaveProperty('wrongWhenAnswered');
    expect(failureOf(refused)).toBe('refused, though the documents answer');
    const rightly = judgeReply(unanswerable(), [], documents, refusal(), null, 5);
    expect(rightly.measures).toEqual({ success: 1, falseAnswers: 0 });
    expect(failureOf(judged({}, unanswerable()))).toBe('answered, though the documents do not');
  });

  it('counts for the risk what it says when it refuses nothing', () => {
    const bold = reply({ confidence: 0.1, answer: 'In 1902. [1]' });
    expect(judgeReply(question(), [FOUNDING], documents, refusal(), bold, 5).regardless).toEqual({ confidence: 0.1, correct: false });
    expect(judgeReply(question(), [FOUNDING], documents, refusal(), null, 5).regardless).toBeNull();
    expect(judgeReply(unanswerable(), [], documents, reply(), null, 5).regardless).toEqual({ confidence: 0.9, correct: false });
  });

  it('is measured as SQuAD does where there are gold values: the short answer, else the answer, nothing for a refusal', () => {
    const asked = question({ answers: [], values: ['3 May'] });
    expect(judged({ shortAnswer: 'the 3 May' }, asked).measures).toMatchObject({ exactMatch: 1, f1: 1 });
    expect(judged({ shortAnswer: null, answer: '3 May 1901 [1]' }, asked).measures).toMatchObject({ exactMatch: 0, f1: 0.8 });
    const none = unanswerable({ values: [] });
    expect(judgeReply(none, [], documents, refusal(), null, 5).measures).toMatchObject({ exactMatch: 1, f1: 1 });
    expect(judged({ shortAnswer: null }, none).measures).toMatchObject({ exactMatch: 0, f1: 0 });
  });

  it('is not measured by its short answer where several things are asked for', () => {
    expect(judged({}, question({ answers: ['1901', 'library'] })).measures).not.toHaveProperty('shortAnswerAccuracy');
  });

  it('to a conflict question should list the disagreement', () => {
    expect(judged({ conflicts: [{}] }, question({ category: 'conflict' })).measures.conflictsShown).toBe(1);
    expect(judged({}, question({ category: 'conflict' })).measures.conflictsShown).toBe(0);
  });
});

describe('a question without a reply', () => {
  it('fails, and is no abstention even where there is no answer', () => {
    const outcome = judgeError(unanswerable(), [], new Error('down'), 5);
    expect(outcome.measures).toEqual({ success: 0 });
    expect(failureOf(outcome)).toBe('no reply: down');
    expect(judgeError(question(), [FOUNDING], new Error('down'), 5).measures).toMatchObject({ accuracy: 0, 'recall@10': 0, citationRecall: 0 });
  });
});

describe('retrieval alone', () => {
  it('needs every relevant document, down to rank 100', () => {
    const gold = ['a', 'b'].map((source) => ({ source, paragraph: 1, grade: 1 }));
    const found = Array.from({ length: 50 }, (_, i) => ({ source: i === 0 ? 'a' : i === 49 ? 'b' : `x${i}`, paragraph: 1, score: 1 - i / 50 }));
    const { measures } = judgeFound({ ...question(), evidence: [], gold }, gold, documents, found, 5);
    expect(measures).toMatchObject({ 'recall@1': 0.5, 'recall@10': 0.5, 'recall@100': 1, mrr: 1 });
    expect(measures).not.toHaveProperty('success');
  });
});
