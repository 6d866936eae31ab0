import { isStopWord, term, words } from '../text/terms.js';
import { covers, findNames, findValues } from '../text/values.js';

/** Words that documents also write in lower case are no names where a sentence begins with them. */
export type IsCommonWord = (word: string) => boolean;

/**
 * What a sentence claims and its quotes do not say: numbers, dates and proper names, as written in the sentence.
 * Each claim must be covered by one quote.
 */
export function unsupportedClaims(sentence: string, quotes: string[], isCommonWord: IsCommonWord = () => false): string[] {
  const facts = quotes.flatMap((quote) => findValues(quote).flatMap(({ values }) => values));
  const quoted = new Set(quotes.flatMap((quote) => words(quote).map((word) => term(word.text))));
  const values = findValues(sentence).filter(({ start, end, values: claims }) => {
    // "one" is as often a pronoun as a number.
    if (/^one$/i.test(sentence.slice(start, end))) return false;
    return !claims.every((claim) => facts.some((fact) => covers(fact, claim)));
  });
  const names = findNames(sentence).filter(({ text, initial }) => {
    if (isStopWord(text) || (initial && isCommonWord(text.toLowerCase()))) return false;
    return !words(text).every((word) => quoted.has(term(word.text)));
  });
  return [...values, ...names].map(({ start, end }) => sentence.slice(start, end));
}
