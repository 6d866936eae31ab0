import type { Generation } from '../generation/open.js';
import type { Span } from '../passages/sentences.js';
import { terms } from '../text/terms.js';
import type { DraftSentence, Quote } from '../verification/verify.js';
import { listSentence } from './list-answer.js';
import { countWords, plainSentence } from './plain-sentence.js';
import type { Question } from './question.js';
import { quoteOf } from './quote.js';
import type { RankedEvidence } from './ranker.js';

/** Words an answer may have. */
const MAX_WORDS = 80;
const MAX_LIST_WORDS = 160;

/** Sentences an answer may have. */
const MAX_SENTENCES = 3;

/** A further sentence is added when it is at least this likely, compared with the best one. */
const SUPPORT_RATIO = 0.45;
/** The same where the question asks for a list or an explanation. */
const COMPOUND_SUPPORT_RATIO = 0.2;

const LONG_TYPES = new Set(['list', 'definition', 'reason']);

/** A sentence that is too long, cut to whole words around what the question is about. */
function shorten(text: string, sentence: Span, question: Question, maxWords: number): Span {
  const tokens = [...text.slice(sentence.start, sentence.end).matchAll(/\S+/g)];
  if (tokens.length <= maxWords) return sentence;
  const hit = tokens.map(([word]) => (question.terms.some(({ term: wanted }) => word.toLowerCase().includes(wanted)) ? 1 : 0));
  let best = 0;
  let bestHits = -1;
  for (let from = 0; from + maxWords <= tokens.length; from++) {
    const hits = hit.slice(from, from + maxWords).reduce<number>((sum, h) => sum + h, 0);
    if (hits > bestHits) [best, bestHits] = [from, hits];
  }
  const last = tokens[best + maxWords - 1] as RegExpMatchArray;
  return { start: sentence.start + (tokens[best]?.index ?? 0), end: sentence.start + (last.index ?? 0) + last[0].length };
}

/** A question that joins things is answered in full when each of them is spoken of. */
const JOINS = /\b(?:and|both|two|three|four|respectively)\b/i;
/** Share of the question's weight that a sentence must add to be said for that. */
const MIN_ADDED = 0.2;
/** It must be this likely, compared with the best one. */
const ADDED_RATIO = 0.03;

/** The likeliest sentence that speaks of what those said so far leave out; null where nothing of weight is left out. */
function missingPart(question: Question, evidence: RankedEvidence[], said: RankedEvidence[]): RankedEvidence | null {
  if (!JOINS.test(question.text)) return null;
  const total = question.terms.reduce((sum, { weight }) => sum + weight, 0);
  const covered = new Set(said.flatMap(({ text, passage }) => terms(`${passage.context} ${text}`)));
  const open = question.terms.filter(({ term }) => !covered.has(term));
  const best = said[0]?.probability ?? 0;
  const added = (item: RankedEvidence) => {
    const present = new Set(terms(item.text));
    return open.reduce((sum, { term, weight }) => sum + (present.has(term) ? weight : 0), 0);
  };
  return evidence.find((item) => !said.includes(item) && item.probability >= ADDED_RATIO * best && added(item) >= MIN_ADDED * total) ?? null;
}

/** Sentences of an answer, best evidence first, each resting on its own quote. */
export function composeAnswer(generation: Generation, question: Question, evidence: RankedEvidence[]): DraftSentence[] {
  const [best] = evidence;
  if (!best) return [];
  const several = LONG_TYPES.has(question.type);
  const maxWords = several ? MAX_LIST_WORDS : MAX_WORDS;
  const ratio = several ? COMPOUND_SUPPORT_RATIO : SUPPORT_RATIO;
  const draft: DraftSentence[] = [];
  const said = new Set<string>();
  let used = 0;
  const isQuoted = ({ source, start, end }: Quote) =>
    draft.some(({ quotes }) => quotes.some((quote) => quote.source === source && quote.start <= start && quote.end >= end));
  const sentenceOf = (item: RankedEvidence, isFirst: boolean): DraftSentence => {
    const list = listSentence(generation, item, question.type === 'list', maxWords - used);
    if (list) return list;
    const text = generation.documents.get(item.passage.source)?.text ?? '';
    const quote = quoteOf(generation, item.passage, isFirst ? shorten(text, item.sentence, question, maxWords) : item.sentence);
    return { text: plainSentence(quote.quote), quotes: [quote] };
  };
  const likely = evidence.filter((item) => item.probability >= ratio * best.probability).slice(0, MAX_SENTENCES);
  const missing = missingPart(question, evidence, likely);
  for (const item of missing ? [...likely, missing] : likely) {
    const sentence = sentenceOf(item, draft.length === 0);
    const count = countWords(sentence.text);
    if (said.has(sentence.text) || sentence.quotes.every(isQuoted) || used + count > maxWords) continue;
    said.add(sentence.text);
    used += count;
    draft.push(sentence);
  }
  return draft;
}
