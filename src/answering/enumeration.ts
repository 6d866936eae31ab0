import type { Document } from '../documents/document.js';
import { type Span, splitSentences } from '../passages/sentences.js';
import { numbersIn } from '../text/values.js';

/** How the sentence after one that announces several things begins to enumerate them. */
const BEGINS = /^(?:the first|first(?:ly)?|one|these (?:are|were)|they (?:are|were)|among (?:them|these))\b/i;

/** How each further sentence goes on. */
const GOES_ON = /^(?:(?:the|a) )?(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|another|other|last|finally)\b/i;

/** Characters after the sentence that are looked at: more than an answer may have. */
const REACH = 1500;

const speaksOfSeveral = (text: string): boolean => numbersIn(text).some((number) => number >= 2);

/**
 * The sentences after one that announces several things and names none of them: "Three ports take part. The first is ...
 * The second ...". None where what follows is no enumeration.
 */
export function enumerationAfter({ text, paragraphs }: Document, paragraph: number, sentence: Span): Span[] {
  const within = paragraphs[paragraph - 1];
  if (!within || !speaksOfSeveral(text.slice(sentence.start, sentence.end))) return [];
  const end = Math.min(within.end, sentence.end + REACH);
  // Where a long paragraph is cut, so is its last sentence.
  const [first, ...rest] = splitSentences(text, { start: sentence.end, end }).slice(0, end < within.end ? -1 : undefined);
  if (!first || !BEGINS.test(text.slice(first.start, first.end))) return [];
  const last = rest.findIndex(({ start, end: to }) => !GOES_ON.test(text.slice(start, to)));
  return [first, ...(last < 0 ? rest : rest.slice(0, last))];
}
