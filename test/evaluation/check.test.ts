import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../src/documents/parse-document.js';
import { checkEvidence, checkQuestions, checkText, rewriteMoved } from '../../src/evaluation/check.js';
import { LIBRARY, question } from './fixtures.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const now = new Map([
  [LIBRARY, await parseDocument(LIBRARY, bytes('# The library\n\nA new first paragraph.\n\nThe library was founded on 3 May 1901.\n'))],
  ['seat.md', await parseDocument('seat.md', bytes('Its seat is in Vilnius – beside the river.\n'))],
]);

const founding = { source: LIBRARY, quote: 'founded on 3 May 1901' };
const seat = { source: LIBRARY, quote: 'seat is in Vilnius' };
const river = { source: LIBRARY, quote: 'Vilnius - beside' };
const gone = { source: LIBRARY, quote: 'founded on 4 May 1901' };

describe('a gold quote after the documents changed', () => {
  it('is valid while its document says it', () => {
    expect(checkEvidence(founding, now)).toMatchObject({ state: 'valid', place: { paragraph: 3 } });
  });

  it('has moved when its document says it in another paragraph than was noted', () => {
    expect(checkEvidence({ ...founding, paragraph: 3 }, now).state).toBe('valid');
    expect(checkEvidence({ ...founding, paragraph: 2 }, now)).toMatchObject({ state: 'moved', place: { source: LIBRARY, paragraph: 3 } });
  });

  it('has moved when another document says it, or the same with other punctuation', () => {
    expect(checkEvidence(seat, now)).toMatchObject({ state: 'moved', place: { source: 'seat.md', paragraph: 1 } });
    expect(checkEvidence(river, now)).toMatchObject({ state: 'moved', place: { source: 'seat.md', paragraph: 1 } });
  });

  it('is gone when the words are others: they may be another fact', () => {
    expect(checkEvidence(gone, now)).toEqual({ state: 'gone' });
  });

  it('is listed with where it went', () => {
    const text = checkText('set', checkQuestions([question({ evidence: [founding, seat, gone] })], now));
    expect(text.split('\n')).toEqual([
      'set: 3 gold quotes, 1 valid, 1 moved, 1 gone',
      `  moved to seat.md paragraph 1: q1 ${LIBRARY} "seat is in Vilnius"`,
      `  gone: q1 ${LIBRARY} "founded on 4 May 1901"`,
    ]);
  });
});

describe('rewriting', () => {
  const line = (evidence: object[]) => `{"id": "a",  "evidence": ${JSON.stringify(evidence)}, "notes": "as written"}`;

  it('gives moved quotes their new place and words, and leaves all else as it stands', () => {
    const text = [
      line([founding, gone]),
      line([
        { ...river, why: 'kept' },
        { ...founding, paragraph: 2 },
      ]),
      '',
    ].join('\n');
    const [same, changed, end] = rewriteMoved(text, now).split('\n');
    expect(same).toBe(line([founding, gone]));
    expect(JSON.parse(changed as string)).toEqual({
      id: 'a',
      evidence: [
        { source: 'seat.md', quote: 'Vilnius – beside', why: 'kept' },
        { source: LIBRARY, quote: 'founded on 3 May 1901', paragraph: 3 },
      ],
      notes: 'as written',
    });
    expect(end).toBe('');
  });

  it('leaves nothing moved behind', () => {
    const once = rewriteMoved(line([seat, river, founding]), now);
    expect(rewriteMoved(once, now)).toBe(once);
    expect(checkQuestions([JSON.parse(once)], now).map(({ state }) => state)).toEqual(['valid', 'valid', 'valid']);
  });
});
