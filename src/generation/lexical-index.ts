import { distance } from 'fastest-levenshtein';
import { isStopWord, term, termOfFolded, words } from '../text/terms.js';
import { bestOf, type Scored } from './best.js';
import { type FieldPostings, lettersOf, type Postings, wordsOf } from './postings.js';

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

/** Whether a word stands in some passage that counts. */
function isLive({ offsets, passages }: FieldPostings, numbers: Int32Array, word: number): boolean {
  for (let at = offsets[word] as number; at < (offsets[word + 1] as number); at++) if ((numbers[passages[at] as number] as number) >= 0) return true;
  return false;
}

function vocabularyOf(parts: LexicalPart[]): Vocabulary {
  /** Calls back with each place of a folded word, until it is told to stop. */
  const some = (word: string, stop: (part: LexicalPart, form: number) => boolean): boolean =>
    parts.some((part) => {
      const { from, to } = wordsOf(part.postings, termOfFolded(word));
      for (let form = from; form < to; form++) if (part.postings.folded[form] === word && stop(part, form)) return true;
      return false;
    });
  return {
    has: (word) => some(word, ({ postings, numbers }, form) => isLive(postings.text, numbers, form)),
    count(word) {
      let sum = 0;
      some(word, ({ postings, numbers }, form) => {
        sum += liveCount(postings.text, numbers, form);
        return false;
      });
      return sum;
    },
    *words() {
      for (const { postings } of parts) yield* postings.folded;
    },
  };
}

/**
 * Passages that are scored together: so few that their sums stay in the processor's nearest cache, and so many that
 * going from word to word is soon done.
 */
const BLOCK = 2048;

/** Sums of a block, by place; all of them 0 between two uses. */
const counted = new Float64Array(BLOCK);
const ofWord = new Float64Array(BLOCK);
const total = new Float64Array(BLOCK);
const matched = new Uint16Array(BLOCK);

/** Postings of one form of a term: those of the block at hand, and those after them. */
interface Form {
  from: number;
  to: number;
  end: number;
}

/** A term in one field of a segment, with what it adds to a score. */
interface Sought {
  postings: FieldPostings;
  forms: Form[];
  factor: number;
  rarity: number;
  /** What BM25 adds to the count of a word, by the length of the field. */
  damping: Float64Array;
}

/** Goes on to the postings of a block. */
function moveTo({ postings: { passages }, forms }: Sought, start: number): void {
  for (const form of forms) {
    form.from = form.to;
    while (form.to < form.end && (passages[form.to] as number) < start + BLOCK) form.to++;
  }
}

/** Adds the scores of a term in the passages of a block to those of the word it is searched for. */
function addScores({ postings, forms, factor, rarity, damping }: Sought, start: number): void {
  const { passages, counts, lengths } = postings;
  for (const { from, to } of forms)
    for (let at = from; at < to; at++) {
      const place = (passages[at] as number) - start;
      counted[place] = (counted[place] as number) + (counts[at] as number);
    }
  for (const { from, to } of forms)
    for (let at = from; at < to; at++) {
      const passage = passages[at] as number;
      const place = passage - start;
      const count = counted[place] as number;
      // A passage that holds several forms was scored with the first of them.
      if (count === 0) continue;
      counted[place] = 0;
      const score = factor * (rarity * (D + (count * (K + 1)) / (count + (damping[lengths[passage] as number] as number))));
      ofWord[place] = (ofWord[place] as number) + score;
    }
}

/** Adds the scores of a word, which stands in the passages of these postings, to those of the question. */
function addWord({ postings: { passages }, forms }: Sought, start: number, isNew: number): void {
  for (const { from, to } of forms)
    for (let at = from; at < to; at++) {
      const place = (passages[at] as number) - start;
      const score = ofWord[place] as number;
      if (score === 0) continue;
      ofWord[place] = 0;
      total[place] = (total[place] as number) + score;
      matched[place] = (matched[place] as number) + isNew;
    }
}

/** Offers the passages of a block with the scores that they came to. */
function takeBest(best: ReturnType<typeof bestOf>, numbers: Int32Array, start: number, allowed: ((id: number) => boolean) | undefined): void {
  const places = Math.min(BLOCK, numbers.length - start);
  let least = Math.max(Number.MIN_VALUE, best.least());
  for (let place = 0; place < places; place++) {
    const score = (total[place] as number) * (matched[place] as number);
    if (score < least) continue;
    const id = numbers[start + place] as number;
    if (id < 0 || (allowed && !allowed(id))) continue;
    best.add(id, score);
    least = Math.max(least, best.least());
  }
}

/**
 * Searches the words of several segments as if they were one.
 *
 * @param size How many passages count.
 */
