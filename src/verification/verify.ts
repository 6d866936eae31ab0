import type { Document } from '../documents/document.js';
import { splitsCharacter } from '../text/characters.js';
import { terms } from '../text/terms.js';
import { findValues } from '../text/values.js';
import { type IsCommonWord, unsupportedClaims } from './claims.js';

/** Characters of a source that a sentence rests on. */
export interface Quote {
  source: string;
  paragraph: number;
  /** UTF-16 code units into the source's text; `end` is exclusive. */
  start: number;
  end: number;
  quote: string;
}

/** A sentence that somebody wants to say, with what it rests on. */
export interface DraftSentence {
  text: string;
  quotes: Quote[];
}

/** A sentence that was refused, and why. */
export interface Rejection {
  sentence: DraftSentence;
  reasons: string[];
}

export interface Verified {
  sentences: DraftSentence[];
  rejected: Rejection[];
}

/** What a verifier needs to know of the documents. */
export interface VerificationSources {
  documents: ReadonlyMap<string, Document>;
  isCommonWord?: IsCommonWord;
}

/** Why a quote is not what stands in its source; null when it is. */
export function quoteDefect({ source, paragraph, start, end, quote }: Quote, documents: ReadonlyMap<string, Document>): string | null {
  const document = documents.get(source);
  if (!document) return `there is no source ${source}`;
  const block = document.paragraphs[paragraph - 1];
  if (!block) return `${source} has no paragraph ${paragraph}`;
  if (!Number.isInteger(start) || !Number.isInteger(end) || start >= end) return `the offsets ${start} to ${end} are no stretch of text`;
  if (start < block.start || end > block.end) return `the quote leaves paragraph ${paragraph}`;
  if (document.text.slice(start, end) !== quote) return 'the quote is not what stands at its offsets';
  const text = document.text.slice(block.start, block.end);
  if (splitsCharacter(text, start - block.start) || splitsCharacter(text, end - block.start)) return 'the quote cuts a character in two';
  if (!/[\p{L}\p{N}]/u.test(quote)) return 'the quote says nothing';
  return null;
}

/** Whether a quote has to do with its sentence at all; a sentence of stop words has nothing to share. */
function sharesWord({ text, quotes }: DraftSentence): boolean {
  const said = terms(text);
  const quoted = new Set(quotes.flatMap(({ quote }) => terms(quote)));
  // Values in another form (seven, 7) are held against the quotes elsewhere.
  return said.length === 0 || findValues(text).length > 0 || said.some((word) => quoted.has(word));
}

/** Whether documents write a word with a capital in the middle of sentences and never without. */
function isWrittenAsName(word: string, documents: ReadonlyMap<string, Document>): boolean {
  const capitalised = word.charAt(0).toUpperCase() + word.slice(1);
  const inSentence = new RegExp(`[\\p{Ll},]\\s${capitalised}(?![\\p{L}\\p{M}])`, 'u');
  const inLowerCase = new RegExp(`(?<![\\p{L}\\p{M}])${word}(?![\\p{L}\\p{M}])`, 'u');
  const texts = [...documents.values()].map(({ text }) => text);
  return texts.some((text) => inSentence.test(text)) && !texts.some((text) => inLowerCase.test(text));
}

/**
 * Lets through the sentences that are proved: each has quotes that stand in the sources to the letter, and each
 * number, date and proper name of it stands in them. It does not matter who wrote the sentence.
 */
export function verify(draft: DraftSentence[], { documents, isCommonWord }: VerificationSources): Verified {
  const sentences: DraftSentence[] = [];
  const rejected: Rejection[] = [];
  for (const sentence of draft) {
    const defects = sentence.quotes.map((quote) => quoteDefect(quote, documents)).filter((defect) => defect !== null);
    const quotes = sentence.quotes.map(({ quote }) => quote);
    const claims = unsupportedClaims(sentence.text, quotes, isCommonWord, (word) => isWrittenAsName(word, documents));
    const reasons = [...defects, ...claims.map((claim) => `"${claim}" stands in none of its quotes`)];
    if (sentence.quotes.length === 0) reasons.push('it has no quote');
    else if (!sharesWord(sentence)) reasons.push('it shares no word with its quotes');
    if (!/[\p{L}\p{N}]/u.test(sentence.text)) reasons.push('it says nothing');
    if (reasons.length === 0) sentences.push(sentence);
    else rejected.push({ sentence, reasons });
  }
  return { sentences, rejected };
}
