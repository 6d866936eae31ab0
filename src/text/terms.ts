import { stemmer } from 'stemmer';

/** A word of a text, with where it stands (UTF-16 code units). */
export interface Word {
  text: string;
  start: number;
  end: number;
}

const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*/gu;

/** Words that carry no content in a question or a passage. Public knowledge of English; kept small on purpose. */
const STOP_WORDS = new Set(
  `a an the and or but nor of in on at by to for from with without into onto upon over under about as than then so
  is are was were be been being am do does did done doing have has had having will would shall should can could may might must
  i you he she it we they me him her us them my your his its our their this that these those there here
  who whom whose which what when where why how not no yes if because while during before after between among
  any some all each every both either neither other another such own same too very just also only ever
  please tell give say says said name list explain describe mention according`.split(/\s+/),
);

/** Nothing but ASCII, as most words are: there is nothing to take apart. */
const PLAIN = /^[\x20-\x7e]*$/;

/** Lower case without accents: `Türkiye` and `TURKIYE` become `turkiye`, `Bakı` becomes `baki`. */
export function fold(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/ı/g, 'i')
    .replace(/ə/g, 'e')
    .replace(/ß/g, 'ss')
    .replace(/ø/g, 'o')
    .replace(/ł/g, 'l');
}

export function words(text: string): Word[] {
  return [...text.matchAll(WORD)].map((match) => ({ text: match[0], start: match.index, end: match.index + match[0].length }));
}

/** The words of a text alone. */
export const wordsIn = (text: string): string[] => text.match(WORD) ?? [];

/** Search term of a word in folded form: stemmed where it is a Latin word without digits. */
export const termOfFolded = (folded: string): string => (/^[a-z]{3,}$/.test(folded) ? stemmer(folded) : folded);

/** Search term of one word. */
export const term = (word: string): string => termOfFolded(fold(word));

export const isStopWord = (word: string): boolean => STOP_WORDS.has(fold(word));

/** All search terms of a text, stop words included. */
export const termSet = (text: string): Set<string> => new Set(wordsIn(text).map(term));

/** Search terms of a text in order, stop words left out. */
export function terms(text: string): string[] {
  return wordsIn(text)
    .filter((word) => !isStopWord(word))
    .map(term);
}
