import { readFile } from 'node:fs/promises';
import { type AliasGroup, groupAliases, sameName } from './groups.js';

const HEADER = `# Names of one thing, as the documents give them: one thing a line, its names joined by "=".
# This file is written anew with each index. To correct it, put lines of the same form into the file that ALIASES_FILE
# names: a line adds names, and a line that begins with "-" parts the names on it.
`;

/** Thrown when a line of a file of aliases cannot be read; the message names file and line. */
export class AliasFileError extends Error {}

/** The corrections that a person wrote; empty where there is no such file. @throws AliasFileError when it cannot be read. */
export async function readAliasFile(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new AliasFileError(`${file} cannot be read (${error.code}); check its permissions or set ALIASES_FILE`);
  });
}

/** Alias groups as a text that a person can read and correct. */
export const formatAliases = (groups: AliasGroup[]): string => HEADER + groups.map(({ names }) => `${names.join(' = ')}\n`).join('');

/** Lines of a file of aliases: names that belong together, and names that do not. */
export interface AliasCorrections {
  joined: string[][];
  parted: string[][];
}

/** Reads lines such as `Organization = ORG` and `- Organization = ORG`. @throws AliasFileError */
export function parseAliases(text: string, file: string): AliasCorrections {
  const corrections: AliasCorrections = { joined: [], parted: [] };
  text.split(/\r?\n/).forEach((line, i) => {
    const content = line.trim();
    if (content === '' || content.startsWith('#')) return;
    const parted = content.startsWith('-');
    const names = content
      .replace(/^-/, '')
      .split('=')
      .map((name) => name.trim());
    if (names.length < 2 || names.includes('')) throw new AliasFileError(`${file}:${i + 1}: write two or more names joined by "=", such as "Long Name = LN"`);
    (parted ? corrections.parted : corrections.joined).push(names);
  });
  return corrections;
}

/** Groups as a person corrected them. */
export function applyCorrections(groups: AliasGroup[], { joined, parted }: AliasCorrections): AliasGroup[] {
  const pairs = [...groups.map(({ names }) => names), ...joined].flatMap((names) =>
    names.flatMap((one, i) => names.slice(i + 1).map((other): [string, string] => [one, other])),
  );
  const isParted = (pair: [string, string]) => parted.some((names) => pair.every((name) => names.some((other) => sameName(name, other))));
  // A name that is parted from one of a group is parted from the others of it too, unless it was joined to them by hand.
  const outcasts = parted.flatMap(([, ...names]) => names);
  const isOutcast = (name: string) => outcasts.some((other) => sameName(name, other));
  const byHand = new Set(joined.flat());
  return groupAliases(pairs.filter((pair) => !isParted(pair) && !pair.some((name) => isOutcast(name) && !byHand.has(name))));
}
