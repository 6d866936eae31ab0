import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findAmounts } from '../../src/answering/amounts.js';
import { openTestAssistant, type TestAssistant } from '../fixtures.js';

describe('findAmounts', () => {
  it.each([
    ['It sent 611,200 doses of Corvax vaccine.', [{ counted: 'dose', name: 'corvax' }]],
    ['It sent 400,000 Corvax doses in May.', [{ counted: 'dose', name: 'corvax' }]],
    ['It sent 400,000 doses.', []],
    ['The 3rd Forum met on 4 May 2020.', []],
  ])('finds how much there is of what is named: %j', (text, amounts) => {
    expect(findAmounts(text).map(({ counted, name }) => ({ counted, name }))).toEqual(amounts);
  });
});

describe('documents that disagree on an amount', () => {
  let opened: TestAssistant;
  beforeAll(async () => {
    opened = await openTestAssistant(
      {
        'a.txt': 'The Harbour League delivered 611,200 doses of Corvax vaccine to Varna and Batumi on 6 December 2021.\n',
        'b.txt': 'For Varna the Harbour League delivered 400,000 Corvax doses, and 211,200 doses of Medivax vaccine were sent to Batumi.\n',
        'c.txt': 'The Harbour League delivered 900 doses of Corvax vaccine to Varna and Batumi on 3 March 2015.\n',
      },
      { ANSWER_THRESHOLD: '0' },
    );
  });
  afterAll(() => opened.close());

  it('are both cited', async () => {
    const { conflicts, citations } = await opened.assistant.ask({ question: 'Which vaccine did the Harbour League deliver on 6 December 2021?' });
    const values = conflicts.flatMap((conflict) => conflict.values);
    expect(values.map(({ value }) => value)).toEqual(expect.arrayContaining(['611,200', '400,000']));
    for (const { value, citations: ids } of values) expect(citations.find(({ id }) => id === ids[0])?.quote).toContain(value);
  });

  it('and those of another time are no disagreement', async () => {
    const { conflicts } = await opened.assistant.ask({ question: 'Which vaccine did the Harbour League deliver on 6 December 2021?' });
    expect(JSON.stringify(conflicts)).not.toContain('900');
  });
});
