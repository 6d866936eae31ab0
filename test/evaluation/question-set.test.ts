import { describe, expect, it } from 'vitest';
import { fingerprintQuestions, parseQuestions, QuestionSetError, readQuestionSet } from '../../src/evaluation/question-set.js';
import { question } from './fixtures.js';

const line = (fields: object) =>
  JSON.stringify({ id: 'a', category: 'date', question: 'when?', answerable: true, answers: ['1'], evidence: [{ source: 's.md', quote: 'q' }], ...fields });

function faultsOf(text: string): string[] {
  try {
    parseQuestions(text, 'set.jsonl');
  } catch (error) {
    expect(error).toBeInstanceOf(QuestionSetError);
    return (error as Error).message.split('\n');
  }
  return [];
}

describe('a question set', () => {
  it('has a question a line; blank lines do not count', () => {
    expect(parseQuestions(`${line({})}\n\n${line({ id: 'b' })}\n`, 'set.jsonl').map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('names the file, the line and the field of every fault', () => {
    const faults = faultsOf([line({ answers: ['('] }), 'not json', line({ id: 'b', evidence: [] }), line({ id: 'c', answers: [] })].join('\n'));
    expect(faults).toHaveLength(4);
    expect(faults[0]).toBe('set.jsonl:1: answers.0: is not a regular expression');
    expect(faults[1]).toMatch(/^set\.jsonl:2: is not JSON/);
    expect(faults[2]).toBe('set.jsonl:3: evidence: an answerable question needs evidence');
    expect(faults[3]).toBe('set.jsonl:4: answers: an answerable question needs answers or values');
  });

  it('refuses two questions of one id, and evidence for what has no answer', () => {
    expect(faultsOf(`${line({})}\n${line({})}`)).toEqual(['set.jsonl:2: id: a is the id of line 1 already']);
    expect(faultsOf(line({ answerable: false }))).toEqual(['set.jsonl:1: evidence: an unanswerable question cannot have evidence']);
  });

  it('refuses a set without a question, and a file that is not there', async () => {
    expect(faultsOf('\n')).toEqual(['set.jsonl holds no question']);
    await expect(readQuestionSet('/nowhere/set.jsonl')).rejects.toThrow('/nowhere/set.jsonl cannot be read (ENOENT)');
  });
});

describe('the fingerprint of questions', () => {
  const [a, b] = [question({ id: 'a' }), question({ id: 'b' })];

  it('does not depend on their order or notes', () => {
    expect(fingerprintQuestions([a, b])).toBe(fingerprintQuestions([b, { ...a, notes: 'checked' }]));
  });

  it('changes with what is asked or expected', () => {
    const whole = fingerprintQuestions([a, b]);
    expect(fingerprintQuestions([a])).not.toBe(whole);
    expect(fingerprintQuestions([a, { ...b, answers: ['4 May'] }])).not.toBe(whole);
    expect(fingerprintQuestions([a, { ...b, history: [{ role: 'user', content: 'hello' }] }])).not.toBe(whole);
  });
});
