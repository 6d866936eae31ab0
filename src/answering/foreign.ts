import { distance } from 'fastest-levenshtein';
import type { LexicalIndex } from '../generation/lexical-index.js';
import { fold, isStopWord, words } from '../text/terms.js';

/** Cyrillic letters of Russian, Kazakh, Kyrgyz and Azerbaijani by the Latin ones that English spelling of names has. */
const LATIN: Record<string, string> = Object.fromEntries(
  'а=a б=b в=v г=g д=d е=e ё=e ж=zh з=z и=i й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh ц=ts ч=ch ш=sh щ=sh ъ= ы=y ь= э=e ю=yu я=ya ә=a ғ=g қ=k ң=n ө=o ұ=u ү=u һ=h і=i ҝ=g ҹ=j ј=y'
    .split(' ')
    .map((pair) => pair.split('=') as [string, string]),
);

/** A word in Latin letters, folded. */
const romanise = (word: string): string => [...fold(word)].map((letter) => LATIN[letter] ?? letter).join('');

/** Letters of a name, and of the case endings that may follow it. */
const MIN_NAME = 4;
const MAX_ENDING = 5;

/** Share of its words that a question in the documents' language has in common with them or with the model's vocabulary. */
const MIN_KNOWN = 0.6;

/**
 * Whether a question is written in another language than the documents: hardly a word of it is theirs, nor are those
 * that every sentence has.
 *
 * @param isWord Whether the model knows a word.
 */
export function isForeign(question: string, { vocabulary }: Pick<LexicalIndex, 'vocabulary'>, isWord: (word: string) => boolean): boolean {
  const all = words(question).filter(({ text }) => /^\p{L}{2,}$/u.test(text));
  if (all.length < 2 || all.some(({ text }) => isStopWord(text) && text.length > 2)) return false;
  const known = all.filter(({ text }) => vocabulary.has(fold(text)) || (/^[a-z]+$/.test(fold(text)) && isWord(fold(text))));
  return known.length < MIN_KNOWN * all.length;
}

/** The name of the documents that a foreign word is a spelling or an inflected form of; null where there is none. */
function nameFor(word: string, names: Iterable<string>): string | null {
  let best: { name: string; cost: number } | null = null;
  for (const name of names) {
    if (name.length < MIN_NAME || name[0] !== word[0]) continue;
    const stem = word.slice(0, name.length);
    const ending = Math.max(0, word.length - name.length);
    const allowed = name.length >= 7 ? 2 : 1;
    if (ending > MAX_ENDING || word.length < name.length - 1) continue;
    const cost = distance(stem, name) * 2 + ending * 0.5;
    if (distance(stem, name) <= allowed && (!best || cost < best.cost || (cost === best.cost && name < best.name))) best = { name, cost };
  }
  return best?.name ?? null;
}

/** Replaces the names in a question of another language by those of the documents, as far as their spelling tells. */
export function translateNames(question: string, { vocabulary, isCommonWord }: Pick<LexicalIndex, 'vocabulary' | 'isCommonWord'>): string {
  const initials = new Set(words(question).map(({ text }) => romanise(text)[0]));
  const alike = new Set([...vocabulary.words()].filter((word) => initials.has(word[0])));
  const names = [...alike].filter((word) => vocabulary.has(word) && !isCommonWord(word));
  let translated = question;
  for (const { text, start, end } of words(question).reverse()) {
    const word = romanise(text);
    if (word.length < MIN_NAME || vocabulary.has(fold(text)) || !/^\p{Lu}/u.test(text)) continue;
    const name = nameFor(word, names);
    if (name) translated = translated.slice(0, start) + name + translated.slice(end);
  }
  return translated;
}
