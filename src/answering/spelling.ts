import { distance } from 'fastest-levenshtein';
import type { LexicalIndex, Vocabulary } from '../generation/lexical-index.js';
import { fold, words } from '../text/terms.js';

/** Shorter words have too many neighbours: "jabs" is one letter from "jobs". */
const MIN_LENGTH = 5;
/** A word of this length may have two letters wrong, a shorter one has one. */
const LONG_WORD = 7;

/** Letters of a stem and of an ending that make a word together. */
const MIN_STEM = 4;
const MAX_ENDING = 4;

const QUESTION_WORDS = ['when', 'where', 'what', 'which', 'who', 'whom', 'whose', 'how', 'why'];
const ASKS = /\b(?:wh(?:en|ere|at|ich|o|om|ose|y)|how)\b|^\W*(?:is|are|was|were|did|does|do|has|have|had|can|could|will|would|should|list|name)\b/i;

/** "wen", "wat", "whch": the question word of a question that has none, where one letter is wrong. */
function correctQuestionWord(text: string): string {
  if (ASKS.test(text)) return text;
  const found = words(text).flatMap((word) => {
    const meant = word.text.length > 2 ? QUESTION_WORDS.find((known) => distance(fold(word.text), known) === 1) : undefined;
    return meant ? [{ ...word, meant }] : [];
  })[0];
  return found ? text.slice(0, found.start) + found.meant + text.slice(found.end) : text;
}

/** The word of the documents nearest to a misspelt one, the more frequent where two are as near; null where none is near. */
function nearestWord(word: string, vocabulary: Vocabulary): string | null {
  const allowed = word.length >= LONG_WORD ? 2 : 1;
  let best: { word: string; distance: number; count: number } | null = null;
  for (const known of vocabulary.words()) {
    if (known[0] !== word[0] || Math.abs(known.length - word.length) > allowed) continue;
    const d = distance(word, known);
    if (d > allowed || (best && d > best.distance)) continue;
    const count = vocabulary.count(known);
    if (count === 0) continue;
    // Equally near and frequent words in the order of the alphabet: the vocabulary has none that stays.
    const nearer = !best || d < best.distance || count > best.count || (count === best.count && known < best.word);
    if (nearer) best = { word: known, distance: d, count };
  }
  return best?.word ?? null;
}

/**
 * Whether a model's tokenizer knows a word: as one piece, or as a word of some length with one ending ("trainee" + "s").
 * The pieces of a misspelt word are more, or shorter.
 */
export function isKnownWord(word: string, countTokens: (text: string) => number): boolean {
  const pieces = countTokens(word);
  if (pieces !== 2) return pieces < 2;
  for (let length = MIN_STEM; length < word.length; length++) if (countTokens(word.slice(0, length)) === 1 && word.length - length <= MAX_ENDING) return true;
  return false;
}

/**
 * Replaces words that neither the documents nor the language know by the nearest word of the documents.
 *
 * @param isWord Whether the language knows a word; such a word stays, whatever the documents hold.
 * @returns The corrected text, or null when nothing was to be corrected.
 */
export function correctSpelling(text: string, { vocabulary }: Pick<LexicalIndex, 'vocabulary'>, isWord: (word: string) => boolean): string | null {
  let corrected = correctQuestionWord(text);
  for (const word of words(corrected).reverse()) {
    const folded = fold(word.text);
    if (folded.length < MIN_LENGTH || !/^[a-z]+$/.test(folded) || vocabulary.has(folded) || isWord(folded)) continue;
    const known = nearestWord(folded, vocabulary);
    if (known) corrected = corrected.slice(0, word.start) + known + corrected.slice(word.end);
  }
  return corrected === text ? null : corrected;
}
