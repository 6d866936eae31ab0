import { type DateValue, findValues, termsBesideValues } from '../text/values.js';
import type { RankedEvidence } from './ranker.js';

/** Which of several dated statements is asked for. */
export type TemporalFocus = 'latest' | 'earliest' | null;

const LATEST = /\b(?:last|latest|newest|most recent(?:ly)?|so far|currently|nowadays)\b/i;
const EARLIEST = /\b(?:first|earliest|oldest|original(?:ly)?|inaugural)\b/i;

export function temporalFocus(question: string): TemporalFocus {
  if (LATEST.test(question)) return 'latest';
  return EARLIEST.test(question) ? 'earliest' : null;
}

/** The words that say which of several is asked for; they are not what it is about. */
export function temporalWords(question: string): { start: number; end: number }[] {
  return [LATEST, EARLIEST].flatMap((pattern) =>
    [...question.matchAll(new RegExp(pattern, 'gi'))].map((match) => ({ start: match.index, end: match.index + match[0].length })),
  );
}

/** A question without the words that ask for the latest: "last" finds whatever calls itself the last. */
export const withoutLatest = (question: string): string => question.replace(new RegExp(LATEST, 'gi'), ' ');

/** Words of a plan: what was announced is not the last that took place. */
const PLANNED = /\b(?:will|shall|plan(?:s|ned)?|scheduled|upcoming|next|expected|to be held|agreed to)\b/i;

/** A date as a number that grows with time; its year alone counts as its beginning. */
const asNumber = ({ year = 0, month = 0, day = 0 }: DateValue): number => year * 10_000 + month * 100 + day;

/** The latest date with a year that a sentence states as having come, or null. */
export function statedDate(sentence: string): number | null {
  if (PLANNED.test(sentence)) return null;
  const dates = findValues(sentence).flatMap(({ values }) => values.flatMap((value) => (value.kind === 'date' && value.year ? [asNumber(value)] : [])));
  return dates.length > 0 ? Math.max(...dates) : null;
}

/**
 * How well each date fits what is asked for: 1 for the one at the asked end of all that are given, 0 for the other
 * end, 0 where there is no date; all 0 where nothing temporal is asked.
 */
export function temporalFit(focus: TemporalFocus, dates: (number | null)[]): number[] {
  const known = [...new Set(dates.filter((date) => date !== null))].sort((a, b) => a - b);
  if (!focus || known.length < 2) return dates.map(() => 0);
  return dates.map((date) => {
    if (date === null) return 0;
    const rank = known.indexOf(date) / (known.length - 1);
    return focus === 'latest' ? rank : 1 - rank;
  });
}

/** Statements that share this much of their words, values aside, are of one form: "the 7th Meeting of ... was held on ...". */
const SAME_FORM = 0.6;

/** A statement of the same form must be at least this likely, compared with the best one. */
const MIN_LIKELIHOOD = 0.02;

/** "The 1st Meeting", "for the first time": it says itself that nothing came before. */
const isFirst = (text: string): boolean => findValues(text).some(({ values }) => values.some((value) => value.kind === 'ordinal' && value.value === 1));

/**
 * Where the latest or earliest is asked for: puts the statement at that end before the others of the same form and
 * leaves those out. Evidence comes best first.
 *
 * @param coverageOf Share of the question's words that a statement has; one that has less is about something else.
 */
export function chooseByTime(focus: TemporalFocus, evidence: RankedEvidence[], coverageOf: (item: RankedEvidence) => number): RankedEvidence[] {
  const [best] = evidence;
  if (!focus || !best) return evidence;
  if (focus === 'earliest') {
    const first = evidence.find((item) => isFirst(item.text) && coverageOf(item) >= coverageOf(best) && item.probability >= MIN_LIKELIHOOD * best.probability);
    if (first) return [{ ...first, probability: best.probability }, ...evidence.filter((item) => item !== first)];
  }
  const form = termsBesideValues(best.text);
  const alike = evidence.filter((item) => {
    const content = termsBesideValues(item.text);
    const common = [...content].filter((word) => form.has(word)).length;
    const asNear = coverageOf(item) >= coverageOf(best);
    return asNear && item.probability >= MIN_LIKELIHOOD * best.probability && common >= SAME_FORM * Math.min(form.size, content.size) && common >= 3;
  });
  const dated = alike.flatMap((item) => {
    const date = statedDate(item.text);
    return date === null ? [] : [{ item, date: focus === 'latest' ? date : -date }];
  });
  const [chosen] = dated.sort((a, b) => b.date - a.date);
  if (!chosen || chosen.item === best) return evidence;
  const superseded = new Set(alike);
  return [{ ...chosen.item, probability: best.probability }, ...evidence.filter((item) => !superseded.has(item))];
}
