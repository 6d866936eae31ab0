import { describe, expect, it } from 'vitest';
import { covers, findNames, findValues } from '../../src/text/values.js';

const date = (year?: number, month?: number, day?: number) => ({
  kind: 'date',
  ...(year ? { year } : {}),
  ...(month ? { month } : {}),
  ...(day ? { day } : {}),
});
const number = (value: number) => ({ kind: 'number', value });
const ordinal = (value: number) => ({ kind: 'ordinal', value });
const valuesOf = (text: string) => findValues(text).flatMap(({ values }) => values);

describe('dates', () => {
  it.each([
    '3 September 2019',
    '03 September 2019',
    '3rd September 2019',
    '3rd of September 2019',
    '3 September, 2019',
    'September 3, 2019',
    'September 3rd, 2019',
    'Sept. 3, 2019',
    '3 Sept 2019',
    '3 sep 2019',
    '2019-09-03',
    '03.09.2019',
    '3.9.2019',
    '3. 9. 2019',
    '3/9/2019',
    'September 2019, 3',
    'Tuesday, 3 September 2019',
    '(3 September 2019)',
  ])('%s is the third of September 2019', (text) => {
    expect(valuesOf(text)).toEqual([date(2019, 9, 3)]);
  });

  it.each([
    ['September 2019', [date(2019, 9)]],
    ['September of 2019', [date(2019, 9)]],
    ['September, 2019', [date(2019, 9)]],
    ['2019-09', [date(2019, 9)]],
    ['3 September', [date(undefined, 9, 3)]],
    ['since 2019', [date(2019)]],
    ['(Baku,2019)', [date(2019)]],
  ])('%s is a part of a date', (text, expected) => {
    expect(valuesOf(text)).toEqual(expected);
  });

  it.each([
    ['18-19 October 2016', [date(2016, 10, 18), date(2016, 10, 19)]],
    ['from 18 to 19 October 2016', [date(2016, 10, 18), date(2016, 10, 19)]],
    ['18th and 19th of October 2016', [date(2016, 10, 18), date(2016, 10, 19)]],
    ['October 18–19, 2016', [date(2016, 10, 18), date(2016, 10, 19)]],
    ['30 August – 2 September 2019', [date(2019, 8, 30), date(2019, 9, 2)]],
    ['29 December – 3 January 2020', [date(2019, 12, 29), date(2020, 1, 3)]],
    ['29 December 2019 to 3 January 2020', [date(2019, 12, 29), date(2020, 1, 3)]],
    ['2019-2021', [date(2019), date(2021)]],
    ['2019–21', [date(2019), date(2021)]],
    ['2019/20', [date(2019), date(2020)]],
    ['2019, 2020 and 2021', [date(2019), date(2020), date(2021)]],
  ])('%s has both its ends', (text, expected) => {
    expect(valuesOf(text)).toEqual(expected);
  });
});

describe('numbers', () => {
  it.each([
    ['seven', 7],
    ['Twenty-one', 21],
    ['one hundred and five', 105],
    ['two thousand five hundred', 2500],
    ['three million', 3e6],
    ['two dozen', 24],
    ['611,200', 611_200],
    ['611 200', 611_200],
    ['611\u00a0200', 611_200],
    ['611\u202f200', 611_200],
    ['1.234.567', 1_234_567],
    ['1,234.56', 1234.56],
    ['1.5 million', 1.5e6],
    ['1,5 million', 1.5e6],
    ['0.5', 0.5],
    ['7%', 7],
    ['$5', 5],
    ['5km', 5],
    ['No. 5', 5],
  ])('%s', (text, expected) => {
    expect(valuesOf(text)).toEqual([number(expected)]);
  });

  it.each([
    ['7th', 7],
    ['21st', 21],
    ['seventh', 7],
    ['twenty-first', 21],
    ['VII summit', 7],
    ['the XXI session', 21],
    ['XIV', 14],
    ['X', 10],
  ])('%s is a place in an order', (text, expected) => {
    expect(valuesOf(text)).toEqual([ordinal(expected)]);
  });

  it('are not seen inside other words', () => {
    expect(valuesOf('The G20 often weighs a height; someone wrote MIX, DIV and CIVIL.')).toEqual([]);
    expect(valuesOf('ş2019, XIIş, éseven, سبعة2 and мая2020 stay whole, and so does 𝒜11.')).toEqual([]);
  });
});

describe('where values stand', () => {
  it('is given in UTF-16 code units, in order, without overlap', () => {
    const text = '🏛️ E\u0301 on 3 September 2019 seven of 611,200 came to the VII summit';
    expect(findValues(text).map(({ start, end }) => text.slice(start, end))).toEqual(['3 September 2019', 'seven', '611,200', 'VII']);
  });
});

describe('what covers what', () => {
  const covered = (fact: string, claim: string) => {
    const [[a], [b]] = [valuesOf(fact), valuesOf(claim)];
    return a !== undefined && b !== undefined && covers(a, b);
  };

  it.each([
    ['3 September 2019', '2019-09-03'],
    ['3 September 2019', 'September 2019'],
    ['3 September 2019', '2019'],
    ['3 September 2019', '3 September'],
    ['seven', '7'],
    ['VII', '7th'],
    ['1.5 million', '1,500,000'],
  ])('%s covers %s', (fact, claim) => {
    expect(covered(fact, claim)).toBe(true);
  });

  it.each([
    ['2019', '3 September 2019'],
    ['September 2019', '3 September 2019'],
    ['3 September', '3 September 2019'],
    ['3 September 2019', '9 March 2019'],
    ['seven', '8'],
    ['seven', '7th'],
    ['7th', 'seven'],
    ['2,019', '2019'],
  ])('%s does not cover %s', (fact, claim) => {
    expect(covered(fact, claim)).toBe(false);
  });
});

describe('names', () => {
  const names = (text: string) => findNames(text).map(({ text: name }) => name);

  it('are words with a capital letter, whatever the alphabet', () => {
    expect(names('In Baku, the OIC and UN-Habitat met Çavuşoğlu, E\u0301mile, Қазақстан and the iPhone’s G20.')).toEqual([
      'In',
      'Baku',
      'OIC',
      'UN-Habitat',
      'Çavuşoğlu',
      'E\u0301mile',
      'Қазақстан',
      'iPhone’s',
      'G20',
    ]);
  });

  it('are not months and spelt numbers', () => {
    expect(names('on 3 September, Seven of the First')).toEqual([]);
  });

  it('tell whether they begin a sentence, where any word has a capital; after a title or an initial they do not', () => {
    const initial = (text: string) =>
      findNames(text)
        .filter((name) => name.initial)
        .map(({ text: name }) => name);
    expect(initial('Poland joined. Hungary, too: Baku “Council” met Mr. Bush and J. Smith')).toEqual(['Poland', 'Hungary', 'Baku', 'Council']);
  });
});
