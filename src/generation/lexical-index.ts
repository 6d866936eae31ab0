import { distance } from 'fastest-levenshtein';
import { isStopWord, term, words } from '../text/terms.js';
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
  /** Words of the documents, folded, with how often they stand there. */
  vocabulary: ReadonlyMap<string, number>;
  size: number;
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

function countVocabulary(parts: LexicalPart[]): Map<string, number> {
  const vocabulary = new Map<string, number>();
  for (const { postings, numbers } of parts) {
    postings.folded.forEach((folded, word) => {
      const count = liveCount(postings.text, numbers, word);
      if (count > 0) vocabulary.set(folded, (vocabulary.get(folded) ?? 0) + count);
    });
  }
  return vocabulary;
}

/** Numbers by passage of which only the few that a query touches are ever set, and taken back. */
class Tally {
  readonly touched: number[] = [];
  constructor(readonly values: Float64Array) {}

  add(id: number, value: number): void {
    if (this.values[id] === 0) this.touched.push(id);
    this.values[id] = (this.values[id] as number) + value;
  }

  clear(): void {
    for (const id of this.touched) this.values[id] = 0;
    this.touched.length = 0;
  }
}

/**
 * Searches the words of several segments as if they were one.
 *
 * @param size How many passages count.
 */
export function lexicalIndex(parts: LexicalPart[], size: number): LexicalIndex {
  const vocabulary = countVocabulary(parts);
  const means = { text: meanLength(parts, 'text', size), context: meanLength(parts, 'context', size) };
  const lengths = { text: new Uint16Array(size), context: new Uint16Array(size) };
  for (const { postings, numbers } of parts)
    numbers.forEach((id, i) => {
      if (id < 0) return;
      for (const { field } of FIELDS) lengths[field][id] = postings[field].lengths[i] as number;
    });
  const tally = () => new Tally(new Float64Array(size));
  const [frequencies, ofTerm, total, matched] = [tally(), tally(), tally(), tally()];
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
      frequency = frequencies.touched.length;
      frequencies.clear();
      if (frequency > 0) known.set(word, frequency);
    }
    return frequency;
  };

  const addScores = (word: string, weight: number) => {
    for (const { field, boost } of FIELDS) {
      count(frequencies, word, field, false);
      const { touched, values } = frequencies;
      const rarity = Math.log(1 + (size - touched.length + 0.5) / (touched.length + 0.5));
      for (const id of touched) {
        const frequency = values[id] as number;
        const length = (lengths[field][id] as number) / means[field];
        ofTerm.add(id, weight * boost * (rarity * (D + (frequency * (K + 1)) / (frequency + K * (1 - B + B * length)))));
      }
      frequencies.clear();
    }
  };

  /** Terms of the documents within an edit distance, with that distance, in the order of the alphabet. */
  const nearTerms = (word: string, allowed: number): [string, number][] => {
    const near = new Map<string, number>();
    for (const { postings } of parts)
      for (const other of postings.firstOfTerm.keys()) {
        if (Math.abs(other.length - word.length) > allowed || near.has(other)) continue;
        const edits = distance(word, other);
        if (edits <= allowed) near.set(other, edits);
      }
    return [...near].sort(([a], [b]) => (a < b ? -1 : 1));
  };

  return {
    size,
    vocabulary,
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
        for (const id of ofTerm.touched) {
          total.add(id, ofTerm.values[id] as number);
          // A word asked for twice is still one word found.
          if (!searched.has(asked)) matched.add(id, 1);
        }
        searched.add(asked);
        ofTerm.clear();
      }
      const best = bestOf(wanted);
      for (const id of total.touched) if (!allowed || allowed(id)) best.add(id, (total.values[id] as number) * (matched.values[id] as number));
      total.clear();
      matched.clear();
      return best.sorted();
    },
  };
}
