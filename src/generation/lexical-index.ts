import MiniSearch, { type Options } from 'minisearch';
import type { Passage } from '../passages/passage.js';
import { fold, isStopWord, term, words } from '../text/terms.js';

/** A passage's number and its BM25+ score. */
export interface LexicalHit {
  id: number;
  score: number;
}

/** Keyword search over the passages of a generation. */
export interface LexicalIndex {
  /** At most `count` passages, best first, ties by number. */
  search(query: string, count: number): LexicalHit[];
  /** How many passages hold a search term. */
  documentFrequency(term: string): number;
  /** Whether some passage writes the word in lower case. */
  isCommonWord(word: string): boolean;
  /** Words of the documents, folded, with how often they stand there. */
  vocabulary: ReadonlyMap<string, number>;
  size: number;
  serialize(): string;
}

/** Words of the title and section count, but less than the passage's own. Measured on the development questions. */
const CONTEXT_BOOST = 0.4;

/** Edit distance allowed for words the documents do not know, as a share of their length. */
const FUZZINESS = 0.25;

/** Shortest word that may be a misspelling of another. */
const MIN_FUZZY_LENGTH = 4;

const options: Options = {
  fields: ['text', 'context'],
  tokenize: (text) => words(text).map((word) => word.text),
  processTerm: (word) => (isStopWord(word) ? null : term(word)),
};

interface Serialized {
  commonWords: string[];
  vocabulary: Record<string, number>;
  frequencies: Record<string, number>;
  index: object;
}

interface Vocabulary {
  /** Passages that hold a search term. */
  frequencies: Map<string, number>;
  commonWords: Set<string>;
  vocabulary: Map<string, number>;
}

function lexicalIndex(index: MiniSearch, { frequencies, commonWords, vocabulary }: Vocabulary): LexicalIndex {
  const isUnknown = (word: string) => !frequencies.has(word) && word.length >= MIN_FUZZY_LENGTH;
  return {
    size: index.documentCount,
    search(query, count) {
      const hits = index.search(query, {
        boost: { context: CONTEXT_BOOST },
        fuzzy: (word) => (isUnknown(word) ? FUZZINESS : false),
        maxFuzzy: 2,
      });
      return hits
        .map(({ id, score }): LexicalHit => ({ id: id as number, score }))
        .sort((a, b) => b.score - a.score || a.id - b.id)
        .slice(0, count);
    },
    documentFrequency: (word) => frequencies.get(word) ?? 0,
    isCommonWord: (word) => commonWords.has(word),
    vocabulary,
    serialize: () =>
      JSON.stringify({
        commonWords: [...commonWords],
        vocabulary: Object.fromEntries(vocabulary),
        frequencies: Object.fromEntries(frequencies),
        index: index.toJSON(),
      } satisfies Serialized),
  };
}

/** Indexes passages in the order given. @param textOf The passage's own text. */
export function buildLexicalIndex(passages: Passage[], textOf: (passage: Passage) => string): LexicalIndex {
  const index = new MiniSearch(options);
  const frequencies = new Map<string, number>();
  const commonWords = new Set<string>();
  const vocabulary = new Map<string, number>();
  passages.forEach((passage, id) => {
    const text = textOf(passage);
    index.add({ id, text, context: passage.context });
    const present = new Set(words(`${text} ${passage.context}`).map((word) => term(word.text)));
    for (const word of present) frequencies.set(word, (frequencies.get(word) ?? 0) + 1);
    for (const word of words(text)) {
      if (/^\p{Ll}/u.test(word.text)) commonWords.add(word.text);
      const folded = fold(word.text);
      vocabulary.set(folded, (vocabulary.get(folded) ?? 0) + 1);
    }
  });
  return lexicalIndex(index, { frequencies, commonWords, vocabulary });
}

/** Reads what {@link LexicalIndex.serialize} wrote. */
export function loadLexicalIndex(json: string): LexicalIndex {
  const { commonWords, vocabulary, frequencies, index } = JSON.parse(json) as Serialized;
  return lexicalIndex(MiniSearch.loadJS(index as never, options), {
    frequencies: new Map(Object.entries(frequencies)),
    commonWords: new Set(commonWords),
    vocabulary: new Map(Object.entries(vocabulary)),
  });
}
