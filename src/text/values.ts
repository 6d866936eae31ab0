import { fold, isStopWord, term, words } from './terms.js';

/** A calendar date or a part of one; months and days count from 1. */
export interface DateValue {
  kind: 'date';
  year?: number;
  month?: number;
  day?: number;
}

/** A quantity (`seven`, `611,200`, `1.5 million`) or a place in an order (`7th`, `VII summit`). */
export interface NumberValue {
  kind: 'number' | 'ordinal';
  value: number;
}

/** Something checkable in a text, and where it stands (UTF-16 code units). A range of days gives both its ends. */
export interface Value {
  start: number;
  end: number;
  values: (DateValue | NumberValue)[];
}

/** English names of the months in lower case. */
export const MONTHS = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december'];
const UNITS = 'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(' ');
const TENS = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const SCALES: Record<string, number> = { dozen: 12, hundred: 100, thousand: 1e3, million: 1e6, billion: 1e9, trillion: 1e12 };
const ORDINAL_UNITS =
  'zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth'.split(
    ' ',
  );
const ORDINAL_TENS = ['twentieth', 'thirtieth', 'fortieth', 'fiftieth', 'sixtieth', 'seventieth', 'eightieth', 'ninetieth'];

const smallNumber = new Map<string, number>([...UNITS.map((word, i) => [word, i] as const), ...TENS.map((word, i) => [word, 20 + 10 * i] as const)]);
const smallOrdinal = new Map<string, number>([
  ...ORDINAL_UNITS.map((word, i) => [word, i] as const),
  ...ORDINAL_TENS.map((word, i) => [word, 20 + 10 * i] as const),
]);

const MONTH = `(?<month>${MONTHS.map((m) => (m === 'may' ? 'may' : m === 'september' ? 'sept?(?:ember|\\.)?' : `${m.slice(0, 3)}(?:${m.slice(3)}|\\.)?`)).join('|')})`;
const ORDINAL_SUFFIX = '(?:\\s?(?:st|nd|rd|th))?';
const DAY = (name: string) => `(?<${name}>0?[1-9]|[12]\\d|3[01])${ORDINAL_SUFFIX}`;
const YEAR = '(?<year>1[0-9]\\d\\d|20\\d\\d|21\\d\\d)';
const RANGE = '\\s*(?:-|–|—|‑|/|&|to|and|until|till|through)\\s*(?:the\\s+)?';
const BREAK = '(?![a-z\\d])';

/**
 * A text with a `q` for each letter and number beyond ASCII, of the same length: no word that is looked for has one. The
 * patterns tell words apart without Unicode's classes, which take milliseconds to compile where case does not count.
 */
const plainLetters = (text: string): string => text.replace(/[\u0080-\uffff]+/g, (run) => run.replace(/[\p{L}\p{N}]/gu, (letter) => 'q'.repeat(letter.length)));

/** Ways to write a date, the longest first. They, and all patterns below, read {@link plainLetters}. */
const DATE_PATTERNS = [
  `(?<isoYear>\\d{4})-(?<isoMonth>\\d\\d)-(?<isoDay>\\d\\d)`,
  `${DAY('day')}\\s+(?:of\\s+)?(?<fromMonth>${MONTHS.join('|')})${RANGE}${DAY('to')}\\s+(?:of\\s+)?${MONTH},?(?:\\s+(?:of\\s+|in\\s+)?${YEAR})?`,
  `${DAY('day')}(?:${RANGE}${DAY('to')})?\\s+(?:of\\s+)?${MONTH},?(?:\\s+(?:of\\s+|in\\s+)?${YEAR})?`,
  `${MONTH}\\s+(?:the\\s+)?${DAY('day')}(?:${RANGE}(?:${MONTHS.join('|')}\\s+)?${DAY('to')})?,?(?:\\s+(?:of\\s+|in\\s+)?${YEAR})?(?!\\d)`,
  `${MONTH},?\\s+(?:of\\s+|in\\s+)?${YEAR}(?:,\\s*${DAY('day')}(?:${RANGE}${DAY('to')})?(?!\\s*(?:${MONTHS.join('|')})))?`,
  `(?<numericDay>0?[1-9]|[12]\\d|3[01])(?:/|\\.\\s?)(?<numericMonth>0?[1-9]|1[0-2])(?:/|\\.\\s?)${YEAR}`,
  `${YEAR}[-–/](?<shortYear>\\d\\d)`,
  `${YEAR}(?:\\s*[-–—/]\\s*(?<toYear>1[0-9]\\d\\d|2[01]\\d\\d))?`,
].map((pattern) => new RegExp(`(?<![a-z\\d]|\\d[.,-])${pattern}${BREAK}`, 'gi'));

