import type { Document } from '../documents/document.js';
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

const splitsCharacter = (text: string, at: number): boolean => /[\uDC00-\uDFFF]/.test(text.charAt(at)) && /[\uD800-\uDBFF]/.test(text.charAt(at - 1));

/** Why a quote is not what stands in its source; null when it is. */
export function quoteDefect({ source, paragraph, start, end, quote }: Quote, documents: ReadonlyMap<string, Document>): string | null {
  const document = documents.get(source);
  if (!document) return `there is no source ${source}`;
  const block = document.paragraphs[paragraph - 1];
  if (!block) return `${source} has no paragraph ${paragraph}`;
  if (!Number.isInteger(start) || !Number.isInteger(end) || start >= end) return `the offsets ${start} to ${end} are no stretch of text`;
  if (start < block.start || end > block.end) return `the quote leaves paragraph ${paragraph}`;
  if (document.text.slice(start, end) !== quote) return 'the quote is not what stands at its offsets';
  if (splitsCharacter(document.text, start) || splitsCharacter(document.text, end)) return 'the quote cuts a character in two';
  return null;
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
    const claims = unsupportedClaims(sentence.text, sentence.quotes.map(({ quote }) => quote), isCommonWord);
    const reasons = [...defects, ...claims.map((claim) => `"${claim}" stands in none of its quotes`)];
    if (sentence.quotes.length === 0) reasons.push('it has no quote');
    if (!/[\p{L}\p{N}]/u.test(sentence.text)) reasons.push('it says nothing');
    if (reasons.length === 0) sentences.push(sentence);
    else rejected.push({ sentence, reasons });
  }
  return { sentences, rejected };
}
