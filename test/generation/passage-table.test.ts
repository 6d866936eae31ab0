import { describe, expect, it } from 'vitest';
import { passageCount, passagesIn, passageTable, sentenceCount, storePassage } from '../../src/generation/passage-table.js';
import type { Passage } from '../../src/passages/passage.js';

const passage = (source: string, paragraph: number, context: string, ...bounds: [number, number][]): Passage => ({
  source,
  paragraph,
  context,
  start: bounds[0]?.[0] as number,
  end: bounds.at(-1)?.[1] as number,
  sentences: bounds.map(([start, end]) => ({ start, end })),
});

const DOCUMENTS: [string, Passage[]][] = [
  ['a.md', [passage('a.md', 1, 'Title', [0, 10], [11, 30]), passage('a.md', 2, 'Title | Section', [32, 40])]],
  ['empty.md', []],
  ['b.md', [passage('b.md', 7, 'Title', [100, 120], [121, 122], [130, 131])]],
];

const read = ({ source, paragraph, context, start, end, sentences }: Passage): Passage => ({ source, paragraph, context, start, end, sentences });

describe('the table of passages', () => {
  const { add, table } = passageTable();
  for (const [, passages] of DOCUMENTS) add(passages.map(storePassage));
  const stored = table();

  it('gives the passages of each document as they were put in', () => {
    for (const [i, [source, passages]] of DOCUMENTS.entries()) expect(passagesIn(stored, i, source).map(read)).toEqual(passages);
  });

  it('counts passages and sentences of each document', () => {
    expect(DOCUMENTS.map((_, i) => [passageCount(stored, i), sentenceCount(stored, i)])).toEqual([
      [2, 3],
      [0, 0],
      [1, 3],
    ]);
  });

  it('keeps a context once, however many passages have it', () => {
    expect(stored.contexts).toEqual(['Title', 'Title | Section']);
  });

  it('gives the passages under another name of their document', () => {
    expect(passagesIn(stored, 2, 'renamed.md').map(({ source }) => source)).toEqual(['renamed.md']);
  });
});
