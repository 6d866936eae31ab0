import { isStopWord, type Word, words } from '../text/terms.js';
import { covers, findValues, type Value } from '../text/values.js';
import { lemma } from './wording.js';

/** Content words before the first value of a text that belong to it where the next value has none before it; those further away are what both are about. */
const OWN_WORDS_BEFORE = 2;

/** Words between a number and what it counts: "18 of the meetings". */
const COUNTED_WITHIN = 2;

const AUXILIARY = /\b(?:is|are|was|were|has|have|had|did|do|does|will|can)\b/i;
const PARTED = /[,;:()|]|\s(?:and|but|while|whereas|or)\s/gi;

/** A value of a text and the words that tell what it is the value of. */
interface Attachment {
  value: Value;
  own: Set<string>;
  /** The first content word after it, which a number counts. */
  counted: string | null;
}

const sameValue = (a: Value, b: Value): boolean => a.values.every((x) => b.values.some((y) => covers(y, x) || covers(x, y)));

/** Where what belongs to one value ends and what belongs to the next begins: at the last mark or "and" between them. */
function border(text: string, a: Value, b: Value): number {
  const between = text.slice(a.end, b.start);
  const mark = [...between.matchAll(PARTED)].at(-1);
  return mark ? a.end + mark.index : a.end + (between.length >> 1);
}

/** Whether the noun of a value is left out: "and 4 for the other group", "46 of whom". */
const lacksNoun = (after: Word | undefined, value: Value): boolean => !after || after.start > value.end + 1 || isStopWord(after.text);

/** What a value is a value of; "over 1400 athletes" is no year, though it looks like one. */
function kindOf(text: string, { start, end, values: [first] }: Value): string | undefined {
  if (first?.kind !== 'date' || first.month !== undefined) return first?.kind;
  return /\b(?:over|than|least|most|about|nearly|almost|around)\s$/i.test(text.slice(0, start)) || /^\s\p{Ll}+s\b/u.test(text.slice(end)) ? 'number' : 'date';
}

/** Words of each value of a kind. @param all Whether also what stands far before the first value belongs to it. */
function attachments(text: string, values: Value[], all: boolean): Attachment[] {
  const content = words(text).filter(({ start }) => !values.some((value) => start >= value.start && start < value.end));
  return values.map((value, i) => {
    const next = values[i + 1];
    const from = i > 0 ? border(text, values[i - 1] as Value, value) : 0;
    const to = next ? border(text, value, next) : text.length;
    const following = content.filter(({ start }) => start >= value.end && start < to);
    const preceding = content.filter(({ start, end }) => start >= from && end <= value.start && !isStopWord(text.slice(start, end)));
    const beforeNext = next
      ? content.filter(({ start, end }) => start >= to && end <= next.start && /\p{L}/u.test(text.slice(start, end)) && !isStopWord(text.slice(start, end)))
      : [];
    const nextLacksNoun = next !== undefined && lacksNoun(words(text.slice(next.end)).map((word) => ({ ...word, start: word.start + next.end }))[0], next);
    // "arranged 8 meetings for one group and 4 for the other": the verb and the noun belong to both.
    const nextIsGapped = nextLacksNoun && beforeNext.length === 0 && !AUXILIARY.test(text.slice(next.end));
    let noun = 0;
    if (nextLacksNoun) while (noun < following.length && !isStopWord((following[noun] as Word).text)) noun++;
    const before = all || i > 0 || beforeNext.length > 0 ? preceding : nextIsGapped ? [] : preceding.slice(-OWN_WORDS_BEFORE);
    const own = [...before, ...following.slice(all ? 0 : noun)].filter(({ text: word }) => !isStopWord(word));
    const counted = following.slice(0, COUNTED_WITHIN + 1).find(({ text: word }) => !isStopWord(word));
    return { value, own: new Set(own.map(({ text: word }) => lemma(word))), counted: counted ? lemma(counted.text) : null };
  });
}

/**
 * Dates and numbers of a sentence that its quote gives for something else: in a quote with several of a kind, the words
 * beside the value belong to another one.
 */
export function misplacedValues(sentence: string, quote: string): string[] {
  const [said, quoted] = [findValues(sentence), findValues(quote)];
  const kinds = new Set(said.map((value) => kindOf(sentence, value)));
  return [...kinds].flatMap((kind) => {
    const ofKind = (text: string, values: Value[]) => values.filter((value) => kindOf(text, value) === kind);
    const rivals = ofKind(quote, quoted);
    if (rivals.length < 2) return [];
    const inQuote = attachments(quote, rivals, false);
    return attachments(sentence, ofKind(sentence, said), true).flatMap(({ value, own: beside, counted }) => {
      const here = inQuote.filter((other) => sameValue(value, other.value)).flatMap(({ own }) => [...own]);
      const there = inQuote.filter((other) => !sameValue(value, other.value)).flatMap(({ own }) => [...own]);
      if (kind === 'number' && counted !== null && here.includes(counted) !== there.includes(counted))
        return here.includes(counted) ? [] : [sentence.slice(value.start, value.end)];
      const forHere = [...beside].filter((word) => here.includes(word) && !there.includes(word)).length;
      const forThere = [...beside].filter((word) => there.includes(word) && !here.includes(word)).length;
      return forThere > forHere ? [sentence.slice(value.start, value.end)] : [];
    });
  });
}
