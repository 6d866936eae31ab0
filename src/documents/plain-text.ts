import type { Paragraph } from './document.js';
import type { ParsedText } from './markdown.js';

interface Span {
  start: number;
  end: number;
}

/** Nine lines in ten below this many characters: the file is wrapped by hand, as mail and old reports are. */
const WRAP_WIDTH = 120;

/** Longest line that is taken for a heading, in characters. */
const MAX_HEADING_LENGTH = 90;

function trimmedSpan(text: string, start: number, end: number): Span | null {
  while (start < end && /\s/.test(text.charAt(start))) start++;
  while (end > start && /\s/.test(text.charAt(end - 1))) end--;
  return start < end ? { start, end } : null;
}

/** Stretches between separators that hold a letter or digit. */
function splitBy(text: string, separator: RegExp): Span[] {
  const spans: (Span | null)[] = [];
  let from = 0;
  for (const match of text.matchAll(separator)) {
    spans.push(trimmedSpan(text, from, match.index));
    from = match.index + match[0].length;
  }
  spans.push(trimmedSpan(text, from, text.length));
  return spans.filter((span) => span !== null && /[\p{L}\p{N}]/u.test(text.slice(span.start, span.end))) as Span[];
}

/**
 * Whether line ends are mere wrapping: lines of similar, limited length, most of which end in the middle of
 * a sentence. A file of short independent lines fails the second test, one line per paragraph the first.
 */
function isHardWrapped(text: string): boolean {
  const blocks = splitBy(text, /\n[ \t]*\n\s*/g).map(({ start, end }) => text.slice(start, end).split('\n'));
  const lengths = text
    .split('\n')
    .map((line) => line.trim().length)
    .filter((length) => length > 20)
    .sort((a, b) => a - b);
  if ((lengths[Math.floor(lengths.length * 0.9)] ?? 0) > WRAP_WIDTH) return false;
  const inner = blocks.flatMap((lines) => lines.slice(0, -1));
  const wrapped = inner.filter((line, i) => line.trim().length > 40 && !/[.!?:;]["”’)]?\s*$/.test(line) && !isListItem(inner[i + 1] ?? ''));
  return inner.length > 0 && wrapped.length > inner.length / 2;
}

const isListItem = (line: string): boolean => /^\s*(?:[-*•–—]|\(?\d{1,3}[.)]|\(?[a-z]\))\s/.test(line);

/** A short line that begins like a title and does not end like a sentence. */
function looksLikeHeading(line: string): boolean {
  if (line.length > MAX_HEADING_LENGTH || line.includes('\n') || isListItem(line)) return false;
  if (/[.!?,;:]["”’)]?$/.test(line) || !/\p{L}/u.test(line)) return false;
  return /^[\p{Lu}\p{N}"“(]/u.test(line);
}

/** The lines that open a document, title, place and date, of which none is a sentence. */
const looksLikeTitlePage = (block: string): boolean => block.split('\n').every((line) => looksLikeHeading(line.trim()));

/**
 * Paragraphs of a plain text: its lines, or the blocks between blank lines where lines are wrapped.
 * A short line that names what follows becomes the section of the paragraphs after it.
 */
export function parsePlainText(text: string): ParsedText {
  const spans = splitBy(text, isHardWrapped(text) ? /\n[ \t]*\n\s*/g : /\n/g);
  const line = (span: Span | undefined) => (span ? text.slice(span.start, span.end) : '');
  let section: string[] = [];
  let lead: string | undefined;
  let title: string | null = null;
  const paragraphs = spans.map((span, i): Paragraph => {
    const words = line(span);
    const next = line(spans[i + 1]);
    const heading = next.length > 0 && (i === 0 ? looksLikeTitlePage(words) : looksLikeHeading(words) && !looksLikeHeading(next));
    const item = isListItem(words);
    if (!item) lead = undefined;
    const introducedBy = lead;
    if (heading) section = i === 0 ? [] : [words];
    if (heading && i === 0) title = words.replace(/\s*\n\s*/g, ', ');
    if (/:$/.test(words) && !item) lead = words;
    return { paragraph: i + 1, ...span, section, heading, ...(item && introducedBy ? { lead: introducedBy } : {}) };
  });
  return { title, metadata: {}, paragraphs };
}
