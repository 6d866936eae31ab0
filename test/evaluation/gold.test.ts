import { describe, expect, it } from 'vitest';
import { type GoldDocument, locateGold, locateLoosely, locateQuote } from '../../src/evaluation/gold.js';
import { documents, LIBRARY, question } from './fixtures.js';

const text = 'One two.\n\nThe “Caspian”\n  Sea – deep. (a+b)\n\nOne two three.';
const sea: GoldDocument = {
  text,
  paragraphs: [
    { paragraph: 1, start: 0, end: 8 },
    { paragraph: 2, start: 10, end: text.indexOf('\n\nOne two three') },
    { paragraph: 3, start: text.indexOf('One two three'), end: text.length },
  ],
};

describe('a gold quote', () => {
  it('is found whatever white space stands between its words', () => {
    const place = locateQuote('sea.md', sea, ' “Caspian” Sea ');
    expect(place).toMatchObject({ source: 'sea.md', paragraph: 2 });
    expect(text.slice(place?.start, place?.end)).toBe('“Caspian”\n  Sea');
  });

  it('is taken literally, not as a pattern', () => {
    expect(locateQuote('sea.md', sea, '(a+b)')?.paragraph).toBe(2);
    expect(locateQuote('sea.md', sea, '.*')).toBeNull();
  });

  it('lies within one paragraph: the first that holds it whole', () => {
    expect(locateQuote('sea.md', sea, 'One two three')?.paragraph).toBe(3);
    expect(locateQuote('sea.md', sea, 'two. The')).toBeNull();
  });
});

describe('a loose search', () => {
  it('overlooks case, quotation marks and dashes, and gives the words as they stand', () => {
    const place = locateLoosely('sea.md', sea, 'the "caspian" sea - deep');
    expect(text.slice(place?.start, place?.end)).toBe('The “Caspian”\n  Sea – deep');
  });

  it('does not overlook another word or number', () => {
    expect(locateLoosely('sea.md', sea, 'The Caspian Lake')).toBeNull();
    expect(locateLoosely('sea.md', sea, '...')).toBeNull();
  });

  it('gives offsets that hold where compatibility forms are longer than what stands for them', () => {
    const ligature = 'Of ﬁsh ½ İzmir done';
    const document = { text: ligature, paragraphs: [{ paragraph: 1, start: 0, end: ligature.length }] };
    const place = locateLoosely('x', document, 'IZMIR');
    expect(ligature.slice(place?.start, place?.end)).toBe('İzmir');
    const fish = locateLoosely('x', document, 'fish');
    expect(ligature.slice(fish?.start, fish?.end)).toBe('ﬁsh');
  });
});

describe('the gold of a question', () => {
  it('is the paragraphs that hold its quotes, each once', () => {
    const evidence = [
      { source: LIBRARY, quote: 'founded on 3 May 1901' },
      { source: LIBRARY, quote: 'The library was' },
      { source: LIBRARY, quote: 'in Vilnius' },
    ];
    expect(locateGold(question({ evidence }), documents)).toEqual({
      gold: [
        { source: LIBRARY, paragraph: 2, grade: 1 },
        { source: LIBRARY, paragraph: 3, grade: 1 },
      ],
      stale: [],
    });
  });

  it('is stale where a document is gone or no longer says so', () => {
    const gone = { source: 'gone.md', quote: 'founded' };
    const changed = { source: LIBRARY, quote: 'founded on 4 May 1901' };
    expect(locateGold(question({ evidence: [gone, changed] }), documents).stale).toEqual([gone, changed]);
  });
});
