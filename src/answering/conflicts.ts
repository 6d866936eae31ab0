import type { Generation } from '../generation/open.js';
import { term, termSet, words } from '../text/terms.js';
import { covers, type DateValue, findValues, type NumberValue, termsBesideValues, type Value } from '../text/values.js';
import type { DraftSentence, Quote } from '../verification/verify.js';
import { findAmounts } from './amounts.js';
import type { Evidence } from './evidence.js';
import { plainSentence } from './plain-sentence.js';
import { type Question, weightOf } from './question.js';
import { quoteOf } from './quote.js';

/** A value and the quotes that state it. */
export interface ConflictingValue {
  value: string;
  quotes: Quote[];
}

/** Documents that give different values for what was asked; the first value is the principal one. */
export interface Conflict {
  about: string;
  values: ConflictingValue[];
}

/** Sentences this far down the ranking are compared with the best one. */
const COMPARED = 20;

/** Two statements are about the same thing when they share this much of their words, values aside. */
const MIN_OVERLAP = 0.3;

/** Counts of the same kind of thing are common; they must share more. */
const MIN_OVERLAP_OF_COUNTS = 0.5;

/** ... and when the other one mentions this much of what the question is about. */
const MIN_COVERAGE = 0.55;

/** Words between a number and what it counts: "318 junior diplomats". */
const COUNTED_WITHIN = 4;

/** Whether a number stands before what is counted. @param counted Search term of the noun. */
function counts(text: string, { end, values }: Value, counted: string | null): boolean {
  if (!counted || values[0]?.kind !== 'number') return false;
  return words(text.slice(end))
    .slice(0, COUNTED_WITHIN)
    .some((word) => term(word.text) === counted);
}

interface Statement {
  evidence: Evidence;
  text: string;
  content: Set<string>;
  ordinals: number[];
  values: Value[];
}

function readStatement(evidence: Evidence, kind: 'date' | 'number', named: number[], counted: string | null): Statement {
  const all = findValues(evidence.text);
  const isOfKind = ({ values }: Value) =>
    values[0]?.kind === kind && (kind === 'number' ? counted !== null : values.some((v) => (v as DateValue).month !== undefined));
  const ordinals = all.filter(({ values }) => values[0]?.kind === 'ordinal');
  const anchors = ordinals.filter(({ values }) => values.some((value) => named.includes((value as NumberValue).value)));
  const values = all.filter(isOfKind).filter((value) => kind === 'date' || counts(evidence.text, value, counted));
  // Where the question's ordinal names the event, only a date beside it is the date of that event.
  const beside = values.filter((value) => anchors.some((anchor) => Math.max(value.start - anchor.end, anchor.start - value.end) <= ORDINAL_REACH));
  return {
    evidence,
    text: evidence.text,
    content: termsBesideValues(evidence.text, all),
    ordinals: ordinals.flatMap(({ values: given }) => given.map((value) => (value as NumberValue).value)),
    values: anchors.length > 0 ? beside : values,
  };
}

const overlap = (a: Set<string>, b: Set<string>): number => {
  const common = [...a].filter((word) => b.has(word)).length;
  return common / Math.max(1, Math.min(a.size, b.size));
};

const sameOrdinals = (a: Statement, b: Statement): boolean =>
  (a.ordinals.length === 0 && b.ordinals.length === 0) || a.ordinals.some((ordinal) => b.ordinals.includes(ordinal));

/** Whether two values say the same: each day or number of one is the other's too, or one is merely less exact. */
const agrees = (a: Value, b: Value): boolean => {
  const within = (these: Value, those: Value) => these.values.every((x) => those.values.some((y) => covers(x, y) || covers(y, x)));
  return within(a, b) && within(b, a);
};

/** Two documents that say a thing in these many of the same words, values aside, speak of one event. */
const SAME_WORDS = 0.85;

/** Whether two documents say the same but for the values. */
function sayTheSame(a: Statement, b: Statement): boolean {
  const common = [...a.content].filter((word) => b.content.has(word)).length;
  return a.evidence.passage.source !== b.evidence.passage.source && common >= SAME_WORDS * Math.max(a.content.size, b.content.size);
}

/** Whether two dates could be two accounts of one event: days or weeks apart, or anything where it is known to be one. */
function comparable(a: DateValue | NumberValue | undefined, b: DateValue | NumberValue | undefined, oneEvent: boolean): boolean {
  if (a?.kind !== 'date' || b?.kind !== 'date') return a?.kind === b?.kind;
  if (oneEvent) return a.year !== undefined && b.year !== undefined;
  return a.year !== undefined && a.year === b.year && Math.abs((a.month ?? 0) - (b.month ?? 0)) <= 1;
}

/** Characters between an ordinal and the date that belongs to it: "the 8th Summit, held in Istanbul on 12 November". */
const ORDINAL_REACH = 90;

function coverageOf(question: Question, statement: Statement): number {
  const whole = new Set([...statement.content, ...termSet(statement.evidence.passage.context)]);
  return weightOf(question.terms, whole) / (weightOf(question.terms) || 1);
}

