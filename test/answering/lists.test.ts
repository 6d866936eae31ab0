import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestAssistant, type TestAssistant } from '../fixtures.js';

const GRANTS = Array.from({ length: 60 }, (_, i) => `a grant of ${i + 100} crowns for repairs`);

describe('an answer from a list', () => {
  let opened: TestAssistant;
  beforeAll(async () => {
    opened = await openTestAssistant({
      'members.md': `# Harbour League

The league is old. The member ports of the Harbour League are:

- **Norport**, which keeps the archive;
- Sudhaven;
- Ostwick.

The lighthouse tour of the trainees went to three islands:

1. Gull Island
2. Seal Island
3. Fox Island

The pilots of the league have fixed fees:

| Pilot | Fee |
|---|---|
| Anna Brandt | 40 |
| Olaf Svensson | 60 |
`,
      'costs.md': `# Dredging

Three ports share the costs of the dredging works. The works were ordered in spring. The ports that pay are:

- Eastmouth
- Lowhaven
- Greyness
`,
      'beacons.md':
        '# Beacons\n\nThree beacons were built on the advice of the pilots. The first is the Gull beacon. The second is the Horn beacon, the third the Lime beacon. They cost little.\n',
      'courses.txt':
        'The courses of the signal school cover these subjects:\n\n- flags by day\n\n- lanterns by night\n\n- the horn in fog\n\nThe school is old.\n',
      'grants.md': `# Grants\n\nThe repair fund gave these grants:\n\n${GRANTS.map((grant) => `- ${grant}`).join('\n')}\n`,
    });
  });
  afterAll(() => opened.close());
  const ask = (question: string) => opened.assistant.ask({ question });

  it('says the whole list after the sentence that introduces it, as a quote of both', async () => {
    const { answer, citations } = await ask('Which ports are members of the Harbour League?');
    expect(answer).toMatch(/^The member ports of the Harbour League are: Norport, which keeps the archive; Sudhaven; Ostwick\./);
    expect(citations.slice(0, 2).map(({ quote }) => quote)).toEqual([
      'The member ports of the Harbour League are:',
      '- **Norport**, which keeps the archive;\n- Sudhaven;\n- Ostwick.',
    ]);
  });

  it('says a list that a sentence before its introduction announces', async () => {
    const { answer, citations } = await ask('Who shares the costs of the dredging works?');
    expect(answer).toMatch(/^Three ports share the costs of the dredging works\. \[1\] The ports that pay are: Eastmouth; Lowhaven; Greyness\. \[2, 3\]/);
    expect(citations[2]?.quote).toBe('- Eastmouth\n- Lowhaven\n- Greyness');
    expect((await ask('How many ports share the costs of the dredging works?')).answer).not.toContain('Lowhaven');
  });

  it('goes on with the sentences that name what one announces', async () => {
    const { answer } = await ask('What did the pilots advise to build?');
    expect(answer).toContain('The first is the Gull beacon. [2] The second is the Horn beacon, the third the Lime beacon. [3]');
    expect(answer).not.toContain('little');
  });

  it('quotes each item where each is a paragraph', async () => {
    const { answer, citations } = await ask('What subjects do the courses of the signal school cover?');
    expect(answer).toContain('cover these subjects: flags by day; lanterns by night; the horn in fog.');
    expect(citations.slice(0, 4).map(({ paragraph }) => paragraph)).toEqual([1, 2, 3, 4]);
  });

  it('keeps the short answer where the question asks for no list', async () => {
    const { answer, shortAnswer } = await ask('How many islands did the lighthouse tour of the trainees go to?');
    expect(answer).toContain('went to three islands: Gull Island; Seal Island; Fox Island.');
    expect(shortAnswer).toMatch(/three/);
    expect((await ask('Which ports are members of the Harbour League?')).shortAnswer).toBeNull();
  });

  it('leaves out whole items where the list is too long', async () => {
    const { answer } = await ask('What are the grants of the repair fund?');
    const [list = ''] = answer.split(/ \[\d/);
    expect(list).toMatch(/^The repair fund gave these grants: a grant of 100 crowns for repairs; .*for repairs\.$/);
    expect(list.split(/\s+/).length).toBeLessThanOrEqual(160);
    expect(list.split('; ').length).toBeGreaterThan(10);
  });

  it('takes no rows of a table for items', async () => {
    const { answer } = await ask('What are the fees of the pilots of the league?');
    expect(answer).not.toContain('fixed fees: Anna');
  });
});
