import { describe, expect, it } from 'vitest';
import { loadPrompts, parsePrompt } from '../../src/generative/prompt.js';

const file = (head: string, body = '# System\n\nBe brief about {{topic}}.\n\n# User\n\n{{question}}') => `---\n${head}\n---\n\n${body}\n`;
const GOOD = 'name: answer\nversion: 3\nvariables: [topic, question]';
const parse = (text: string) => parsePrompt('prompts/answer.md', text, ['topic', 'question']);

describe('a prompt file', () => {
  it('becomes messages with its variables filled in, and a name with its version', () => {
    const prompt = parse(file(GOOD));
    expect(prompt.id).toBe('answer@3');
    expect(prompt.render({ topic: 'harbours', question: 'Where?' })).toEqual([
      ['system', 'Be brief about harbours.'],
      ['human', 'Where?'],
    ]);
  });

  it('leaves what is filled in as it is', () => {
    expect(parse(file(GOOD)).render({ topic: '$& {{question}} $1', question: '{{topic}}' })).toEqual([
      ['system', 'Be brief about $& {{question}} $1.'],
      ['human', '{{topic}}'],
    ]);
  });

  it('may have line ends of another system', () => {
    expect(parse(file(GOOD).replaceAll('\n', '\r\n')).id).toBe('answer@3');
  });

  it.each([
    ['no front matter', '# System\n\n{{topic}}\n\n# User\n\n{{question}}', /front matter/],
    ['no user part', file(GOOD, '# System\n\n{{topic}} {{question}}'), /# User/],
    ['front matter that is not YAML', file('name: [', undefined), /not YAML/],
    ['no version', file('name: answer\nvariables: [topic, question]'), /version/],
    ['a field that nothing reads', file(`${GOOD}\nmodel: x`), /model/i],
    ['a variable that is not listed', file('name: answer\nversion: 1\nvariables: [topic]'), /\{\{question\}\}/],
    ['a variable that is not used', file(GOOD, '# System\n\nx\n\n# User\n\n{{question}}'), /topic/],
    [
      'a variable that the program does not have',
      file('name: answer\nversion: 1\nvariables: [topic, question, mood]', '# System\n\n{{topic}} {{mood}}\n\n# User\n\n{{question}}'),
      /mood/,
    ],
    ['a variable missing', file('name: answer\nversion: 1\nvariables: [question]', '# System\n\nx\n\n# User\n\n{{question}}'), /\{\{topic\}\}/],
  ])('with %s stops the start and names the file and the fault', (_, text, fault) => {
    expect(() => parse(text)).toThrow(fault);
    expect(() => parse(text)).toThrow(/prompts\/answer\.md/);
  });

  it('of the product is whole', async () => {
    const { answer, rewrite } = await loadPrompts();
    expect([answer.id, rewrite.id]).toEqual([expect.stringMatching(/^answer@\d+$/), expect.stringMatching(/^rewrite@\d+$/)]);
    await expect(loadPrompts('/nowhere/')).rejects.toThrow(/cannot be read/);
  });
});
