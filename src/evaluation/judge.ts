import type { GoldDocuments } from './gold.js';
import { exactMatch, type Judged, ndcgAt, normalizeSquad, recallAt, reciprocalRank, tokenF1 } from './metrics.js';
import type { GoldParagraph, Question } from './question-set.js';
import { type Found, RANKS, type SystemReply } from './system.js';

/** A citation, and whether it is what it says. */
export interface JudgedCitation {
  source: string;
  paragraph: number;
  quote: string;
  /** The document's text at its offsets is its quote, inside the paragraph it names. */
  valid: boolean;
  /** It rests on a gold paragraph. */
  gold: boolean;
}

/** A paragraph found, whether it is gold, and how it begins. */
export interface JudgedFound extends Found {
  gold: boolean;
  beginning: string;
}

/** What became of one question. */
export interface Outcome {
  id: string;
  category: string;
  question: string;
  answerable: boolean;
  /** Gold paragraphs a complete answer needs, and all there are, as `source#paragraph`. */
  needed: number;
  gold: string[];
  retrieved: JudgedFound[];
  answered: boolean;
  answer: string;
  confidence: number;
  shortAnswer: string | null;
  citations: JudgedCitation[];
  /** The answer it would give if it refused nothing; null where it has none or cannot be asked. */
  regardless: Judged | null;
  /** What the question counts in each metric that is a mean over questions; absent where it does not count. */
  measures: Record<string, number>;
  /** Wall time of the reply in milliseconds. */
  ms: number;
  /** Why there was no reply. */
  error?: string;
}

/** Words an answer may have; as in the acceptance test, where an answer that recites the document is not one. */
const MAX_WORDS = 80;
const MAX_LONG_WORDS = 160;
const LONG_CATEGORIES = new Set(['multi', 'list', 'conflict', 'definition']);

/** In this category every piece of evidence adds a part of the answer; elsewhere any one will do. */
const NEEDS_ALL = 'multi';

/** Characters of a found paragraph that a report shows. */
const MAX_BEGINNING = 120;

/** Depth of the ranks where only retrieval is measured, as BEIR reports it. */
export const DEEP_RANKS = 100;

const keyOf = ({ source, paragraph }: { source: string; paragraph: number }): string => `${source}#${paragraph}`;

