import MiniSearch from 'minisearch';
import { describe, expect, it } from 'vitest';
import { readFolder } from '../../src/documents/read-folder.js';
import { type LexicalIndex, lexicalIndex } from '../../src/generation/lexical-index.js';
import { buildPostings, loadPostings, type PassageWords, serializePostings } from '../../src/generation/postings.js';
import { isStopWord, term, words } from '../../src/text/terms.js';

const TEXTS = [
  'Hungary became an observer on 3 September 2019.',
  'The ministers of agriculture established a working group on irrigation.',
  'Türkiye hosted the meeting in Şanlıurfa; Péter Szijjártó attended.',
  'The will of the members prevailed: the constructor of the building was paid.',
  'The TURKPA and the OTS signed a memorandum in Baku.',
  'A meeting of the members was held in Baku, then another meeting in Baku.',
];

const passages: PassageWords[] = TEXTS.map((text, i) => ({ text, context: i === 1 ? 'Rural affairs' : '' }));

/** An index of passages in segments of some size, some of them left out. */
async function indexOf(all: PassageWords[], segmentSize = all.length, isLive: (i: number) => boolean = () => true): Promise<LexicalIndex> {
  const parts = [];
  let size = 0;
  for (let from = 0; from < all.length; from += segmentSize) {
    const segment = all.slice(from, from + segmentSize);
    const { table, numbers } = serializePostings(await buildPostings(segment, segment.length));
    parts.push({ postings: loadPostings(table, numbers), numbers: Int32Array.from(segment, (_, i) => (isLive(from + i) ? size++ : -1)) });
  }
  return lexicalIndex(parts, size);
}

const index = await indexOf(passages);
const found = (query: string) => index.search(query, 10).map(({ id }) => id);

describe('the keyword index', () => {
  it.each([
    ['observer', 0],
    ['2019', 0],
    ['TURKPA', 4],
    ['turkpa', 4],
  ])('finds "%s"', (query, id) => {
    expect(found(query)[0]).toBe(id);
  });

  it.each([
    ['establish a group', 1],
    ['minister', 1],
    ['irrigated', 1],
  ])('finds other forms of a word: "%s"', (query, id) => {
    expect(found(query)[0]).toBe(id);
  });

  it.each([
    ['Sanliurfa', 2],
    ['Turkiye', 2],
    ['peter szijjarto', 2],
    ['ŞANLIURFA', 2],
  ])('does not mind accents: "%s"', (query, id) => {
    expect(found(query)[0]).toBe(id);
  });

  it.each([
    ['Hungray', 0],
    ['obsrever', 0],
    ['memorandun', 4],
  ])('finds a misspelt word: "%s"', (query, id) => {
    expect(found(query)[0]).toBe(id);
  });

  it('finds words of the context, but the passage’s own weigh more', () => {
    expect(found('rural')).toEqual([1]);
  });

  it('ranks a passage that holds the words more often and more of them higher', () => {
    expect(found('meeting members Baku')[0]).toBe(5);
  });

  it('finds nothing for stop words, unknown words and nothing', () => {
    expect([found('the of and'), found('xylophone'), found(''), found('?!')]).toEqual([[], [], [], []]);
  });

  it('gives at most as many as asked for', () => {
    expect(index.search('meeting Baku members', 1)).toHaveLength(1);
  });

  it('knows how many passages hold a term and which words are written in lower case', () => {
    expect([index.documentFrequency('baku'), index.documentFrequency('unknown'), index.size]).toEqual([2, 0, TEXTS.length]);
    expect([index.isCommonWord('meeting'), index.isCommonWord('hungary'), index.isCommonWord('constructor')]).toEqual([true, false, true]);
  });

  it('is not confused by words that name properties of objects', () => {
    expect(found('constructor')).toEqual([3]);
    expect([index.documentFrequency('toString'), index.documentFrequency('__proto__')]).toEqual([0, 0]);
  });

  it('takes as many as asked for of those that are allowed, with the scores they have among all', () => {
    const all = index.search('meeting Baku members', 10);
    const allowed = all.filter(({ id }) => id !== all[0]?.id);
    expect(index.search('meeting Baku members', 10, (id) => id !== all[0]?.id)).toEqual(allowed);
  });
});

describe('the keyword index over the founding corpus', async () => {
  const { documents } = await readFolder('corpus', { maxBytes: 2 ** 24 });
  const corpus = documents.flatMap(({ text, paragraphs, title }) =>
    paragraphs.map(({ start, end, section }) => ({ text: text.slice(start, end), context: [title, ...section].join(' | ') })),
  );
  const queries = [
    'When did Hungary become an observer?',
    'who is the secretary general of the organisation of turkic states',
    'budapest budapest office',
    'misspelt Azerbaijn cooperaton in agricultur',
    'What does the Trans-Caspian corridor do for transport and customs?',
    'doe was the of',
    'Türkiye 2021 Istanbul summit declaration',
  ];

  it('gives the scores of MiniSearch, which the ranker was fitted on', async () => {
    const reference = new MiniSearch({
      fields: ['text', 'context'],
      tokenize: (text) => words(text).map((word) => word.text),
      processTerm: (word) => (isStopWord(word) ? null : term(word)),
    });
    reference.addAll(corpus.map((passage, id) => ({ id, ...passage })));
    const whole = await indexOf(corpus);
    const isUnknown = (word: string) => whole.documentFrequency(word) === 0 && word.length >= 4;
    for (const query of queries) {
      const expected = reference.search(query, { boost: { context: 0.4 }, fuzzy: (word) => (isUnknown(word) ? 0.25 : false), maxFuzzy: 2 });
      const scores = new Map(expected.map(({ id, score }) => [id as number, score]));
      const hits = whole.search(query, corpus.length);
      expect(hits).toHaveLength(scores.size);
      for (const { id, score } of hits) expect(score).toBeCloseTo(scores.get(id) as number, 9);
    }
  });

  it('finds the same in a large segment, which is searched block by block, as in small ones', async () => {
    const many = Array.from({ length: 5000 }, (_, i) => ({ ...(corpus[(i * 7) % corpus.length] as PassageWords), context: `Page ${i}` }));
    const [large, small] = [await indexOf(many), await indexOf(many, 100)];
    for (const query of queries) expect(large.search(query, 3000)).toEqual(small.search(query, 3000));
    expect(large.search('page 4096', 1)[0]?.id).toBe(4096);
  });

  it('finds the same in several segments, some passages of which do not count, as in one of those that do', async () => {
    const isLive = (i: number) => i % 5 !== 2;
    const parts = await indexOf(corpus, 97, isLive);
    const whole = await indexOf(corpus.filter((_, i) => isLive(i)));
    for (const query of queries) expect(parts.search(query, 64)).toEqual(whole.search(query, 64));
    const counts = ({ vocabulary }: LexicalIndex) =>
      new Map(
        [...new Set(vocabulary.words())]
          .filter(vocabulary.has)
          .sort()
          .map((word) => [word, vocabulary.count(word)]),
      );
    expect(counts(parts)).toEqual(counts(whole));
    expect(counts(whole).get('baku')).toBeGreaterThan(1);
    for (const word of counts(whole).keys()) {
      expect(parts.documentFrequency(term(word))).toBe(whole.documentFrequency(term(word)));
      expect(parts.isCommonWord(word)).toBe(whole.isCommonWord(word));
    }
  });
});
