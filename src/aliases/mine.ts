import type { Document } from '../documents/document.js';
import { fold, isStopWord } from '../text/terms.js';

/** Words that may stand inside a name without a capital letter. */
const LINK = '(?:of|the|and|for|in|on|to|with|de|des|du|der|al|&)';
const CAPITAL = "\\p{Lu}[\\p{L}\\p{M}\\p{N}’'&-]*";
/** A run of capitalised words with small words between them. */
const NAME = `${CAPITAL}(?:\\s+(?:${LINK}\\s+){0,2}${CAPITAL})*`;

/** Ways to say that two names are of one thing; "then called", "formerly", "until 2011", "renamed". */
const RENAMED =
  '(?:(?:which\\s+)?(?:was|is|were|are)\\s+)?(?:then|formerly|previously|originally|initially|also|now|today|at\\s+the\\s+time|until\\s+\\d{4}|till\\s+\\d{4}|since\\s+\\d{4}|later)\\s*,?\\s*(?:called|known(?:\\s+as)?|named|renamed(?:\\s+(?:to|as|into))?|the\\s+name)?';
/** What stands between two names of one thing. */
const RENAMING = new RegExp(
  `(?:\\s*(?:\\(|,|–|—)\\s*(?:${RENAMED}|(?:also\\s+)?(?:known|called|referred\\s+to)\\s+as|renamed(?:\\s+(?:to|as|into))?)` +
    '|\\s+(?:was|has\\s+been|is)\\s+(?:later\\s+)?(?:renamed|called|known)(?:\\s+(?:to|as|into))?' +
    '|\\s+changed\\s+its\\s+name\\s+(?:to|into)' +
    ')\\s+(?:the\\s+)?["“«]?(?=\\p{Lu})',
  'gu',
);

