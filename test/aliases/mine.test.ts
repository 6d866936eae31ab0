import { describe, expect, it } from 'vitest';
import { groupAliases } from '../../src/aliases/groups.js';
import { aliasPairs, longFormBefore } from '../../src/aliases/mine.js';

describe('aliasPairs', () => {
  it.each([
    ['The Baltic Pilots Union (BPU) met in Riga.', [['Baltic Pilots Union', 'BPU']]],
    ['a treaty with the BPU (Baltic Pilots Union) was signed', [['Baltic Pilots Union', 'BPU']]],
    ['The Forum on Trust and Safety Measures at Sea (FTSMS) began.', [['Forum on Trust and Safety Measures at Sea', 'FTSMS']]],
    ['heads of delegation (HoD) agreed', [['heads of delegation', 'HoD']]],
    ['The Harbour Council, formerly known as the Pilots Board, moved.', [['Harbour Council', 'Pilots Board']]],
    ['The Harbour Council (until 2011 Pilots Board) moved.', [['Harbour Council', 'Pilots Board']]],
    ['The Harbour Council, then called the Pilots Board, agreed.', [['Harbour Council', 'Pilots Board']]],
    ['The Pilots Board was renamed the Harbour Council.', [['Pilots Board', 'Harbour Council']]],
    ['The “Harbour Council”, also called the “Pilots Board”, agreed.', [['Harbour Council', 'Pilots Board']]],
    ['The Pilots Board changed its name to the Harbour Council.', [['Pilots Board', 'Harbour Council']]],
    ['The 1st University Sports Games (Nordic Universiade) opened.', [['University Sports Games', 'Nordic Universiade']]],
  ])('finds the names in %j', (text, pairs) => {
    expect(aliasPairs(text)).toEqual(pairs);
  });

  it.each(['The port of Varna (Bulgaria) was closed.', 'It rose by a third (see Table 2).', 'The members (six in all) agreed.', 'In May (2011) it rained.'])(
    'takes no place, note or number for a name: %j',
    (text) => {
      expect(aliasPairs(text)).toEqual([]);
    },
  );
});

describe('longFormBefore', () => {
  it('takes no words that only happen to hold the letters', () => {
    expect(longFormBefore('TIKA', 'Turkish partners worked together very closely with the Transport Agency')).toBeNull();
  });
});

describe('groupAliases', () => {
  it('joins what is joined through a third name', () => {
    expect(
      groupAliases([
        ['Harbour Council', 'HC'],
        ['Harbour Council', 'Pilots Board'],
      ]),
    ).toEqual([{ names: ['Harbour Council', 'Pilots Board', 'HC'] }]);
  });

  it('takes spellings of one name for one', () => {
    expect(
      groupAliases([
        ['Organisation of Ports', 'OP'],
        ['Organization of Ports', 'OP'],
        ['Organization of Ports', 'OP'],
      ]),
    ).toEqual([{ names: ['Organization of Ports', 'OP'] }]);
  });

  it('does not join two things that share an abbreviation', () => {
    const groups = groupAliases([
      ['Council of Foreign Ministers', 'CFM'],
      ['Council of Foreign Ministers', 'CFM'],
      ['Centre for Freight Monitoring', 'CFM'],
    ]);
    expect(groups).toEqual([{ names: ['Council of Foreign Ministers', 'CFM'] }]);
  });
});