function monthNumber(name: string | undefined): number | undefined {
  const index = name ? MONTHS.findIndex((month) => month.startsWith(name.toLowerCase().slice(0, 3))) : -1;
  return index < 0 ? undefined : index + 1;
}

const dateValue = (year?: string, month?: number, day?: string): DateValue => ({
  kind: 'date',
  ...(year ? { year: Number(year) } : {}),
  ...(month ? { month } : {}),
  ...(day ? { day: Number(day) } : {}),
});

/** "2019-21" is two years and "2019-09" a month. */
function shortYearRange(year: number, short: number): DateValue[] {
  if (short > year % 100)
    return [
      { kind: 'date', year },
      { kind: 'date', year: year - (year % 100) + short },
    ];
  return short >= 1 && short <= 12 ? [{ kind: 'date', year, month: short }] : [];
}

function datesOf(match: RegExpMatchArray): DateValue[] {
  const { isoYear, isoMonth, isoDay, day, to, month, fromMonth, year, toYear, shortYear, numericDay, numericMonth } = match.groups ?? {};
  if (isoYear) return [dateValue(isoYear, Number(isoMonth), isoDay)];
  if (numericDay) return [dateValue(year, Number(numericMonth), numericDay)];
  if (shortYear) return shortYearRange(Number(year), Number(shortYear));
  if (toYear) return [dateValue(year), dateValue(toYear)];
  const last = monthNumber(month);
  const from = monthNumber(fromMonth) ?? last;
  // "29 December to 3 January 2020" begins in the year before.
  const firstYear = year && from && last && from > last ? String(Number(year) - 1) : year;
  const first = dateValue(firstYear, from, day);
  return to ? [first, dateValue(year, last, to)] : [first];
}

/** A text with a stretch replaced by spaces, so that what stands there is not read again and offsets stay. */
export const blank = (text: string, { start, end }: { start: number; end: number }) => text.slice(0, start) + ' '.repeat(end - start) + text.slice(end);

function collect(text: string, found: Value[], pattern: RegExp, read: (match: RegExpMatchArray) => Value['values']): string {
  let rest = text;
  for (const match of text.matchAll(pattern)) {
    const values = read(match);
    if (values.length === 0) continue;
    const value = { start: match.index ?? 0, end: (match.index ?? 0) + match[0].length, values };
    found.push(value);
    rest = blank(rest, value);
  }
  return rest;
}

const NUMBER_WORDS = [...smallNumber.keys(), ...Object.keys(SCALES)].join('|');
const SPELT = new RegExp(`(?<![a-z\\d-])(?:${NUMBER_WORDS})(?:(?:\\s+and\\s+|[\\s-]+)(?:${NUMBER_WORDS}))*${BREAK}`, 'gi');
const SPELT_ORDINAL = new RegExp(`(?<![a-z\\d])(?:(?:${TENS.join('|')})[\\s-])?(?:${[...smallOrdinal.keys()].join('|')})${BREAK}`, 'gi');
const DIGIT_ORDINAL = /(?<![a-z\d.,])(\d{1,4})\s?(?:st|nd|rd|th)(?![a-z\d])/gi;
const ROMAN_ORDINAL =
  /(?<![A-Za-z\d.])(?=[IVXL]{2,8}(?![A-Za-z\d])|[VX](?![A-Za-z\d.]))((?:XL|L?X{0,3})(?:IX|IV|V?I{0,3}))(?:-?(?:st|nd|rd|th))?(?![A-Za-z\d])/g;
