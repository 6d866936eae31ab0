import { describe, expect, it } from 'vitest';
import { correctSpelling, isKnownWord } from '../../src/answering/spelling.js';

const counts = new Map([
  ['harbour', 9],
  ['pilots', 4],
  ['training', 3],
  ['samsun', 2],
]);
const vocabulary = { has: (word: string) => counts.has(word), count: (word: string) => counts.get(word) ?? 0, words: () => counts.keys() };
const unknown = () => false;

describe('correctSpelling', () => {
  it('takes the word of the documents that is nearest', () => {
    expect(correctSpelling('When was the habrour trainin in Samsunn?', { vocabulary }, unknown)).toBe('When was the harbour training in samsun?');
  });

  it('leaves words alone that the language knows, short ones, names of another script, and numbers', () => {
    expect(correctSpelling('pilot2 Самсун pilo raining', { vocabulary }, (word) => word === 'raining')).toBeNull();
  });

  it('leaves a word alone that is near to nothing', () => {
    expect(correctSpelling('zeppelin', { vocabulary }, unknown)).toBeNull();
  });
});

describe('isKnownWord', () => {
  const pieces: Record<string, number> = { trainees: 2, train: 1, trainee: 1, samarkant: 3, sumit: 2, forum: 1 };
  const count = (word: string) => pieces[word] ?? 2;

  it('knows whole words and words with an ending', () => {
    expect(isKnownWord('forum', count)).toBe(true);
    expect(isKnownWord('trainees', count)).toBe(true);
  });

  it('does not know what falls into small pieces', () => {
    expect(isKnownWord('samarkant', count)).toBe(false);
    expect(isKnownWord('sumit', count)).toBe(false);
  });
});
