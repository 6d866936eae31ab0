import { describe, expect, it } from 'vitest';
import { askedUnit, holdsKind, holdsUnit, mayNameAgent } from '../../src/answering/asked-kind.js';
import { termSet } from '../../src/text/terms.js';

const lexical = { isCommonWord: (word: string) => ['fund', 'council', 'ministers', 'office', 'the'].includes(word) };
const holds = (type: 'person' | 'agent' | 'place' | 'date' | 'number', question: string, text: string) => holdsKind({ type }, text, termSet(question), lexical);

describe('mayNameAgent', () => {
  it.each([
    ['Jana Novák', true],
    ['J. Novák', true],
    ['Minister Novák', true],
    ['Ministry of Fisheries of Bulgaria', true],
    ['Varna', false],
    ['at the mole', false],
  ])('%s: %s', (span, may) => {
    expect(mayNameAgent(span)).toBe(may);
  });
});

describe('holdsKind', () => {
  it.each([
    ['The office is led by Jana Novák.', true],
    ['The office is led by J. Novák.', true],
    ['President Novák opened the office.', true],
    ['The Investment Fund has an office in Varna.', false],
    ['The Council of Ministers met in Varna.', false],
    ['The HLA and the UNDP met.', false],
  ])('finds a person: %s', (text, found) => {
    expect(holds('person', 'Who is the head of the office?', text)).toBe(found);
  });

  it('does not take a person whom the question names for the answer', () => {
    expect(holds('person', 'Who is the teacher of Jana Novák?', 'Jana Novák had a teacher.')).toBe(false);
  });

  it('takes a country or a body for one who did something', () => {
    expect(holds('agent', 'Who hosted the regatta?', 'The regatta was hosted by Bulgaria.')).toBe(true);
    expect(holds('agent', 'Who hosted the regatta?', 'The regatta was hosted with care.')).toBe(false);
  });

  it('finds dates and numbers, and does not take one for the other', () => {
    expect(holds('number', 'How many boats sailed?', 'They sailed on 3 July 2001.')).toBe(false);
    expect(holds('date', 'When did they sail?', 'They sailed on 3 July 2001.')).toBe(true);
    expect(holds('date', 'When did they sail?', 'Some 40 boats sailed.')).toBe(false);
  });
});

describe('askedUnit', () => {
  it.each([
    ['What interest rate do the loans carry?', 'share'],
    ['What share of the boats are new?', 'share'],
    ["What's the yearly budget of the league?", 'money'],
    ['How much did the new port cost?', 'money'],
    ['What was the turnover in dollars?', 'money'],
    ['How many boats sailed?', null],
    ['When was the budget adopted?', null],
  ])('%s', (question, unit) => {
    expect(askedUnit(question)).toBe(unit);
  });

  it('is found where a text gives it', () => {
    expect(holdsUnit('money', 'It cost 5 million euros.')).toBe(true);
    expect(holdsUnit('money', 'It took 5 million hours.')).toBe(false);
    expect(holdsUnit('share', 'It grew by 5 %.')).toBe(true);
    expect(holdsUnit('share', 'It grew by 5.')).toBe(false);
  });
});