const DIGITS =
  /(?<![a-z\d]|\d[.,])(\d{1,3}(?:[,\u0020\u00a0\u2009\u202f’']\d{3})+|\d{1,3}(?:\.\d{3}){2,}|\d+)(\.\d+|,\d{1,2}(?!\d))?(?:[\s-]?(dozen|hundred|thousand|million|billion|trillion))?(?!\d)/gi;

function speltNumber(spelt: string): number {
  let total = 0;
  let group = 0;
  for (const word of spelt.toLowerCase().split(/[\s-]+/)) {
    const scale = SCALES[word];
    if (scale && scale <= 100) group = (group || 1) * scale;
    else if (scale) {
      total += (group || 1) * scale;
      group = 0;
    } else group += smallNumber.get(word) ?? 0;
  }
  return total + group;
}

function romanNumber(roman: string): number {
  const letters: Record<string, number> = { I: 1, V: 5, X: 10, L: 50 };
  return [...roman].reduce((sum, letter, i) => {
    const value = letters[letter] ?? 0;
    return sum + (value < (letters[roman[i + 1] ?? ''] ?? 0) ? -value : value);
  }, 0);
}

function speltOrdinal(spelt: string): number {
  return spelt
    .toLowerCase()
    .split(/[\s-]+/)
    .reduce((sum, word) => sum + (smallNumber.get(word) ?? smallOrdinal.get(word) ?? 0), 0);
}

/** Dates, numbers and ordinals of a text in the order they stand, in normal form. */
export function findValues(text: string): Value[] {
  const found: Value[] = [];
  let rest = plainLetters(text);
  for (const pattern of DATE_PATTERNS) rest = collect(rest, found, pattern, datesOf);
  rest = collect(rest, found, DIGIT_ORDINAL, ([, digits]) => [{ kind: 'ordinal', value: Number(digits) }]);
  rest = collect(rest, found, SPELT_ORDINAL, ([words]) => [{ kind: 'ordinal', value: speltOrdinal(words) }]);
  rest = collect(rest, found, ROMAN_ORDINAL, ([, roman]) => (roman ? [{ kind: 'ordinal', value: romanNumber(roman) }] : []));
  rest = collect(rest, found, DIGITS, ([, whole = '', fraction = '', scale = '']) => {
    const value = Number(whole.replace(/\D/g, '') + fraction.replace(',', '.')) * (SCALES[scale.toLowerCase()] ?? 1);
    return [{ kind: 'number', value }];
  });
  collect(rest, found, SPELT, ([spelt]) => [{ kind: 'number', value: speltNumber(spelt) }]);
  return found.sort((a, b) => a.start - b.start);
}

/** The numbers that a text gives, in figures or in words; no dates and no ordinals. */
export const numbersIn = (text: string): number[] =>
  findValues(text).flatMap(({ values }) => values.flatMap((value) => (value.kind === 'number' ? [value.value] : [])));

/** Search terms of a text beside its values, stop words left out. @param values Those of the text, where they are known. */
export function termsBesideValues(text: string, values = findValues(text)): Set<string> {
  const inValue = (at: number) => values.some(({ start, end }) => at >= start && at < end);
  return new Set(
    words(text)
      .filter((word) => !inValue(word.start) && !isStopWord(word.text))
      .map((word) => term(word.text)),
  );
}

/** Whether `fact` says at least what `claim` says: `3 September 2019` covers `September 2019`, not the other way. */
export function covers(fact: DateValue | NumberValue, claim: DateValue | NumberValue): boolean {
  if (fact.kind !== 'date' || claim.kind !== 'date') return fact.kind === claim.kind && (fact as NumberValue).value === (claim as NumberValue).value;
  const parts = ['year', 'month', 'day'] as const;
  return parts.every((part) => claim[part] === undefined || claim[part] === fact[part]);
}

/** A word with a capital letter or an abbreviation, and where it stands. */
export interface Name {
  text: string;
  start: number;
  end: number;
  /** It begins a sentence, where any word is capitalised. */
  initial: boolean;
}

const NAME = /(?<![\p{L}\p{M}\p{N}])(?=[\p{L}\p{M}\p{N}]*\p{Lu})[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:[-’'][\p{L}\p{M}\p{N}]+)*/gu;

/** A full stop that ends an initial or a title, not a sentence. */
const BEFORE_A_NAME = /(?<!\p{L})(?:\p{Lu}|Mr|Mrs|Ms|Dr|Prof|Amb|Gen|Col|St)\.$/u;

/** Words with a capital letter. Months and spelt numbers are values, not names. */
export function findNames(text: string): Name[] {
  return [...text.matchAll(NAME)]
    .map((match) => {
      const before = text.slice(Math.max(0, match.index - 16), match.index).trimEnd();
      const initial = before === '' || (/[.!?:;“"‘(\-–—•*]$/.test(before) && !BEFORE_A_NAME.test(before));
      return { text: match[0], start: match.index, end: match.index + match[0].length, initial };
    })
    .filter(({ text: name }) => !MONTHS.includes(fold(name)) && !smallNumber.has(fold(name)) && !smallOrdinal.has(fold(name)));
}

/** Names that follow each other with nothing else between them than `between` allows, such as the parts of a person's name. */
export function nameRuns(text: string, names: Name[], between: RegExp): Name[][] {
  const runs: Name[][] = [];
  for (const name of names) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    if (run && before && between.test(text.slice(before.end, name.start))) run.push(name);
    else runs.push([name]);
  }
  return runs;
}