/** A short name in brackets after a long one, and a long one in brackets after a short one. */
const BRACKETED = /\(\s*["“«]?([^()"“”«»]{2,80}?)["”»]?\s*\)/gu;

/** Where a name that ends a text, or stands before what is told of it, is looked for. */
const MAX_BEFORE = 160;

const NAME_AT_START = new RegExp(`^${NAME}`, 'u');
const NAME_AT_END = new RegExp(`(${NAME})\\s*["”»]?\\s*$`, 'u');
const CAPITALS_AT_END = new RegExp(`(?:${CAPITAL}\\s+(?:${LINK}\\s+){0,2})+$`, 'u');
const LINK_AT_START = new RegExp(`^${LINK}\\s`, 'u');

/** Capitals make an abbreviation: at least two, in one word. */
const isShort = (text: string): boolean => /^[\p{L}\p{N}&/.-]{2,14}$/u.test(text) && (text.match(/\p{Lu}/gu)?.length ?? 0) >= 2;

/**
 * The long form of an abbreviation at the end of a text, by the method of Schwartz and Hearst: its letters are found
 * from right to left, the first of them at the beginning of a word. https://psb.stanford.edu/psb-online/proceedings/psb03/schwartz.pdf
 */
export function longFormBefore(short: string, before: string): string | null {
  const letters = [...short].filter((letter) => /[\p{L}\p{N}]/u.test(letter));
  const most = Math.min(letters.length + 5, 2 * letters.length);
  const clause = before.slice(Math.max(0, ...[...before.matchAll(/[.;:,(“"]\s/gu)].map(({ index }) => index + 2))).trimEnd();
  // Folding may change lengths; then the offsets would not fit.
  if (fold(clause).length !== clause.length) return null;
  const at = matchLetters(letters, clause, true) ?? matchLetters(letters, clause, false);
  if (at === null) return null;
  const long = extendLeft(clause, at, letters[0] as string);
  const count = long.split(/\s+/).length;
  const whole = !LINK_AT_START.test(long);
  return whole && count >= 2 && count <= most && fold(long) !== fold(short) ? long : null;
}

/** Where the letters begin that are found from right to left; null where they are not all there. */
function matchLetters(letters: string[], text: string, capital: boolean): number | null {
  const lower = fold(text);
  const begins = (at: number) => at === 0 || !/[\p{L}\p{N}]/u.test(lower[at - 1] as string);
  let at = lower.length;
  for (let i = letters.length - 1; i >= 0; i--) {
    const letter = fold(letters[i] as string);
    const first = i === 0;
    do at--;
    while (at >= 0 && (lower[at] !== letter || (first && (!begins(at) || (capital && !/\p{Lu}/u.test(text[at] as string))))));
    if (at < 0) return null;
  }
  return at;
}

/** "Conference on Interaction and [Confidence Building Measures in Asia]": a run of capitalised words is taken from its first word with that letter. */
function extendLeft(text: string, at: number, letter: string): string {
  const run = text.slice(0, at).match(CAPITALS_AT_END);
  const words = run ? [...run[0].matchAll(/\S+/g)] : [];
  const first = words.find(([word]) => fold(word).startsWith(fold(letter)) && /^\p{Lu}/u.test(word));
  return text.slice(run && first ? (run.index ?? 0) + first.index : at).trim();
}

/** The run of capitalised words that ends a text. */
const nameBefore = (before: string): string | null => before.match(NAME_AT_END)?.[1] ?? null;

/** The run of capitalised words that begins a text. */
const nameAfter = (after: string): string | null => after.match(NAME_AT_START)?.[0] ?? null;

/** Letters by which two names in a row are taken for one thing's: "University Games (Universiade)". */
const SHARED_LETTERS = 5;

/** Whether two names have words that begin alike; a town and its country have none. */
const likeNames = (a: string, b: string): boolean => {
  const beginnings = (name: string) =>
    fold(name)
      .split(/[^\p{L}]+/u)
      .filter((word) => word.length >= SHARED_LETTERS)
      .map((word) => word.slice(0, SHARED_LETTERS));
  return beginnings(a).some((beginning) => beginnings(b).includes(beginning));
};

const cleaned = (name: string): string =>
  name
    .replace(/\s+/g, ' ')
    .replace(/^(?:the|The)\s+/, '')
    .replace(/[’']s?$/u, '')
    .trim();

/** A name must say something: letters, and more than stop words. */
const isName = (name: string): boolean => /\p{L}{2}/u.test(name) && name.split(' ').some((word) => !isStopWord(word)) && name.length <= 90;

/** Two names of one thing. */
export type NamePair = [string, string];

/** Pairs of names that a text gives: "X (Y)", "then called", "formerly", "renamed". */
export function aliasPairs(text: string): NamePair[] {
  const pairs: NamePair[] = [];
  const add = (a: string | null | undefined, b: string | null | undefined) => {
    const [one, other] = [cleaned(a ?? ''), cleaned(b ?? '')];
    if (isName(one) && isName(other) && fold(one) !== fold(other)) pairs.push([one, other]);
  };
  for (const match of text.matchAll(BRACKETED)) {
    const inside = match[1] as string;
    const before = text.slice(Math.max(0, match.index - MAX_BEFORE), match.index).replace(/\s*["”»]?\s*$/, '');
    const last = before.match(/\S+$/)?.[0] ?? '';
    if (isShort(inside)) {
      const name = nameBefore(before);
      add(longFormBefore(inside, before) ?? (inside.length >= 3 && name?.includes(' ') ? name : null), inside);
    } else if (nameAfter(inside) === inside && likeNames(nameBefore(before) ?? '', inside)) add(nameBefore(before), inside);
    else if (isShort(last)) add(longFormBefore(last, inside) === inside ? inside : null, last);
  }
  for (const { 0: renaming, index } of text.matchAll(RENAMING)) {
    add(nameBefore(text.slice(Math.max(0, index - MAX_BEFORE), index)), nameAfter(text.slice(index + renaming.length)));
  }
  return pairs;
}

/** Pairs of names of one thing that a document gives, paragraph by paragraph. */
export function* namePairs({ text, paragraphs }: Document): Generator<NamePair[]> {
  for (const { start, end } of paragraphs) yield aliasPairs(text.slice(start, end));
}
