import { describe, expect, it } from 'vitest';
import { readIdentity } from '../../src/documents/identity.js';
import { parseDocument } from '../../src/documents/parse-document.js';
import { identityIn, identityIndex, identityTable } from '../../src/generation/identity-index.js';

const identities = await Promise.all(
  [
    ['tides/third.md', '# Third Tide Conference\n\nHeld in Varna on 4 May 2011.\n'],
    ['tides/fourth.md', '# Fourth Tide Conference\n\nHeld in Burgas on 9 May 2012.\n'],
    ['charter.md', '# Charter of the Pilots\n\nSigned in Varna in 2011.\n'],
  ].map(async ([source = '', text = '']) => readIdentity(await parseDocument(source, Buffer.from(text), {}))),
);
const date = (year: number, month?: number) => ({ kind: 'date' as const, year, ...(month ? { month } : {}) });

describe('identities of documents', () => {
  it('come out of a table as they went in', () => {
    const table = identityTable(identities);
    expect(identities.map((_, document) => identityIn(table, document))).toEqual(identities);
  });

  it('are found by a term and by what they say of dates, as far as their documents count', () => {
    const [first, second] = [identityTable(identities.slice(0, 2)), identityTable(identities.slice(2))];
    const index = identityIndex(
      [
        { table: first, numbers: Int32Array.of(1, -1) },
        { table: second, numbers: Int32Array.of(0) },
      ],
      2,
    );
    expect([...index.holdersOf('varna')].sort()).toEqual([0, 1]);
    expect(['burga', 'tide', 'nothing'].map((word) => [...index.holdersOf(word)])).toEqual([[], [1], []]);
    expect([...index.statersOf(date(2011))].sort()).toEqual([0, 1]);
    expect([date(2011, 5), date(2012)].map((claim) => [...index.statersOf(claim)])).toEqual([[1], []]);
    expect([index.formOf(1), index.formOf(0)]).toEqual([identities[0]?.form, identities[2]?.form]);
  });
});
