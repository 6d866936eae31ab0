import { describe, expect, it } from 'vitest';
import { AliasFileError, applyCorrections, formatAliases, parseAliases } from '../../src/aliases/file.js';

const GROUPS = [{ names: ['Harbour Council', 'Pilots Board', 'HC'] }, { names: ['Trade Union', 'TU'] }];

describe('a file of aliases', () => {
  it('reads what it writes', () => {
    expect(parseAliases(formatAliases(GROUPS), 'aliases.txt')).toEqual({ joined: GROUPS.map(({ names }) => names), parted: [] });
  });

  it('says which line cannot be read, and how to write it', () => {
    expect(() => parseAliases('# names\nHarbour Council\n', 'my.txt')).toThrow(AliasFileError);
    expect(() => parseAliases('# names\nHarbour Council\n', 'my.txt')).toThrow(/my\.txt:2: .*"Long Name = LN"/);
  });

  it('adds names that a person joined', () => {
    const corrected = applyCorrections(GROUPS, parseAliases('Trade Union = Merchants Guild', 'my.txt'));
    expect(corrected).toContainEqual({ names: ['Merchants Guild', 'Trade Union', 'TU'] });
  });

  it('parts names that a person parted', () => {
    const corrected = applyCorrections(GROUPS, parseAliases('- Harbour Council = Pilots Board', 'my.txt'));
    expect(corrected).toContainEqual({ names: ['Harbour Council', 'HC'] });
    expect(corrected.flatMap(({ names }) => names)).not.toContain('Pilots Board');
  });
});
