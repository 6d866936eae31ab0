import { fold, isStopWord, term, words } from '../text/terms.js';
import { findNames, findValues, type Value } from '../text/values.js';

/** How much of something that a name qualifies: "611,200 doses of Sinovac", "400,000 Sinovac doses". */
export interface Amount {
  value: Value;
  /** Search terms of what is counted, and of the name. */
  counted: string;
  name: string;
}

/** Words after a number in which the thing counted and its name stand. */
const WITHIN = 4;

/** The amounts of named things in a sentence. */
export function findAmounts(text: string): Amount[] {
  const names = new Set(findNames(text).map(({ start }) => start));
  return findValues(text).flatMap((value): Amount[] => {
    if (value.values[0]?.kind !== 'number') return [];
    const after = words(text.slice(value.end))
      .slice(0, WITHIN)
      .filter((word) => !isStopWord(word.text));
    const name = after.find(({ start }) => names.has(value.end + start));
    const counted = after.find(({ start, text: word }) => !names.has(value.end + start) && fold(word) === word.toLowerCase() && /^\p{Ll}/u.test(word));
    return name && counted ? [{ value, counted: term(counted.text), name: term(name.text) }] : [];
  });
}
