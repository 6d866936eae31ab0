import type { Document } from '../../src/documents/document.js';
import { parseDocument } from '../../src/documents/parse-document.js';
import { judgeReply, type Outcome } from '../../src/evaluation/judge.js';
import { parseQuestions, type Question } from '../../src/evaluation/question-set.js';
import type { Run } from '../../src/evaluation/run.js';
import type { System, SystemReply } from '../../src/evaluation/system.js';

/** Paragraphs: 1 the heading, 2 the founding, 3 the seat. */
export const LIBRARY = 'library.md';
const text = '# The library\n\nThe library was founded on 3 May 1901.\n\nIts seat is in Vilnius, beside the river.\n';

export const documents = new Map<string, Document>([[LIBRARY, await parseDocument(LIBRARY, new TextEncoder().encode(text))]]);

/** A question as its line in a set would give it. */
export function question(fields: Partial<Question> = {}): Question {
  const line = {
    id: 'q1',
    category: 'date',
    question: 'When was it founded?',
    answerable: true,
    answers: ['3\\s+May\\s+1901'],
    evidence: [{ source: LIBRARY, quote: 'founded on 3 May 1901' }],
    ...fields,
  };
  return parseQuestions(JSON.stringify(line), 'test.jsonl')[0] as Question;
}

export const unanswerable = (fields: Partial<Question> = {}): Question =>
  question({ category: 'unanswerable_near', answerable: false, answers: [], evidence: [], ...fields });

export const FOUNDING = { source: LIBRARY, paragraph: 2, grade: 1 };

/** A citation of words that stand in the library's text. */
export function cite(quote: string, paragraph: number) {
  const start = (documents.get(LIBRARY) as Document).text.indexOf(quote);
  return { source: LIBRARY, paragraph, start, end: start + quote.length, quote };
}

export function reply(fields: Partial<SystemReply> = {}): SystemReply {
  return {
    answer: 'The library was founded on 3 May 1901. [1]',
    answered: true,
    confidence: 0.9,
    shortAnswer: '3 May 1901',
    citations: [cite('The library was founded on 3 May 1901.', 2)],
    conflicts: [],
    passages: [
      { source: LIBRARY, paragraph: 3, score: 1 },
      { source: LIBRARY, paragraph: 2, score: 0.5 },
    ],
    ...fields,
  };
}

export const refusal = (fields: Partial<SystemReply> = {}): SystemReply =>
  reply({ answer: 'The documents do not answer this question.', answered: false, confidence: 0.1, shortAnswer: null, citations: [], ...fields });

export const identity = { where: 'in process', model: 'm', corpus: 'c', documents: 1, paragraphs: 3, threshold: 0.5 };

export const systemOf = (ask: System['ask'], more: Partial<System> = {}): System => ({ identity, documents, ask, close: async () => {}, ...more });

export const right = (id: string, fields: Partial<Question> = {}): Outcome => judgeReply(question({ id, ...fields }), [FOUNDING], documents, reply(), null, 10);
export const wrong = (id: string, fields: Partial<Question> = {}): Outcome =>
  judgeReply(question({ id, ...fields }), [FOUNDING], documents, reply({ answer: 'In 1902. [1]' }), null, 30);

export const runOf = (outcomes: Outcome[], more: Partial<Run> = {}): Run => ({
  name: 'set',
  file: 'set.jsonl',
  measures: 'answers',
  fingerprint: 'f',
  identity,
  outcomes,
  stale: [],
  ...more,
});
