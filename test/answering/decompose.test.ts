import { describe, expect, it } from 'vitest';
import { decompose, splitNames } from '../../src/answering/decompose.js';

describe('decompose', () => {
  it('leaves one question as it is', () => {
    for (const question of [
      'When was the pact signed?',
      'where and when was the forum held',
      'Who signed for Varna and Constanta?',
      'How many ports and pilots were there?',
    ])
      expect(decompose(question)).toEqual([question]);
  });

  it('asks the second question in the light of the first', () => {
    const [first, second] = decompose('When was the Varna Pact signed, and who drafted its text?');
    expect(first).toBe('When was the Varna Pact signed');
    expect(second).toMatch(/^who drafted its text\?.*Varna Pact/);
  });

  it('asks once for each of two ordinals', () => {
    expect(decompose('Where were the second and the third forums?')).toEqual(['Where were the second forums?', 'Where were the third forums?']);
  });
});

describe('splitNames', () => {
  it('asks once for each of two names', () => {
    expect(splitNames('Which joined the pact earlier, Varna or Batumi?')?.map(({ question }) => question)).toEqual([
      'Which joined the pact earlier, Varna?',
      'Which joined the pact earlier, Batumi?',
    ]);
    expect(splitNames('When did Varna and the Port of Batumi join?')?.map(({ name }) => name)).toEqual(['Varna', 'Port of Batumi']);
  });

  it.each(['When did Varna join the pact?', 'Who signed for Varna, Batumi and Odesa?', 'when did ships and ports meet?'])('leaves %j whole', (question) => {
    expect(splitNames(question)).toBeNull();
  });
});
