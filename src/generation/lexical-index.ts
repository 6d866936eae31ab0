import { distance } from 'fastest-levenshtein';
import { isStopWord, term, termOfFolded, words } from '../text/terms.js';
import { bestOf, type Scored } from './best.js';
import { type FieldPostings, type Postings, wordsOf } from './postings.js';

/** Keyword search over the passages of a generation. */
export interface LexicalIndex {
  /**
   * At most `count` passages by their BM25+ score, best first, ties by number.
   *
   * @param allowed Which passages may be found; all where it is not given. The scores do not depend on it.
   */
  search(query: string, count: number, allowed?: (id: number) => boolean): Scored[];
  /** How many passages hold a search term. */
  documentFrequency(term: string): number;
  /** Whether some passage writes the word in lower case. */
  isCommonWord(word: string): boolean;
  vocabulary: Vocabulary;
  size: number;
}

/** Words of the documents, folded: counted where they are asked for, since there are as many as memory is wanted for. */
export interface Vocabulary {
  has(word: string): boolean;
  /** How often a word stands in the documents. */
  count(word: string): number;
  /** Every word once or oftener, and maybe words that only documents had that are gone; {@link has} tells. */
  words(): Iterable<string>;
}

/** Words of a segment, and which of its passages count: their numbers in the generation, -1 for those that do not. */
export interface LexicalPart {
  postings: Postings;
  numbers: Int32Array;
}

/** Words of the title and section count, but less than the passage's own. Measured on the development questions. */
const CONTEXT_BOOST = 0.4;

/** Edit distance allowed for words the documents do not know, as a share of their length, and at most. */
const FUZZINESS = 0.25;
const MAX_DISTANCE = 2;

/** Shortest word that may be a misspelling of another. */
const MIN_FUZZY_LENGTH = 4;

/** What a misspelt word counts, before its distance is taken into account. */
const FUZZY_WEIGHT = 0.45;

/** BM25+ as MiniSearch, from which the scores come that the ranker was fitted on, has it. */
const K = 1.2;
const B = 0.7;
const D = 0.5;

const FIELDS = [
  { field: 'text', boost: 1 },
  { field: 'context', boost: CONTEXT_BOOST },
] as const;
type FieldName = (typeof FIELDS)[number]['field'];

/** Mean number of different words in a field. */
function meanLength(parts: LexicalPart[], field: FieldName, size: number): number {
  let sum = 0;
  for (const { postings, numbers } of parts)
    for (let i = 0; i < numbers.length; i++) if ((numbers[i] as number) >= 0) sum += postings[field].lengths[i] as number;
  return sum / Math.max(1, size);
}

/** Sum of a word's counts over the passages that count. */
function liveCount({ offsets, passages, counts }: FieldPostings, numbers: Int32Array, word: number): number {
  let sum = 0;
  for (let at = offsets[word] as number; at < (offsets[word + 1] as number); at++)
    if ((numbers[passages[at] as number] as number) >= 0) sum += counts[at] as number;
  return sum;
}

function vocabularyOf(parts: LexicalPart[]): Vocabulary {
  const count = (word: string): number => {
    let sum = 0;
    for (const { postings, numbers } of parts) {
      const { from, to } = wordsOf(postings, termOfFolded(word));
      for (let form = from; form < to; form++) if (postings.folded[form] === word) sum += liveCount(postings.text, numbers, form);
    }
    return sum;
  };
  return {
    count,
    has: (word) => count(word) > 0,
    *words() {
      for (const { postings } of parts) yield* postings.folded;
    },
  };
}

/** Numbers by passage of which only the few that a query touches are ever set, and taken back. */
class Tally {
  readonly touched: Uint32Array;
  readonly values: Float64Array;
  used = 0;

  constructor(size: number) {
    this.touched = new Uint32Array(size);
    this.values = new Float64Array(size);
  }

  add(id: number, value: number): void {
    const before = this.values[id] as number;
    if (before === 0) this.touched[this.used++] = id;
    this.values[id] = before + value;
  }

  clear(): void {
    for (let i = 0; i < this.used; i++) this.values[this.touched[i] as number] = 0;
    this.used = 0;
  }
}

/**
 * Searches the words of several segments as if they were one.
 *
 * @param size How many passages count.
 */
