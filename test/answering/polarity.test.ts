import { describe, expect, it } from 'vitest';
import { polarityOf } from '../../src/answering/polarity.js';
import { analyseQuestion } from '../../src/answering/question.js';

const lexical = { size: 100, documentFrequency: () => 3 } as never;
const polarity = (question: string, sentence: string) => polarityOf(analyseQuestion(question, lexical), sentence);

describe('polarityOf', () => {
  it('says yes when the sentence says what is asked', () => {
    expect(polarity('Did Trabzon join the pact in 2018?', 'Trabzon joined the pact on 9 October 2018.')).toBe('Yes');
  });

  it('says no when the sentence denies it, or gives another date', () => {
    expect(polarity('Did Trabzon join the pact?', 'Trabzon never joined the pact.')).toBe('No');
    expect(polarity('Did Trabzon join the pact in 2018?', 'Trabzon joined the pact on 2 March 2015.')).toBe('No');
  });

  it.each([
    ['Did Trabzon join the pact?', 'Trabzon will join the pact.'],
    ['Did Trabzon join the pact?', 'Batumi joined the pact.'],
    ['Did all harbours join the pact?', 'Trabzon and five harbours joined the pact.'],
    ['Was the tour of the pilots held?', 'The tour had to be postponed.'],
    ['Did the 3rd forum adopt the pact?', 'The 4th forum adopted the pact.'],
    ['When did Trabzon join the pact?', 'Trabzon joined the pact in 2018.'],
  ])('leaves the word to the reader: %j by %j', (question, sentence) => {
    expect(polarity(question, sentence)).toBeNull();
  });
});
