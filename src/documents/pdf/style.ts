import type { Line } from './lines.js';
import { MONOSPACE } from './page.js';

/** How the running text of a document is set. */
export interface Style {
  /** Type size of most letters, in points. */
  size: number;
  font: string;
  /** Distance of two lines of one paragraph, by type size rounded to half points, in points. */
  leading: Map<number, number>;
}

/** Type of this size, compared with the running text, is a heading. */
const HEADING_SIZE = 1.15;

/** A heading has at most this many characters. */
const MAX_HEADING = 200;

/** One that ends like a sentence has fewer. */
const MAX_SENTENCE = 60;

/** A line in another font of the same size is a heading when it has at most this many characters. */
const MAX_RUN_IN = 100;

export const halfPoints = (size: number): number => Math.round(size * 2) / 2;

/** Value under which most letters stand. */
function mostCommon<T>(lines: Line[], key: (line: Line) => T): T | undefined {
  const letters = new Map<T, number>();
  for (const line of lines) letters.set(key(line), (letters.get(key(line)) ?? 0) + line.text.length);
  return [...letters].reduce<[T, number] | undefined>((best, each) => (best && best[1] >= each[1] ? best : each), undefined)?.[0];
}

/** How a document is set: what most of its letters have in common. */
export function styleOf(lines: Line[]): Style {
  const size = mostCommon(lines, (line) => halfPoints(line.size)) ?? 0;
  const font = mostCommon(
    lines.filter((line) => halfPoints(line.size) === size && line.font !== ''),
    (line) => line.font,
  );
  const distances = new Map<number, number[]>();
  for (const [i, line] of lines.entries()) {
    const before = lines[i - 1];
    if (!before || line.first || halfPoints(before.size) !== halfPoints(line.size)) continue;
    const known = distances.get(halfPoints(line.size)) ?? [];
    known.push(line.y - before.y);
    distances.set(halfPoints(line.size), known);
  }
  // A document of short paragraphs has more gaps between paragraphs than lines within them: so not the median.
  const leading = [...distances].map(([each, values]) => [each, values.sort((a, b) => a - b)[values.length >> 2] ?? 0] as const);
  return { size, font: font ?? '', leading: new Map(leading) };
}

/** Type size of a heading that stands out by size; null for other lines. */
export const headingSize = (line: Line, { size }: Style): number | null => (line.size >= HEADING_SIZE * size && !line.row ? halfPoints(line.size) : null);

/** Whether a text is short and wordy enough to be a heading, and no sentence. */
export const canBeHeading = (text: string): boolean => text.length <= (/[.;]$/.test(text) ? MAX_SENTENCE : MAX_HEADING) && /\p{L}.*\p{L}.*\p{L}/su.test(text);

/** Whether a line stands out by its font alone, as a bold line does and a line of code does not. */
export const standsOut = (line: Line, style: Style): boolean =>
  !line.row &&
  line.font !== '' &&
  !line.font.endsWith(MONOSPACE) &&
  line.font !== style.font &&
  halfPoints(line.size) === style.size &&
  line.text.length <= MAX_RUN_IN &&
  !/[.,;:]$/.test(line.text);
