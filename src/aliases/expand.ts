import { fold, isStopWord, term, termSet, terms, words, wordsIn } from '../text/terms.js';
import type { AliasGroup } from './groups.js';

/** A name in a question that has other names. */
export interface AliasMention {
  /** As the question has it; offsets are UTF-16 code units. */
  said: string;
  start: number;
  end: number;
  /** Search terms of the said name. */
  terms: string[];
  others: { name: string; terms: string[] }[];
}

/** Longest name that is looked for, in words. */
const MAX_NAME_WORDS = 12;

/** Finds names in questions. */
export type AliasFinder = (question: string) => AliasMention[];

const keyOf = (name: string): string => wordsIn(name).map(term).join(' ');

/** An abbreviation, by the beginnings of the words that it stands for: `I`, `D` and `B`, or `Is`, `D` and `B`. */
const ABBREVIATION = /^(?:\p{Lu}\p{Ll}*){3,}$/u;

/** The group of the one name that an abbreviation spells, though the documents have another or none: "IsDB" for "Islamic Development Bank". */
function spelledOut(said: string, groups: AliasGroup[]): AliasGroup | undefined {
  if (!ABBREVIATION.test(said)) return undefined;
  const beginnings = (said.match(/\p{Lu}\p{Ll}*/gu) ?? []).map(fold);
  const isSpelled = (name: string) => {
    const content = wordsIn(name).filter((word) => !isStopWord(word));
    return content.length === beginnings.length && content.every((word, i) => fold(word).startsWith(beginnings[i] as string));
  };
  const found = groups.filter(({ names }) => names.some(isSpelled));
  return found.length === 1 ? found[0] : undefined;
}

/**
 * Prepares the search for names in questions.
 *
 * @param isCommonWord Whether the documents write a word in lower case; such a word is no abbreviation unless in capitals.
 */
export function aliasFinder(groups: AliasGroup[], isCommonWord: (word: string) => boolean): AliasFinder {
  const byKey = new Map<string, AliasGroup>();
  for (const group of groups) for (const name of group.names) byKey.set(keyOf(name), group);
  const isMeant = (said: string) =>
    said.includes(' ') || /\p{Lu}.*\p{Lu}/u.test(said) || (said.length > 2 && !isStopWord(said) && !isCommonWord(said.toLowerCase()));
  return (question) => {
    const tokens = words(question);
    const keys = tokens.map(({ text }) => term(text));
    const mentions: AliasMention[] = [];
    for (let i = 0; i < tokens.length; ) {
      let length = Math.min(MAX_NAME_WORDS, tokens.length - i);
      let found: AliasMention | null = null;
      for (; length > 0 && !found; length--) {
        const stretch = tokens.slice(i, i + length);
        const [start, end] = [stretch[0]?.start ?? 0, stretch.at(-1)?.end ?? 0];
        const said = question.slice(start, end);
        const key = keys.slice(i, i + length).join(' ');
        const group = byKey.get(key) ?? spelledOut(said, groups);
        if (!group || !isMeant(said)) continue;
        const others = group.names.filter((name) => keyOf(name) !== key);
        found = { said, start, end, terms: terms(said), others: others.map((name) => ({ name, terms: terms(name) })) };
      }
      if (found) mentions.push(found);
      i += found ? length + 1 : 1;
    }
    return mentions;
  };
}

/** Whether all terms of a name are among those present. */
const holdsAll = (present: ReadonlySet<string>, name: string[]): boolean => name.length > 0 && name.every((word) => present.has(word));

/** The terms present, and those of each mentioned name that is there under another name. */
export function withAliases(present: Set<string>, mentions: AliasMention[]): Set<string> {
  const added = mentions.filter(({ others }) => others.some((other) => holdsAll(present, other.terms))).flatMap((mention) => mention.terms);
  return added.length > 0 ? new Set([...present, ...added]) : present;
}

/** A name of the question that its evidence has under another name. */
export interface UsedAlias {
  said: string;
  used: string;
}

/** Which names the evidence has otherwise than the question. */
export function usedAliases(evidence: string, mentions: AliasMention[]): UsedAlias[] {
  const present = termSet(evidence);
  return mentions.flatMap(({ said, terms: own, others }) => {
    const other = holdsAll(present, own) ? undefined : others.find((name) => holdsAll(present, name.terms));
    return other && fold(other.name) !== fold(said) ? [{ said, used: other.name }] : [];
  });
}
