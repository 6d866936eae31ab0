import { describe, expect, it } from 'vitest';
import { readStatements, type Statement } from '../../src/generative/statements.js';

/** Statements of a text that comes in pieces of a size. */
function read(text: string, size = text.length || 1): Statement[] {
  const reader = readStatements();
  const pieces = text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? [];
  return [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()];
}

describe('statements of a model', () => {
  it.each<[string, string, [string, string[]][]]>([
    ['with the citation before the full stop', 'It rained [P1].', [['It rained.', ['P1']]]],
    ['with the citation after it', 'It rained. [P1]', [['It rained.', ['P1']]]],
    [
      'of several passages',
      'It rained [P1, P3]. It snowed [P2][P4] . It hailed [P1; 2].',
      [
        ['It rained.', ['P1', 'P3']],
        ['It snowed.', ['P2', 'P4']],
        ['It hailed.', ['P1', 'P2']],
      ],
    ],
    [
      'that share a citation',
      'It rained. Dr. Ray saw it. [P1]',
      [
        ['It rained.', ['P1']],
        ['Dr. Ray saw it.', ['P1']],
      ],
    ],
    [
      'in a list with marks',
      '- **It** rained [P1].\n2. It `snowed` [P2].',
      [
        ['It rained.', ['P1']],
        ['It snowed.', ['P2']],
      ],
    ],
    [
      'after talk',
      'According to the passages, it rained [P1]. Yes, it snowed [P2].',
      [
        ['It rained.', ['P1']],
        ['It snowed.', ['P2']],
      ],
    ],
    ['after thoughts', '<think>Hm, it rained [P9].</think>It rained [P1].', [['It rained.', ['P1']]]],
    ['with brackets that cite nothing', 'It [the sky] rained <b>hard</b> [P1].', [['It rained hard.', ['P1']]]],
    ['with characters that nobody sees', 'It\u200b rained\u0000 [P1].', [['It rained.', ['P1']]]],
    ['without a citation at the end', 'It rained [P1]. It snowed.', [['It rained.', ['P1']]]],
    ['cut off in a citation', 'It rained [P1]. It snowed [P', [['It rained.', ['P1']]]],
    ['without any citation', 'It rained.', []],
    ['that are nothing but a citation', '[P1] [P2].', []],
    ['that are nothing', '', []],
  ])('%s are found, in whatever pieces they come', (_, text, expected) => {
    for (const size of [1, 2, 3, 7, 1000]) expect(read(text, size).map(({ text: said, ids }) => [said, ids])).toEqual(expected);
  });

  it('come as soon as they are complete', () => {
    const reader = readStatements();
    expect(reader.push('It rained [P1]')).toEqual([]);
    expect(reader.push('[P2]. ')).toEqual([]);
    expect(reader.push('It')).toEqual([{ text: 'It rained.', ids: ['P1', 'P2'] }]);
  });

  it.each([
    ['NO ANSWER', true],
    ['  **No answer.**', true],
    ['<think>Hm.</think>\nNO ANSWER', true],
    ['No answers were given [P1].', false],
    ['The passages give no answer.', false],
    ['', false],
  ])('%j declines: %s', (text, declined) => {
    const reader = readStatements();
    reader.push(text);
    reader.end();
    expect(reader.declined()).toBe(declined);
  });

  it('are not waited for by a model that never cites', () => {
    const reader = readStatements();
    for (let i = 0; i < 2000; i++) reader.push('and on and on and on. ');
    expect(reader.push('It rained [P1]. Then').map(({ text }) => text)).toContain('It rained.');
  });
});
