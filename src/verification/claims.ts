import { fold, isStopWord, term, type Word, words } from '../text/terms.js';
import { covers, type DateValue, findNames, findValues, MONTHS, type Name, type NumberValue } from '../text/values.js';

/** Words that documents also write in lower case are no names where a sentence begins with them. */
export type IsCommonWord = (word: string) => boolean;

/** What a claim is held against: the quotes of its sentence, read once. */
interface Evidence {
  quotes: string[];
  /** Words of each quote, folded; words with digits also by their parts. */
  words: Set<string>;
  /** Words as they are written. */
  written: Set<string>;
  facts: (DateValue | NumberValue)[];
}

type Span = Pick<Word, 'start' | 'end'>;

/** Link targets are no text, and a link's words stand beside what follows it. */
const withoutTargets = (quote: string): string => quote.replace(/\]\([^()]*(?:\([^()]*\)[^()]*)*\)/g, ']');

const foldedWords = (text: string): string =>
  words(text)
    .map((word) => fold(word.text))
    .join(' ');

/** "5km" is 5 and km. */
const parts = ({ text, start }: Word): Word[] =>
  [...text.matchAll(/\p{N}+|[^\p{N}]+/gu)].map((match) => ({ text: match[0], start: start + match.index, end: start + match.index + match[0].length }));

function readQuotes(quotes: string[]): Evidence {
  const all = quotes.flatMap(words);
  const pieces = all.flatMap((word) => [word, ...parts(word)]);
  return {
    quotes,
    words: new Set(pieces.map(({ text }) => fold(text))),
    written: new Set(all.map(({ text }) => text)),
    facts: quotes.flatMap((quote) => findValues(quote).flatMap(({ values }) => values)),
  };
}

const inside = (span: Span, spans: Span[]): boolean => spans.some(({ start, end }) => start <= span.start && span.end <= end);

/** "one" in "one of them", "the one that", "another one." is no number. */
function isPronoun(sentence: string, { start, end }: Span): boolean {
  if (!/^one$/i.test(sentence.slice(start, end))) return false;
  return (
    /^(?:\s*(?:[^\p{L}\p{N}\s]|$)|\s+(?:of|that|who|which|or|by|can|may|must|should|another)\b)/iu.test(sentence.slice(end)) ||
    /\b(?:th[ei]s?|that|an?other|which|each|every|any|no)\s+$/i.test(sentence.slice(0, start))
  );
}

const isAcronym = (word: string): boolean => /^\p{Lu}[\p{Lu}\p{N}]+$/u.test(word);

/** Whether a word of a name stands in the quotes; WHO is not "who", but POLAND is Poland. */
function standsInQuotes({ text }: Word, evidence: Evidence): boolean {
  if (!evidence.words.has(fold(text))) return false;
  if (!isAcronym(text) || evidence.written.has(text)) return true;
  return !isStopWord(text) && [...evidence.written].some((word) => fold(word) === fold(text) && /^\p{Lu}/u.test(word));
}