export function lexicalIndex(parts: LexicalPart[], size: number): LexicalIndex {
  const means = { text: meanLength(parts, 'text', size), context: meanLength(parts, 'context', size) };
  const lengths = { text: new Uint16Array(size), context: new Uint16Array(size) };
  for (const { postings, numbers } of parts)
    numbers.forEach((id, i) => {
      if (id < 0) return;
      for (const { field } of FIELDS) lengths[field][id] = postings[field].lengths[i] as number;
    });
  /** What BM25 adds to the count of a word, by the length of the field it stands in. */
  const damping = (field: FieldName) =>
    Float64Array.from({ length: 1 + lengths[field].reduce((most, length) => Math.max(most, length), 0) }, (_, length) => K * (1 - B + B * (length / means[field])));
  const dampings = { text: damping('text'), context: damping('context') };
  const [frequencies, ofTerm, total] = [new Tally(size), new Tally(size), new Tally(size)];
  const matched = new Uint16Array(size);
  const known = new Map<string, number>();

  /** Adds to the tally how often the term's words stand in a field of each passage. */
  const count = (into: Tally, word: string, field: FieldName, stopWords: boolean) => {
    for (const { postings, numbers } of parts) {
      const { from, to } = wordsOf(postings, word);
      const { offsets, passages, counts } = postings[field];
      for (let form = from; form < to; form++) {
        if (postings.isStop[form] && !stopWords) continue;
        for (let at = offsets[form] as number; at < (offsets[form + 1] as number); at++) {
          const id = numbers[passages[at] as number] as number;
          if (id >= 0) into.add(id, counts[at] as number);
        }
      }
    }
  };

  const documentFrequency = (word: string): number => {
    let frequency = known.get(word);
    if (frequency === undefined) {
      for (const { field } of FIELDS) count(frequencies, word, field, true);
      frequency = frequencies.used;
      frequencies.clear();
      if (frequency > 0) known.set(word, frequency);
    }
    return frequency;
  };

  const addScores = (word: string, weight: number) => {
    for (const { field, boost } of FIELDS) {
      count(frequencies, word, field, false);
      const { touched, values, used } = frequencies;
      const [length, damped] = [lengths[field], dampings[field]];
      const rarity = Math.log(1 + (size - used + 0.5) / (used + 0.5));
      for (let i = 0; i < used; i++) {
        const id = touched[i] as number;
        const frequency = values[id] as number;
        ofTerm.add(id, weight * boost * (rarity * (D + (frequency * (K + 1)) / (frequency + (damped[length[id] as number] as number)))));
      }
      frequencies.clear();
    }
  };

  /** Terms of the documents within an edit distance, with that distance, in the order of the alphabet. */
  const nearTerms = (word: string, allowed: number): [string, number][] => {
    const near = new Map<string, number>();
    for (const { postings } of parts)
      for (const other of postings.terms) {
        if (Math.abs(other.length - word.length) > allowed || near.has(other)) continue;
        const edits = distance(word, other);
        if (edits <= allowed) near.set(other, edits);
      }
    return [...near].sort(([a], [b]) => (a < b ? -1 : 1));
  };

  return {
    size,
    vocabulary: vocabularyOf(parts),
    documentFrequency,
    isCommonWord: (word) =>
      /^\p{Ll}/u.test(word) &&
      parts.some(({ postings, numbers }) => {
        const { from, to } = wordsOf(postings, term(word));
        for (let form = from; form < to; form++) if (postings.words[form] === word) return liveCount(postings.text, numbers, form) > 0;
        return false;
      }),
    search(query, wanted, allowed) {
      const searched = new Set<string>();
      for (const word of words(query)) {
        if (isStopWord(word.text)) continue;
        const asked = term(word.text);
        addScores(asked, 1);
        if (asked.length >= MIN_FUZZY_LENGTH && documentFrequency(asked) === 0) {
          const most = Math.min(MAX_DISTANCE, Math.round(asked.length * FUZZINESS));
          for (const [near, edits] of nearTerms(asked, most)) addScores(near, (FUZZY_WEIGHT * near.length) / (near.length + edits));
        }
        // A word asked for twice is still one word found.
        const isNew = Number(!searched.has(asked));
        for (let i = 0; i < ofTerm.used; i++) {
          const id = ofTerm.touched[i] as number;
          total.add(id, ofTerm.values[id] as number);
          matched[id] = (matched[id] as number) + isNew;
        }
        searched.add(asked);
        ofTerm.clear();
      }
      const best = bestOf(wanted);
      for (let i = 0; i < total.used; i++) {
        const id = total.touched[i] as number;
        if (!allowed || allowed(id)) best.add(id, (total.values[id] as number) * (matched[id] as number));
        matched[id] = 0;
      }
      total.clear();
      return best.sorted();
    },
  };
}
