import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestAssistant, type TestAssistant } from '../fixtures.js';

describe('the order of passages', () => {
  let opened: TestAssistant;
  beforeAll(async () => {
    opened = await openTestAssistant({
      'league.txt':
        'The founding of the academy of the Harbour League was the wish of many pilots.\n\n' +
        'At the academy of the Harbour League learn pilots from ports great and small.\n\n' +
        'Some 240 pilots learn at the academy of the League.\n\n' +
        'The regatta of the Harbour League is sailed by pilots of all its ports.\n\n' +
        'The regatta of the League was sailed on 3 July 2001.\n',
    });
  });
  afterAll(() => opened.close());

  const first = async (query: string) => (await opened.assistant.search({ query })).passages[0]?.text;

  it('has a passage with a date first where one is asked for', async () => {
    expect(await first('When was the regatta of the Harbour League sailed?')).toContain('3 July 2001');
  });

  it('has a passage with a number first where one is asked for', async () => {
    expect(await first('How many pilots learn at the academy of the Harbour League?')).toContain('240');
  });

  it('leaves no passage out', async () => {
    expect((await opened.assistant.search({ query: 'When was the regatta of the Harbour League sailed?' })).passages).toHaveLength(5);
  });
});
