import type { Generation } from '../generation/open.js';
import type { Span } from '../passages/sentences.js';
import { terms } from '../text/terms.js';
import type { DraftSentence, Quote } from '../verification/verify.js';
import { enumerationAfter } from './enumeration.js';
import { listSentence } from './list-answer.js';
import { countWords, plainSentence } from './plain-sentence.js';
import { ONE_VALUE, type Question, type WeightedTerm, weightOf } from './question.js';
import { quoteOf } from './quote.js';
import type { RankedEvidence } from './ranker.js';

/** Words an answer may have. */
const MAX_WORDS = 80;
const MAX_LIST_WORDS = 160;

/** Sentences an answer may have; what one of them announces, a list or the sentences after it, counts with it. */
const MAX_SENTENCES = 3;

/** A further sentence is added when it is at least this likely, compared with the best one. */
const SUPPORT_RATIO = 0.4;
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

/** Weight of the terms of a question that a text speaks of. */
const weightIn = (text: string, asked: WeightedTerm[]): number => weightOf(asked, new Set(terms(text)));

/** The likeliest sentence that speaks of what those said so far leave out; null where nothing of weight is left out. */
function missingPart(question: Question, evidence: RankedEvidence[], said: RankedEvidence[]): RankedEvidence | null {
  if (!JOINS.test(question.text)) return null;
  const total = weightOf(question.terms);
  const covered = new Set(said.flatMap(({ text, passage }) => terms(`${passage.context} ${text}`)));
  const open = question.terms.filter(({ term }) => !covered.has(term));
  const best = said[0]?.probability ?? 0;
  return evidence.find((item) => !said.includes(item) && item.probability >= ADDED_RATIO * best && weightIn(item.text, open) >= MIN_ADDED * total) ?? null;
}

/** Sentences of an answer, best evidence first, each resting on its own quote. */
export function composeAnswer(generation: Generation, question: Question, evidence: RankedEvidence[]): DraftSentence[] {
  const [best] = evidence;
  if (!best) return [];
  const several = LONG_TYPES.has(question.type);
  const maxWords = question.type === 'list' ? MAX_LIST_WORDS : MAX_WORDS;
  const ratio = several ? COMPOUND_SUPPORT_RATIO : SUPPORT_RATIO;
  const draft: DraftSentence[] = [];
  const said = new Set<string>();
  let used = 0;
  const isQuoted = ({ source, start, end }: Quote) =>
    draft.some(({ quotes }) => quotes.some((quote) => quote.source === source && quote.start <= start && quote.end >= end));
  const sentencesOf = (item: RankedEvidence): DraftSentence[] => {
    const { passage, sentence } = item;
    const list = listSentence(generation, item, question.type, maxWords - used);
    if (list?.quotes.some(({ start, end }) => start <= sentence.start && end >= sentence.end)) return [list];
    const document = generation.documents.get(passage.source);
    const plain = (span: Span): DraftSentence => {
      const quote = quoteOf(generation, passage, span);
      return { text: plainSentence(quote.quote), quotes: [quote] };
    };
    // What a list is of may be told before the sentence that introduces it, or in that sentence.
    if (list && weightIn(list.quotes[0]?.quote ?? '', question.terms) > weightIn(item.text, question.terms)) return [list];
    const itself = plain(item === best ? shorten(document?.text ?? '', sentence, question, maxWords) : sentence);
    if (list) return [itself, list];
    const enumeration = document && !ONE_VALUE.has(question.type) ? enumerationAfter(document, passage.paragraph, sentence) : [];
    return [itself, ...enumeration.map(plain)];
  };
  const likely = evidence.filter((item) => item.probability >= ratio * best.probability).slice(0, MAX_SENTENCES);
  const missing = missingPart(question, evidence, likely);
  // Who is told that there are several things wants to read which, before anything else is said.
  const others = likely.slice(1);
  const tellSeveral = others.filter((item) => sentencesOf(item).length > 1);
  const ordered = [best, ...tellSeveral, ...others.filter((item) => !tellSeveral.includes(item))];
  for (const item of missing ? [...ordered, missing] : ordered) {
    for (const sentence of sentencesOf(item)) {
      const count = countWords(sentence.text);
      if (said.has(sentence.text) || sentence.quotes.every(isQuoted) || used + count > maxWords) continue;
      said.add(sentence.text);
      used += count;
      draft.push(sentence);
    }
  }
  return draft;
}
