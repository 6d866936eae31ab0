import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestAssistant, type TestAssistant } from '../fixtures.js';

const MOLE = [
  'The northern mole was rebuilt because the winter storms had washed out its foundations, the great stones of the outer face had slipped into the channel, and no insurer would cover a ship that lay behind it any longer.',
  'The northern mole was rebuilt because the herring fleet had doubled within ten years, the quays behind it stood empty for want of shelter, and the masters of the port feared that the trade would move to the southern towns.',
  'The northern mole was rebuilt because the railway company had offered to pay for half of the works, on condition that its wagons could run to the very end of it and load from the steamers in all weathers.',
];

const lengthOf = (answer: string) =>
  answer
    .replaceAll(/\[[\d, ]+\]/g, ' ')
    .trim()
    .split(/\s+/).length;

describe('an answer of several sentences', () => {
  let opened: TestAssistant;
  beforeAll(async () => {
    opened = await openTestAssistant({ 'mole.md': `# The northern mole\n\n${MOLE.join('\n\n')}\n` });
  });
  afterAll(() => opened.close());

  it.each(['Why was the northern mole rebuilt?', 'What is the northern mole?'])('has at most 80 words: %s', async (question) => {
    const { answer, citations } = await opened.assistant.ask({ question });
    expect(citations.length).toBeGreaterThanOrEqual(1);
    expect(lengthOf(answer)).toBeLessThanOrEqual(80);
  });

  it('says two that fit rather than one and a part of another', async () => {
    const { answer } = await opened.assistant.ask({ question: 'Why was the northern mole rebuilt?' });
    expect(MOLE.filter((sentence) => answer.includes(sentence))).toHaveLength(2);
  });
});
