import type { EmbeddingModel } from '../embedding/load-model.js';
import { dot } from '../generation/vector-index.js';
import { isStopWord, words } from '../text/terms.js';
import { findValues, type Value } from '../text/values.js';

/** Words of what is counted that are compared: "400 university athletes and coaches". */
const MAX_WORDS = 3;

/** What ends the words that are counted: a cell, a bracket, a mark between parts of the sentence, another number. */
const END = /[|()[\],;:.!?\d]/;

/** What stands before a year, as in "in 1500", and not before a number that looks like one: "More than 1500 young people". */
const BEFORE_YEAR = /\b(?:in|of|since|by|from|until|till|to|and|for|year|[-–—])\s*$/i;

const mayCount = (text: string, { values, start, end }: Value): boolean =>
  values[0]?.kind === 'number' ||
  (end - start === 4 && values[0]?.kind === 'date' && /^ \p{Ll}/u.test(text.slice(end)) && !BEFORE_YEAR.test(text.slice(0, start)));

/** They say how exact a number is. */
const ABOUT = /^(?:more|less|fewer|least|most|around|nearly|almost|approximately|roughly|exactly|some|total|different)$/i;
const saysNothing = (word: string): boolean => isStopWord(word) || ABOUT.test(word);

/** The first run of words that say what is counted. */
function firstThing(stretch: string): string {
  const inOrder = words(stretch).map(({ text }) => text);
  const begin = inOrder.findIndex((word) => !saysNothing(word));
  if (begin < 0) return '';
  const end = inOrder.findIndex((word, i) => i > begin && saysNothing(word));
  return inOrder
    .slice(begin, end < 0 ? undefined : end)
    .slice(0, MAX_WORDS)
    .join(' ');
}

/** What a number counts that stands for itself: "the town alone has around 500". */
export const ANYTHING = '';
const BEFORE_ITSELF =
  /(?:^|\s)(?:about|around|over|than|least|most|nearly|almost|approximately|some|only|to|at|has|have|had|is|are|was|were|numbered|reached|totalled)\s$/i;

/** "Hundreds of boats" count boats. */
const ROUND_NUMBER = /\b(?:dozens|hundreds|thousands|millions|billions) of\s+/gi;

/** What the numbers of a text count: the words after each, or where none follow, those before ("Visitors | 500"). */
export function countedThings(text: string): string[] {
  const until = (end: number): string => firstThing(text.slice(end).split(END, 1)[0] ?? '');
  const round = [...text.matchAll(ROUND_NUMBER)].map(({ index, 0: number }) => until(index + number.length));
  const exact = findValues(text)
    .filter((value) => mayCount(text, value))
    .map(({ start, end }) => {
      const following = until(end);
      if (following) return following;
      const before = text.slice(0, start);
      if (BEFORE_ITSELF.test(before)) return ANYTHING;
      return firstThing(before.split(END).findLast((part) => /\p{L}/u.test(part)) ?? '') || ANYTHING;
    });
  return [...exact, ...round];
}

/** Things that are compared with the one asked for; no question has to wait behind more of them. */
const MAX_THINGS = 60;

/**
 * Cosine from which two things that are counted may be of one kind: people and diplomats, not people and days. It is low, as
 * the built-in model's for "people" are; a model whose cosines are all higher takes any two things for alike.
 */
const LIKE_ENOUGH = 0.2;

/**
 * Whether a number of a text counts something like the thing asked for ("how many [visitors]": "300 people"), by the vectors
 * of both. What is not compared may be like it: where a text does not say what it counts, or at too great a length.
 *
 * @param texts Those that it will be asked of, likeliest first.
 */
export async function countsLike({ encoder, prefixes }: EmbeddingModel, asked: string, texts: string[]): Promise<(text: string) => boolean> {
  const fits = (thing: string) => encoder.countTokens(prefixes.query + thing) <= encoder.maxTokens;
  const counted = new Map(texts.map((text) => [text, countedThings(text)]));
  const things = fits(asked) ? [...new Set([...counted.values()].flat())].filter((thing) => thing !== ANYTHING && fits(thing)).slice(0, MAX_THINGS) : [];
  const encodings = things.length > 0 ? await encoder.encode([asked, ...things].map((thing) => [prefixes.query + thing])) : [];
  const [wanted, ...vectors] = encodings.map(({ vector }) => vector);
  const alike = new Map(things.map((thing, i) => [thing, dot(wanted as Float32Array, vectors[i] as Float32Array) >= LIKE_ENOUGH]));
  return (text) => (counted.get(text) ?? []).some((thing) => alike.get(thing) ?? true);
}