/** An answer without its `[1]` marks, on one line. */
export const plainAnswer = (answer: string): string =>
  answer
    .replace(/\[\d+(?:,\s*\d+)*\]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

/** Whether a text holds what the question accepts: all its patterns, or one of its values where it has no patterns. */
export function accepts({ answers, values = [] }: Question, text: string): boolean {
  if (answers.length > 0) return answers.every((pattern) => new RegExp(pattern, 'i').test(text));
  const words = ` ${normalizeSquad(text)} `;
  return values.some((value) => words.includes(` ${normalizeSquad(value)} `));
}

/** Whether an answer is right and no longer than an answer should be. */
export function isCorrect(question: Question, answer: string): boolean {
  const text = plainAnswer(answer);
  const cap = LONG_CATEGORIES.has(question.category) ? MAX_LONG_WORDS : MAX_WORDS;
  return question.answerable && accepts(question, text) && text.split(' ').length <= cap;
}

const neededOf = ({ category, gold: given }: Question, gold: GoldParagraph[]): number =>
  given || category === NEEDS_ALL ? gold.length : Math.min(1, gold.length);

function judgeRanks(found: Found[], gold: ReadonlySet<string>, documents: GoldDocuments): JudgedFound[] {
  return found.slice(0, RANKS).map(({ source, paragraph, score }) => {
    const document = documents.get(source);
    const span = document?.paragraphs.find((one) => one.paragraph === paragraph);
    const text = document && span ? document.text.slice(span.start, span.end) : '';
    return { source, paragraph, score, gold: gold.has(keyOf({ source, paragraph })), beginning: beginningOf(text) };
  });
}

const beginningOf = (text: string): string => [...text.slice(0, 2 * MAX_BEGINNING)].slice(0, MAX_BEGINNING).join('').replace(/\s+/g, ' ');

function judgeCitations(reply: SystemReply, gold: ReadonlySet<string>, documents: GoldDocuments): JudgedCitation[] {
  return reply.citations.map(({ source, paragraph, start, end, quote }) => {
    const document = documents.get(source);
    const holder = document?.paragraphs.find((one) => one.paragraph === paragraph);
    const valid = quote.length > 0 && document?.text.slice(start, end) === quote && holder !== undefined && holder.start <= start && end <= holder.end;
    return { source, paragraph, quote, valid, gold: gold.has(keyOf({ source, paragraph })) };
  });
}

/** Measures of what was found; the deeper ranks only where they were asked for. */
function retrievalMeasures(found: Found[], gold: GoldParagraph[], needed: number, depth: number): Record<string, number> {
  if (gold.length === 0) return {};
  const ranked = found.map(keyOf);
  const grades = new Map(gold.map((paragraph) => [keyOf(paragraph), paragraph.grade]));
  const keys = new Set(grades.keys());
  return {
    ...Object.fromEntries([1, 5, 10, DEEP_RANKS].filter((k) => k <= depth).map((k) => [`recall@${k}`, recallAt(k, ranked, keys, needed)])),
    'ndcg@10': ndcgAt(10, ranked, grades),
    mrr: reciprocalRank(ranked, keys),
  };
}

function answerMeasures(question: Question, reply: SystemReply, correct: boolean, cited: number): Record<string, number> {
  const { answerable, values, category } = question;
  const { answered, shortAnswer } = reply;
  const right = answerable ? correct && cited === 1 : !answered;
  const prediction = answered ? (shortAnswer ?? plainAnswer(reply.answer)) : '';
  return {
    success: Number(right),
    ...(answerable
      ? { accuracy: Number(correct), correctAndCited: Number(right), citationRecall: cited, falseRefusals: Number(!answered) }
      : { falseAnswers: Number(answered) }),
    ...(answerable && answered ? { wrongWhenAnswered: Number(!correct) } : {}),
    ...(answerable && answered && shortAnswer !== null && question.answers.length <= 1 ? { shortAnswerAccuracy: Number(accepts(question, shortAnswer)) } : {}),
    ...(values ? { exactMatch: exactMatch(prediction, values), f1: tokenF1(prediction, values) } : {}),
    ...(category === 'conflict' ? { conflictsShown: Number(reply.conflicts.length > 0) } : {}),
  };
}

const identify = ({ id, category, question, answerable }: Question) => ({ id, category, question, answerable });

/** Judges a reply to a question whose gold is known. @param bold The reply it gives when it refuses nothing, where that is known. */
export function judgeReply(
  question: Question,
  gold: GoldParagraph[],
  documents: GoldDocuments,
  reply: SystemReply,
  bold: SystemReply | null,
  ms: number,
): Outcome {
  const keys = new Set(gold.map(keyOf));
  const needed = neededOf(question, gold);
  const citations = judgeCitations(reply, keys, documents);
  const citedGold = new Set(citations.filter((citation) => citation.gold).map(keyOf));
  const cited = reply.answered && needed > 0 ? Math.min(needed, citedGold.size) / needed : 0;
  const correct = reply.answered && isCorrect(question, reply.answer);
  const would = reply.answered ? reply : bold;
  return {
    ...identify(question),
    needed,
    gold: [...keys],
    retrieved: judgeRanks(reply.passages, keys, documents),
    answered: reply.answered,
    answer: reply.answer,
    confidence: reply.confidence,
    shortAnswer: reply.shortAnswer,
    citations,
    regardless: would?.answered ? { confidence: would.confidence, correct: isCorrect(question, would.answer) } : null,
    measures: { ...retrievalMeasures(reply.passages, gold, needed, RANKS), ...answerMeasures(question, reply, correct, cited) },
    ms,
  };
}

const nothingSaid = { answered: false, answer: '', confidence: 0, shortAnswer: null, citations: [], regardless: null };

/** Judges only what was found for a question. */
export function judgeFound(question: Question, gold: GoldParagraph[], documents: GoldDocuments, found: Found[], ms: number): Outcome {
  const keys = new Set(gold.map(keyOf));
  const needed = neededOf(question, gold);
  return {
    ...identify(question),
    ...nothingSaid,
    needed,
    gold: [...keys],
    retrieved: judgeRanks(found, keys, documents),
    measures: retrievalMeasures(found, gold, needed, DEEP_RANKS),
    ms,
  };
}

/** A question that got no reply: a failure in every respect, and never an abstention. */
export function judgeError(question: Question, gold: GoldParagraph[], error: Error, ms: number): Outcome {
  const needed = neededOf(question, gold);
  const { answerable } = question;
  return {
    ...identify(question),
    ...nothingSaid,
    needed,
    gold: gold.map(keyOf),
    retrieved: [],
    measures: { ...retrievalMeasures([], gold, needed, RANKS), success: 0, ...(answerable ? { accuracy: 0, correctAndCited: 0, citationRecall: 0 } : {}) },
    ms,
    error: error.message,
  };
}

/** What went wrong with a question, in words; null where nothing did. */
export function failureOf(outcome: Outcome): string | null {
  const { error, measures, answerable, answered } = outcome;
  if (error !== undefined) return `no reply: ${error}`;
  if (measures.success === undefined) return measures['recall@10'] === 0 ? 'nothing relevant found' : null;
  if (measures.success === 1) return null;
  if (!answerable) return 'answered, though the documents do not';
  if (!answered) return 'refused, though the documents answer';
  return measures.accuracy === 1 ? 'right, but without citing the evidence' : 'wrong answer';
}

/** Rank of the first gold paragraph among those retrieved, from 1; null where none is. */
export function goldRank({ retrieved }: Outcome): number | null {
  const at = retrieved.findIndex(({ gold }) => gold);
  return at < 0 ? null : at + 1;
}
