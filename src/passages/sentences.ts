/** A stretch of a text, in UTF-16 code units. */
export interface Span {
  start: number;
  end: number;
}

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** A full stop after one of these ends a word, not a sentence. */
const ABBREVIATION =
  /(?:^|[\s(“"])(?:(?:\p{Lu}\.)+|(?:mr|mrs|ms|dr|prof|amb|gen|col|lt|st|no|nos|vol|art|para|fig|cf|vs|approx|dept|est|inc|co|corp|ltd|jr|sr|e\.g|i\.e|etc|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec)\.)$/iu;

/** A list item's number, which belongs to the sentence after it. */
const LIST_NUMBER = /^\(?(?:\d{1,3}|[a-z])[.)]$/i;

/** A day or month written "3. 9. 2019", where a digit follows. */
const DATE_PART = /(?:^|\s)\d{1,2}\.$/;

const LIST_MARKER = /\n(?=[ \t]*(?:[-*+•–—]|\(?\d{1,3}[.)]|\(?[a-z]\))[ \t])/g;

function trim(text: string, { start, end }: Span): Span {
  while (start < end && /\s/.test(text.charAt(start))) start++;
  while (end > start && /\s/.test(text.charAt(end - 1))) end--;
  return { start, end };
}

/** Cuts a span at list items, so that no sentence runs over two of them; the whole span where there are none. */
export function listItems(text: string, { start, end }: Span): Span[] {
  const part = text.slice(start, end);
  const cuts = [...part.matchAll(LIST_MARKER)].map((match) => start + match.index);
  return [start, ...cuts].map((from, i) => trim(text, { start: from, end: cuts[i] ?? end }));
}

/**
 * Sentences of a stretch of text, in order, without the white space between them.
 * Unicode's rules find the ends; what they split after an abbreviation or an initial is joined again.
 */
export function splitSentences(text: string, span: Span = { start: 0, end: text.length }): Span[] {
  const sentences: Span[] = [];
  for (const item of listItems(text, span)) {
    let from: number | null = null;
    // Line ends inside a wrapped paragraph would end a sentence for the segmenter.
    const part = text.slice(item.start, item.end).replace(/\s/g, ' ');
    for (const { index, segment } of segmenter.segment(part)) {
      from ??= item.start + index;
      const to = item.start + index + segment.length;
      const next = text.slice(to, item.end);
      const sentence = text.slice(from, to).trim();
      const unfinished = ABBREVIATION.test(sentence) || LIST_NUMBER.test(sentence) || (DATE_PART.test(sentence) && /^\d/.test(next));
      if (next && (unfinished || /^\p{Ll}/u.test(next))) continue;
      sentences.push(trim(text, { start: from, end: to }));
      from = null;
    }
  }
  return sentences.filter(({ start, end }) => start < end);
}
