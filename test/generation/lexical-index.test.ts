import { describe, expect, it } from 'vitest';
import { buildLexicalIndex, loadLexicalIndex } from '../../src/generation/lexical-index.js';
import type { Passage } from '../../src/passages/passage.js';

const TEXTS = [
  'Hungary became an observer on 3 September 2019.',
  'The ministers of agriculture established a working group on irrigation.',
  'Türkiye hosted the meeting in Şanlıurfa; Péter Szijjártó attended.',
  'The will of the members prevailed: the constructor of the building was paid.',
  'The TURKPA and the OTS signed a memorandum in Baku.',
  'A meeting of the members was held in Baku, then another meeting in Baku.',
];

const passages: Passage[] = TEXTS.map((text, i) => ({
  source: `${i}.md`,
  paragraph: 1,
  start: 0,
  end: text.length,
  sentences: [{ start: 0, end: text.length }],
  context: i === 1 ? 'Rural affairs' : '',
}));
const index = buildLexicalIndex(passages, ({ source }) => TEXTS[Number.parseInt(source, 10)] as string);
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

  it('written and read again finds the same with the same scores', () => {
    const again = loadLexicalIndex(index.serialize());
    for (const query of ['meeting members Baku', 'Hungray', 'Sanliurfa', 'establish', 'the', 'rural', 'constructor']) {
      expect(again.search(query, 10)).toEqual(index.search(query, 10));
    }
    expect(again.documentFrequency('baku')).toBe(2);
    expect(again.isCommonWord('constructor')).toBe(true);
  });
});
