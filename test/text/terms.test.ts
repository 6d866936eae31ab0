import { describe, expect, it } from 'vitest';
import { characterStart, splitsCharacter } from '../../src/text/characters.js';
import { fold, isStopWord, term, terms, words } from '../../src/text/terms.js';

describe('words', () => {
  it('have offsets in UTF-16 code units and keep their accents', () => {
    const text = '🏛️ E\u0301mile’s UN-Habitat, Қазақстан 2019';
    expect(words(text).map(({ start, end }) => text.slice(start, end))).toEqual(['E\u0301mile', 's', 'UN', 'Habitat', 'Қазақстан', '2019']);
  });
});

describe('search terms', () => {
  it.each([
    ['Türkiye', 'TURKIYE'],
    ['Bakı', 'Baki'],
    ['Əliyev', 'Eliyev'],
    ['İstanbul', 'istanbul'],
    ['Łódź', 'lodz'],
    ['E\u0301mile', '\u00c9mile'],
    ['members', 'member'],
    ['established', 'establishing'],
  ])('are the same for %s and %s', (a, b) => {
    expect(term(a)).toBe(term(b));
  });

  it.each([
    ['2019', '2018'],
    ['Iran', 'Iraq'],
    ['G20', 'G7'],
  ])('differ for %s and %s', (a, b) => {
    expect(term(a)).not.toBe(term(b));
  });

  it('leave out stop words, in any case', () => {
    expect(terms('When did the OTS open its office in Budapest?')).toEqual(['ot', term('open'), term('office'), term('Budapest')]);
    expect([isStopWord('The'), isStopWord('WHEN'), isStopWord('office')]).toEqual([true, true, false]);
  });

  it('of other scripts are folded, not stemmed', () => {
    expect(term('Қазақстанның')).toBe(fold('ҚАЗАҚСТАННЫҢ'));
  });
});

describe('characters as a reader sees them', () => {
  const text = 'ae\u0301👩‍👩‍👧b';

  it('are not split between a letter and its accent, nor inside an emoji', () => {
    const boundaries = Array.from({ length: text.length + 1 }, (_, at) => at).filter((at) => !splitsCharacter(text, at));
    expect(boundaries).toEqual([0, 1, 3, text.length - 1, text.length]);
  });

  it('begin at or before any offset in them', () => {
    expect([characterStart(text, 2), characterStart(text, 5), characterStart('', 0), characterStart(text, 99)]).toEqual([1, 3, 0, text.length]);
  });
});
