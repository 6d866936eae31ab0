import { describe, expect, it } from 'vitest';
import { isForeign, translateNames } from '../../src/answering/foreign.js';

const known = ['the', 'budapest', 'kazakhstan', 'bishkek', 'mersin', 'port', 'opened', 'office'];
const vocabulary = { has: (word: string) => known.includes(word), count: (word: string) => (known.includes(word) ? 3 : 0), words: () => known };
const lexical = { vocabulary, isCommonWord: (word: string) => ['the', 'port', 'opened', 'office'].includes(word) };
const isWord = (word: string) => ['when', 'did', 'open', 'office', 'who'].includes(word);

describe('isForeign', () => {
  it.each(['Ki javasolta a budapesti irodát?', 'Когда открылся офис в Бишкеке?', 'Mersin Limanı hangi gün açıldı?'])(
    'knows another language: %j',
    (question) => {
      expect(isForeign(question, lexical, isWord)).toBe(true);
    },
  );

  it.each(['When did the office open?', 'Mersin port', 'who opened Zwirkfeld Brabbel Knorz?'])(
    'takes names and rare words for no other language: %j',
    (question) => {
      expect(isForeign(question, lexical, isWord)).toBe(false);
    },
  );
});

describe('translateNames', () => {
  it('knows names with case endings and in Cyrillic letters', () => {
    expect(translateNames('Ki nyitotta meg Budapesten az irodát?', lexical)).toContain('budapest ');
    expect(translateNames('Когда офис открылся в Бишкеке?', lexical)).toContain('bishkek');
    expect(translateNames('Что было в Казахстане в 2019 году?', lexical)).toBe('Что было в kazakhstan в 2019 году?');
  });
});
