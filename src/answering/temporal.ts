import { type DateValue, findValues } from '../text/values.js';

/** Which of several dated statements is asked for. */
export type TemporalFocus = 'latest' | 'earliest' | null;

const LATEST = /\b(?:last|latest|newest|most recent(?:ly)?|so far|currently|nowadays)\b/i;
const EARLIEST = /\b(?:first|earliest|oldest|original(?:ly)?|inaugural)\b/i;

export function temporalFocus(question: string): TemporalFocus {
  if (LATEST.test(question)) return 'latest';
  return EARLIEST.test(question) ? 'earliest' : null;
}

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