export function lexicalIndex(parts: LexicalPart[], size: number): LexicalIndex {
  const damping = (field: FieldName) => {
    const mean = meanLength(parts, field, size);
    const longest = parts.reduce((most, { postings }) => postings[field].lengths.reduce((longer, length) => Math.max(longer, length), most), 0);
    return Float64Array.from({ length: longest + 1 }, (_, length) => K * (1 - B + B * (length / mean)));
  };
  const dampings = { text: damping('text'), context: damping('context') };

  /** Forms of a term in one field of a segment. */
  const formsOf = ({ postings }: LexicalPart, word: string, field: FieldName, stopWords: boolean): Form[] => {
    const { from: first, to: after } = wordsOf(postings, word);
    const { offsets } = postings[field];
    const forms: Form[] = [];
    for (let form = first; form < after; form++) {
      const [from, end] = [offsets[form] as number, offsets[form + 1] as number];
      if (from < end && (stopWords || !postings.isStop[form])) forms.push({ from, to: from, end });
    }
    return forms;
  };

  /** How many passages hold a term in one of some fields. */
  const passagesWith = (word: string, fields: readonly FieldName[], stopWords: boolean): number => {
    let count = 0;
    for (const part of parts) {
      const lists = fields.flatMap((field) => formsOf(part, word, field, stopWords).map((form) => ({ ...form, passages: part.postings[field].passages })));
      // Only where there are several lists can a passage be met twice.
      const met = lists.length > 1 ? new Uint8Array(part.postings.size) : null;
      for (const { from, end, passages } of lists)
        for (let at = from; at < end; at++) {
          const passage = passages[at] as number;
          if ((part.numbers[passage] as number) < 0 || met?.[passage]) continue;
          count++;
          if (met) met[passage] = 1;
        }
    }
    return count;
  };

  const known = new Map<string, number>();
  const remember = (key: string, count: () => number): number => {
    const value = known.get(key) ?? count();
    if (value > 0) known.set(key, value);
    return value;
  };
  const documentFrequency = (word: string): number => remember(word, () => passagesWith(word, ['text', 'context'], true));
  const rarityOf = (word: string, field: FieldName): number => {
    const count = remember(`${field} ${word}`, () => passagesWith(word, [field], false));
    return Math.log(1 + (size - count + 0.5) / (count + 0.5));
  };
  const isKnown = (word: string): boolean =>
    parts.some(({ postings, numbers }) => {
      const { from, to } = wordsOf(postings, word);
      for (let form = from; form < to; form++) if (FIELDS.some(({ field }) => isLive(postings[field], numbers, form))) return true;
      return false;
    });

  /** Terms of the documents within an edit distance, with that distance, in the order of the alphabet. */
  const nearTerms = (word: string, allowed: number): [string, number][] => {
    const near = new Map<string, number>();
    const letters = lettersOf(word);
    for (const { postings } of parts)
      postings.terms.forEach((other, i) => {
        // An edit changes at most two letters.
        if (Math.abs(other.length - word.length) > allowed || countBits(letters ^ (postings.letters[i] as number)) > 2 * allowed || near.has(other)) return;
        const edits = distance(word, other);
        if (edits <= allowed) near.set(other, edits);
      });
    return [...near].sort(([a], [b]) => (a < b ? -1 : 1));
  };

  /** Terms to search for a word, and what each counts: the word's own, and where nobody knows that, those like it. */
  const termsFor = (word: string): { term: string; weight: number }[] => {
    const own = { term: word, weight: 1 };
    if (word.length < MIN_FUZZY_LENGTH || isKnown(word)) return [own];
    const most = Math.min(MAX_DISTANCE, Math.round(word.length * FUZZINESS));
    return [own, ...nearTerms(word, most).map(([near, edits]) => ({ term: near, weight: (FUZZY_WEIGHT * near.length) / (near.length + edits) }))];
  };

  return {
    size,
    vocabulary: vocabularyOf(parts),
    documentFrequency,
    isCommonWord: (word) =>
      /^\p{Ll}/u.test(word) &&
      parts.some(({ postings, numbers }) => {
        const { from, to } = wordsOf(postings, term(word));
        for (let form = from; form < to; form++) if (postings.words[form] === word) return isLive(postings.text, numbers, form);
        return false;
      }),
    search(query, wanted, allowed) {
      const searched = words(query)
        .filter((word) => !isStopWord(word.text))
        .map((word) => term(word.text))
        // A word asked for twice is still one word found.
        .map((word, i, all) => ({ terms: termsFor(word), isNew: Number(all.indexOf(word) === i) }));
      const best = bestOf(wanted);
      for (const part of parts) {
        const { postings, numbers } = part;
        const sought = searched.map(({ terms, isNew }) => {
          const fields = terms.flatMap(({ term: each, weight }) =>
            FIELDS.map(({ field, boost }): Sought => {
              const forms = formsOf(part, each, field, false);
              const rarity = forms.length > 0 ? rarityOf(each, field) : 0;
              return { postings: postings[field], forms, factor: weight * boost, rarity, damping: dampings[field] };
            }),
          );
          return { fields: fields.filter(({ forms }) => forms.length > 0), isNew };
        });
        for (let start = 0; start < postings.size; start += BLOCK) {
          for (const { fields, isNew } of sought) {
            for (const field of fields) moveTo(field, start);
            for (const field of fields) addScores(field, start);
            for (const field of fields) addWord(field, start, isNew);
          }
          takeBest(best, numbers, start, allowed);
          total.fill(0);
          matched.fill(0);
        }
      }
      return best.sorted();
    },
  };
}

/** How many bits of a number are set: https://graphics.stanford.edu/~seander/bithacks.html#CountBitsSetParallel */
function countBits(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
