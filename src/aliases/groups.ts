import { fold, terms } from '../text/terms.js';

/** Names of one thing; the first is the longest that is common. */
export interface AliasGroup {
  names: string[];
}

const isAbbreviation = (name: string): boolean => !name.includes(' ') && (name.match(/\p{Lu}/gu)?.length ?? 0) >= 2;

/** Spellings that differ in case, accents, or "Organization" and "Organisation" are one name. */
const keyOf = (name: string): string =>
  fold(name)
    .replace(/is(?=ation|e\b|ed\b|ing\b)/g, 'iz')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** Whether two names are one, but for spelling. */
export const sameName = (a: string, b: string): boolean => keyOf(a) === keyOf(b);

/** Two long forms of one abbreviation are one thing only if they share this much of their words. */
const SAME_LONG_FORM = 0.5;

function shareWords(a: string, b: string): boolean {
  const [one, other] = [new Set(terms(a)), new Set(terms(b))];
  const common = [...one].filter((word) => other.has(word)).length;
  return common >= SAME_LONG_FORM * Math.max(one.size, other.size);
}

/**
 * Joins pairs of names into groups. An abbreviation that stands for several unlike things keeps the one it is given
 * for most often: joining all of them would make them one.
 */
export function groupAliases(pairs: [string, string][]): AliasGroup[] {
  const keys = new Map<string, string>();
  // A large folder gives thousands of pairs, of few names.
  const keyOnce = (name: string): string => {
    const key = keys.get(name) ?? keyOf(name);
    keys.set(name, key);
    return key;
  };
  const spelling = new Map<string, Map<string, number>>();
  const links = new Map<string, { a: string; b: string; count: number }>();
  for (const [one, other] of pairs) {
    const [a, b] = [keyOnce(one), keyOnce(other)].sort() as [string, string];
    if (a === b || !a || !b) continue;
    for (const name of [one, other]) {
      const spellings = spelling.get(keyOnce(name)) ?? new Map<string, number>();
      spelling.set(keyOnce(name), spellings.set(name, (spellings.get(name) ?? 0) + 1));
    }
    const link = links.get(`${a}\n${b}`) ?? { a, b, count: 0 };
    link.count++;
    links.set(`${a}\n${b}`, link);
  }
  const spelled = (key: string): string =>
    [...(spelling.get(key) as Map<string, number>)].sort((x, y) => y[1] - x[1] || (x[0] < y[0] ? -1 : 1))[0]?.[0] as string;
  const parent = new Map<string, string>();
  const rootOf = (key: string): string => {
    const up = parent.get(key);
    return up === undefined || up === key ? key : rootOf(up);
  };
  const longForms = new Map<string, string[]>();
  for (const { a, b } of [...links.values()].sort((x, y) => y.count - x.count || (x.a + x.b < y.a + y.b ? -1 : 1))) {
    const short = isAbbreviation(spelled(a)) ? a : isAbbreviation(spelled(b)) ? b : null;
    if (short) {
      const long = short === a ? b : a;
      const earlier = longForms.get(short) ?? [];
      if (earlier.length > 0 && !isAbbreviation(spelled(long)) && !earlier.some((other) => shareWords(spelled(other), spelled(long)))) continue;
      longForms.set(short, [...earlier, long]);
    }
    parent.set(rootOf(b), rootOf(a));
  }
  const groups = new Map<string, string[]>();
  for (const key of spelling.keys()) {
    const root = rootOf(key);
    groups.set(root, [...(groups.get(root) ?? []), spelled(key)]);
  }
  const byLength = (x: string, y: string) => Number(isAbbreviation(x)) - Number(isAbbreviation(y)) || y.length - x.length || (x < y ? -1 : 1);
  return [...groups.values()]
    .filter((names) => names.length > 1)
    .map((names) => ({ names: names.sort(byLength) }))
    .sort((x, y) => ((x.names[0] as string) < (y.names[0] as string) ? -1 : 1));
}
