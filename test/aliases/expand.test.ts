import { describe, expect, it } from 'vitest';
import { aliasFinder, usedAliases, withAliases } from '../../src/aliases/expand.js';

const find = aliasFinder([{ names: ['Harbour Council', 'Pilots Board', 'HCO'] }, { names: ['It Works Initiative', 'IT'] }], (word) => word === 'it');

describe('aliasFinder', () => {
  it('finds a name whatever its case and endings', () => {
    const [mention] = find('when did the harbour councils meet?');
    expect(mention).toMatchObject({ said: 'harbour councils', others: [{ name: 'Pilots Board' }, { name: 'HCO' }] });
  });

  it('finds an abbreviation in small letters', () => {
    expect(find('what is the hco for?')[0]?.said).toBe('hco');
  });

  it('takes a common word for an abbreviation only in capitals', () => {
    expect(find('where was it held?')).toEqual([]);
    expect(find('where was IT held?')).toHaveLength(1);
  });
});

describe('an abbreviation that the documents do not have', () => {
  const find = aliasFinder(
    [{ names: ['Islamic Development Bank', 'IDB'] }, { names: ['Harbour Pilots Union', 'Port Men'] }, { names: ['Hill Path Users', 'Walkers'] }],
    () => false,
  );

  it('is the name whose words begin as it says', () => {
    expect(find('Where does the IsDB sit?')).toMatchObject([{ said: 'IsDB', others: [{ name: 'Islamic Development Bank' }, { name: 'IDB' }] }]);
  });

  it.each(['Who leads the HPU?', 'Who leads the IsUB?', 'Who leads the Islamic group?'])('is no name where none or several fit: %s', (question) => {
    expect(find(question)).toEqual([]);
  });
});

describe('withAliases', () => {
  it('counts a name as present where another of its names is', () => {
    const mentions = find('When did the HCO meet?');
    expect(withAliases(new Set(['pilot', 'board', 'met']), mentions)).toContain('hco');
    expect(withAliases(new Set(['pilot', 'met']), mentions)).not.toContain('hco');
  });
});

describe('usedAliases', () => {
  it('names the alias that the evidence has in place of the name asked for', () => {
    const mentions = find('When did the HCO meet?');
    expect(usedAliases('The Pilots Board met in May.', mentions)).toEqual([{ said: 'HCO', used: 'Pilots Board' }]);
    expect(usedAliases('The HCO, or Pilots Board, met in May.', mentions)).toEqual([]);
  });
});