/** The value that the best evidence gives, and the statements that give another. */
interface Disagreement {
  best: Statement;
  principal: Value;
  rivals: { statement: Statement; value: Value }[];
}

/** Another date or number for the event that the best evidence speaks of: the same ordinal, and enough words in common. */
function findOtherValues(question: Question, named: number[], evidence: Evidence[]): Disagreement | null {
  const kind = question.type === 'number' ? 'number' : 'date';
  const [best, ...others] = evidence.map((item) => readStatement(item, kind, named, question.counted));
  const principal = best?.values[0];
  if (!best || !principal) return null;
  const minOverlap = kind === 'number' ? MIN_OVERLAP_OF_COUNTS : MIN_OVERLAP;
  const rivals = others.flatMap((statement) => {
    if (!sameOrdinals(best, statement) || overlap(best.content, statement.content) < minOverlap || coverageOf(question, statement) < MIN_COVERAGE) return [];
    if (statement.values.some((value) => agrees(value, principal))) return [];
    const oneEvent = sayTheSame(best, statement) || named.some((ordinal) => best.ordinals.includes(ordinal) && statement.ordinals.includes(ordinal));
    const value = statement.values.find((candidate) => comparable(candidate.values[0], principal.values[0], oneEvent));
    return value ? [{ statement, value }] : [];
  });
  return { best, principal, rivals };
}

/** Two statements that may differ in their dates are not about one thing. */
const mayBeOfOneTime = (a: string, b: string): boolean => {
  const dates = (text: string) => findValues(text).filter(({ values }) => values[0]?.kind === 'date');
  const [one, other] = [dates(a), dates(b)];
  return one.length === 0 || other.length === 0 || one.some((date) => other.some((rival) => agrees(date, rival)));
};

/** Another amount of what the best evidence names as the answer: "611,200 doses of X" and "400,000 X doses". */
function findOtherAmounts(evidence: Evidence[]): Disagreement | null {
  const [best, ...others] = evidence.map((item) => readStatement(item, 'number', [], null));
  const { span, passage, sentence } = best?.evidence ?? {};
  if (!best || !span || !passage || !sentence) return null;
  const answer = termSet(best.text.slice(span.start - sentence.start, span.end - sentence.start));
  const amount = findAmounts(best.text).find(({ name }) => answer.has(name));
  if (!amount) return null;
  const rivals = others.flatMap((statement) => {
    if (overlap(best.content, statement.content) < MIN_OVERLAP_OF_COUNTS || !mayBeOfOneTime(best.text, statement.text)) return [];
    const same = findAmounts(statement.text).filter(({ name, counted }) => name === amount.name && counted === amount.counted);
    const [other] = same;
    return other && !same.some(({ value }) => agrees(value, amount.value)) ? [{ statement, value: other.value }] : [];
  });
  return { best, principal: amount.value, rivals };
}

/**
 * Finds statements that disagree with the best evidence on the date or number asked for, or on the amount of what it
 * names as the answer.
 *
 * @param evidence Best first.
 * @param unread Further sentences, of passages that are too far down to answer.
 */
export function findConflicts(
  generation: Generation,
  question: Question,
  evidence: Evidence[],
  unread: Evidence[] = [],
): { list: Conflict[]; extra: (drafted: DraftSentence[]) => DraftSentence[] } {
  const none = { list: [], extra: () => [] };
  const named = question.values.flatMap((value) => (value.kind === 'ordinal' ? [value.value] : []));
  const compared = [...evidence.slice(0, COMPARED), ...unread];
  // Two dates for an event that no ordinal names are as likely two events, unless its date is what is asked.
  const ofValue = question.type === 'date' || question.type === 'number' || named.length > 0;
  const found = ofValue ? findOtherValues(question, named, compared) : findOtherAmounts(compared);
  if (!found || found.rivals.length === 0) return none;
  const { best, principal, rivals } = found;
  const groups: { value: Value; text: string; statements: Statement[] }[] = [
    { value: principal, text: best.text.slice(principal.start, principal.end), statements: [best] },
  ];
  for (const { statement, value } of rivals) {
    const group = groups.find((known) => agrees(known.value, value));
    if (group) group.statements.push(statement);
    else groups.push({ value, text: statement.text.slice(value.start, value.end), statements: [statement] });
  }
  const quote = ({ evidence: item }: Statement) => quoteOf(generation, item.passage, item.sentence);
  const list = [{ about: question.text, values: groups.map(({ text, statements }) => ({ value: text, quotes: statements.map(quote) })) }];
  return {
    list,
    extra: (drafted) => {
      const said = new Set(drafted.flatMap(({ quotes }) => quotes.map(({ source, start }) => `${source} ${start}`)));
      return groups.slice(1).flatMap(({ statements: [first] }) => {
        const rival = first ? quote(first) : null;
        return rival && !said.has(`${rival.source} ${rival.start}`) ? [{ text: plainSentence(rival.quote), quotes: [rival] }] : [];
      });
    },
  };
}
