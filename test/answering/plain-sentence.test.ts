import { describe, expect, it } from 'vitest';
import { plainSentence } from '../../src/answering/plain-sentence.js';

describe('plainSentence', () => {
  it.each([
    ['- **Varna** is a *member*', 'Varna is a member.'],
    ['The [pact](https://example.org/a_(b)) was signed.', 'The pact was signed.'],
    ['| Batumi | 11 June 2019 |', 'Batumi | 11 June 2019.'],
    ['It was\nwrapped   by hand.', 'It was wrapped by hand.'],
    ['He asked "why?"', 'He asked "why?"'],
    ['<b onclick="x()">Bold</b> words.', 'Bold words.'],
    ['It has 77 pages [2] of 90 [3, 4].', 'It has 77 pages (2) of 90 (3, 4).'],
    ['The [pact [sic]] was signed.', 'The [pact [sic]] was signed.'],
    ['snake_case_name stays', 'snake_case_name stays.'],
  ])('%j is said as %j', (quote, sentence) => {
    expect(plainSentence(quote)).toBe(sentence);
  });
});
