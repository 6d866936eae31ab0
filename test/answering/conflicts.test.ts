import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestAssistant, type TestAssistant } from '../fixtures.js';

let opened: TestAssistant;
beforeAll(async () => {
  opened = await openTestAssistant(
    {
      'port.txt': 'The ferry between Varna and Batumi began its service on 4 May 1998.\n',
      'town.txt': 'The ferry between Varna and Batumi began its service on 12 June 1999.\n',
      'yearly.txt': 'The pilots of Samsun held a regatta on 3 July 2001.\n\nThe pilots of Samsun held a regatta on 9 August 2004.\n',
    },
    { ANSWER_THRESHOLD: '0' },
  );
});
afterAll(() => opened.close());

it('two documents that give one event two dates disagree', async () => {
  const { conflicts } = await opened.assistant.ask({ question: 'When did the ferry between Varna and Batumi begin its service?' });
  expect(conflicts.flatMap(({ values }) => values.map(({ value }) => value)).sort()).toEqual(['12 June 1999', '4 May 1998']);
});

it('two events of one document do not', async () => {
  const { conflicts } = await opened.assistant.ask({ question: 'When did the pilots of Samsun hold a regatta?' });
  expect(conflicts).toEqual([]);
});