const withoutPossessive = (name: string): string => name.replace(/[’']s?$/u, '');

/** Words with digits that are no value (G20, A/RES/75) stand in the quotes as they are written. */
const strangeNumbers = (sentence: string, values: Span[], evidence: Evidence): Span[] =>
  words(sentence)
    .filter(({ text }) => /\p{N}/u.test(text) && !evidence.words.has(fold(text)))
    .filter((word) => parts(word).some((part) => !inside(part, values) && !evidence.words.has(fold(part.text))));

/** Times, scores and references (10:30, 3:1, 4.2.1) stand in the quotes as a whole, not as the numbers they are made of. */
const brokenNumbers = (sentence: string, values: Span[], { quotes }: Evidence): Span[] =>
  [...sentence.matchAll(/\p{N}+(?:[:/.]\p{N}+)+/gu)]
    .map((match) => ({ text: match[0], start: match.index, end: match.index + match[0].length }))
    .filter((span) => !inside(span, values))
    .filter(({ text }) => !quotes.some((quote) => new RegExp(`(?<![\\p{N}:/.])${text.replaceAll('.', '\\.')}(?![:/.]?\\p{N})`, 'u').test(quote)));

/** Words in lower case that the documents know as names only, and the quotes not at all. */
function hiddenNames(sentence: string, evidence: Evidence, isName: (word: string) => boolean): Span[] {
  const quoted = new Set([...evidence.written].map(term));
  return words(sentence).filter(({ text }) => /^\p{Ll}{3,}$/u.test(text) && !isStopWord(text) && !quoted.has(term(text)) && isName(text));
}

/** Months without a day or year. */
function bareMonths(sentence: string, values: Span[], evidence: Evidence, isCommonWord: IsCommonWord): Span[] {
  return words(sentence).filter((word) => {
    const month = MONTHS.indexOf(fold(word.text)) + 1;
    if (!month || inside(word, values) || /^(?:march|may|august)$/.test(word.text)) return false;
    const opens = !/[\p{L}\p{N}]/u.test(sentence.slice(0, word.start));
    if (opens && isCommonWord(word.text.toLowerCase())) return false;
    return !evidence.facts.some((fact) => fact.kind === 'date' && fact.month === month) && !evidence.written.has(word.text);
  });
}

/** Whether two words of a name stand together in a quote: nothing but words of a name lies between them. */
function standTogether(first: string, second: string, quote: string): boolean {
  const text = withoutTargets(quote);
  const all = words(text);
  const at = (word: Word | undefined) => all.flatMap(({ text: candidate }, i) => (word && fold(candidate) === fold(word.text) ? [i] : []));
  return at(words(first).at(-1)).some((a) =>
    at(words(second)[0]).some((b) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const gap = text.slice(all[from]?.end, all[to]?.start);
      return !/[,;:!?()]|\n\s*(?:[-*+•]|\d)/.test(gap) && all.slice(from + 1, to).every(({ text: word }) => /^\p{Lu}/u.test(word) || /^(?:of|the)$/.test(word));
    }),
  );
}

/**
 * Names put together from parts that stand apart in the quotes: the first name of one person with the last name
 * of another. Words that are no names elsewhere (President, Summit) go with any name.
 */
function mixedNames(sentence: string, names: Name[], evidence: Evidence, isCommonWord: IsCommonWord): Span[] {
  const said = foldedWords(sentence);
  if (evidence.quotes.some((quote) => foldedWords(withoutTargets(quote)).includes(said))) return [];
  const telling = ({ text }: Name) => !isAcronym(text) && !isStopWord(text) && !isCommonWord(text.toLowerCase());
  return names.slice(1).flatMap((second, i) => {
    const first = names[i] as Name;
    if (!/^\s$/.test(sentence.slice(first.end, second.start)) || !telling(first) || !telling(second)) return [];
    if (withoutPossessive(first.text) !== first.text) return [];
    const together = evidence.quotes.some((quote) => standTogether(first.text, withoutPossessive(second.text), quote));
    return together ? [] : [{ start: first.start, end: second.end }];
  });
}

/**
 * What a sentence claims and its quotes do not say: numbers, dates and proper names, as written in the sentence.
 * Each claim must be covered by one quote.
 *
 * @param isName Whether documents write a word, given in lower case, with a capital wherever it stands.
 */
export function unsupportedClaims(
  sentence: string,
  quotes: string[],
  isCommonWord: IsCommonWord = () => false,
  isName: (word: string) => boolean = () => false,
): string[] {
  const evidence = readQuotes(quotes);
  const values = findValues(sentence);
  const wrongValues = values.filter((value) => {
    if (isPronoun(sentence, value)) return false;
    return !value.values.every((claim) => evidence.facts.some((fact) => covers(fact, claim)));
  });
  const names = findNames(sentence);
  const wrongNames = names.filter(({ text, start, initial }) => {
    if (isStopWord(text) && !isAcronym(text)) return false;
    if (initial && isCommonWord(text.toLowerCase())) return false;
    // A part of a value (VII, Sept, the Five of Five-year) was checked as a value.
    return !words(withoutPossessive(text)).every(
      (word) => inside({ start: start + word.start, end: start + word.end }, values) || standsInQuotes(word, evidence),
    );
  });
  const wrong: Span[] = [
    ...wrongValues,
    ...strangeNumbers(sentence, values, evidence),
    ...brokenNumbers(sentence, values, evidence),
    ...bareMonths(sentence, values, evidence, isCommonWord),
    ...wrongNames,
    ...hiddenNames(sentence, evidence, isName),
    ...mixedNames(sentence, names, evidence, isCommonWord),
  ];
  return [...new Set(wrong.map(({ start, end }) => sentence.slice(start, end)))];
}
