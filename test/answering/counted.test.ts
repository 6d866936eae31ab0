import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANYTHING, countedThings } from '../../src/answering/counted.js';
import { openTestAssistant, type TestAssistant } from '../fixtures.js';

describe('what the numbers of a text count', () => {
  it.each([
    ['More than 1,000 experts took part.', ['experts took part']],
    ['Some 400 university athletes and their coaches came from 12 countries.', ['university athletes', 'countries']],
    ['More than 1500 young people took part.', ['young people took']],
    ['The visitors numbered more than 500.', [ANYTHING]],
    ['The town alone has around 30,000.', [ANYTHING]],
    ['Hundreds of small boats were built.', ['small boats']],
    ['| Regular meetings of the pilots | six |', ['Regular meetings']],
    ['The fair opened on 3 May 2010 and closed in 2011 with a parade.', []],
    ['The harbour is old.', []],
  ])('%s', (text, things) => {
    expect(countedThings(text)).toEqual(things);
  });
});

describe('a question about how many', () => {
  let opened: TestAssistant;
  beforeAll(async () => {
    opened = await openTestAssistant({
      'course.md': `# The lighthouse course

The lighthouse course for young pilots took 15 days in May 2019. They were shown three towers and two fog horns.

The regatta of Varna drew 240 sportsmen in June 2020. It had nine judges.
`,
    });
  });
  afterAll(() => opened.close());

  it('is not answered with the number of something else', async () => {
    expect(await opened.assistant.ask({ question: 'How many people took the lighthouse course?' })).toMatchObject({ answered: false });
  });

  it('is answered where the documents name the thing by another word', async () => {
    const { answered, shortAnswer } = await opened.assistant.ask({ question: 'How many athletes came to the Varna regatta?' });
    expect(answered).toBe(true);
    expect(shortAnswer).toContain('240');
  });

  it('is answered whatever the documents and the question are made of', async () => {
    const { answer } = await opened.assistant.ask({ question: `How many ${'ж'.repeat(400)} ${'ю'.repeat(400)} ${'я'.repeat(400)} came to the Varna regatta?` });
    expect(answer).toEqual(expect.any(String));
  });

  it('is answered with a number of the thing itself', async () => {
    expect((await opened.assistant.ask({ question: 'How many days did the lighthouse course take?' })).shortAnswer).toContain('15');
  });
});
