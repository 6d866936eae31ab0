import type { LexicalIndex } from '../generation/lexical-index.js';
import { isStopWord, term } from '../text/terms.js';
import { findNames, findValues, type Name, nameRuns } from '../text/values.js';
import type { Question } from './question.js';

/** Whether a text gives a date, or a number. */
export const holdsValue = (kind: 'date' | 'number', text: string): boolean =>
  findValues(text).some(({ values }) => values.some((value) => value.kind === kind));

/** What may stand before the name of a person. */
const TITLES = String.raw`(?<!\p{L})(?:mr|mrs|ms|dr|prof|professor|sir|sheikh|king|queen|president|prime minister|minister|ambassador|secretary[ -]general|director[ -]general|chairman|chairwoman|H\.\s?E)`;
const BEFORE_NAME = new RegExp(String.raw`${TITLES}\.?\s$`, 'iu');
const TITLE = new RegExp(String.raw`${TITLES}(?!\p{L})`, 'iu');

/** What may stand between the parts of a person's name. */
const WITHIN_NAME = /^(?:\.?\s+|-|\s(?:al|bin|bint|ibn|de|von|van)\s)$/i;

const isAbbreviation = (name: string): boolean => name.length > 1 && name === name.toUpperCase();

/**
 * Whether a text names a person: two capitalised words in a row, or one after a title, that the documents never write
 * in lower case (as they do "summit" and "fund") and of which one is not in the question.
 */
function holdsPerson(text: string, isNew: (name: Name) => boolean, { isCommonWord }: Pick<LexicalIndex, 'isCommonWord'>): boolean {
  const names = findNames(text).filter(({ text: name }) => !isStopWord(name) && !/\d/.test(name) && !isCommonWord(name.toLowerCase()));
  return nameRuns(text, names, WITHIN_NAME).some((run) => {
    const [first] = run as [Name];
    if (!run.some(isNew) || run.every(({ text: name }) => isAbbreviation(name))) return false;
    return run.length > 1 || BEFORE_NAME.test(text.slice(Math.max(0, first.start - 24), first.start));
  });
}

const INITIAL = /\p{Lu}\.\s?\p{Lu}/u;

/**
 * Whether a span may say who did something: with two capitalised words, a title or an initial. A single name is more often
 * the place where it was done.
 */
export const mayNameAgent = (span: string): boolean => (span.match(/\p{Lu}[\p{L}'’-]*/gu) ?? []).length > 1 || TITLE.test(span) || INITIAL.test(span);

/**
 * Whether a text holds something of the asked kind that the question does not name itself; null where any will do.
 *
 * @param asked Search terms of the question.
 */
export function holdsKind(
  { type }: Pick<Question, 'type'>,
  text: string,
  asked: ReadonlySet<string>,
  lexical: Pick<LexicalIndex, 'isCommonWord'>,
): boolean | null {
  const isNew = ({ text: name }: Name) => !asked.has(term(name));
  switch (type) {
    case 'date':
    case 'number':
      return holdsValue(type, text);
    case 'person':
      return holdsPerson(text, isNew, lexical);
    case 'agent':
    case 'place':
      return findNames(text).some((name) => !name.initial && isNew(name));
    default:
      return null;
  }
}

const UNITS = {
  money:
    /[$€£¥₺₸₼₽]|(?<!\p{L})(?:USD|EUR|dollars?|euros?|pounds?|yen|yuan|lira|liras|manat|tenge|so[mʻ']m|roubles?|rubles?|forints?|dinars?|riyals?)(?!\p{L})/iu,
  share: /%|(?<!\p{L})per ?cent(?:age)?(?!\p{L})/iu,
} as const;
export type Unit = keyof typeof UNITS;

const ASKED_UNITS: [Unit, RegExp][] = [
  ['share', /\b(?:(?:what|which) (?:\p{L}+ ){0,2}(?:percentage|per ?cent|share|proportion|rate)|how many per ?cent)\b/iu],
  [
    'money',
    /\b(?:in (?:US )?(?:dollars|euros)|how much money|how much (?:do|does|did|will|would) (?:\p{L}+ ){1,6}(?:cost|earn|spend)|what(?:['’]s| is| was| were| will| did)? (?:\p{L}+[\s-]){0,6}(?:budget|cost|price|salary|turnover|revenue))\b/iu,
  ],
];

/** The unit in which the answer to a question is given, where the question says so. */
export const askedUnit = (question: string): Unit | null => ASKED_UNITS.find(([, pattern]) => pattern.test(question))?.[0] ?? null;

export const holdsUnit = (unit: Unit, text: string): boolean => UNITS[unit].test(text);
