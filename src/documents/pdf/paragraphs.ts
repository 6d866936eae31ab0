import type { Block } from '../blocks.js';
import type { Line } from './lines.js';
import { canBeHeading, halfPoints, headingSize, type Style, standsOut, styleOf } from './style.js';

/** More than this times the usual distance of two lines is a gap between paragraphs. */
const GAP = 1.25;

/** In type sizes: a line that begins this much further right begins a paragraph. */
const INDENT = 0.8;

/** A line that leaves this share of its column empty ends a paragraph, however it ends. */
const SHORT_LINE = 0.4;

/** Type that differs by less is one size. */
const SAME_SIZE = 0.06;

/** A column of fewer lines does not show where its right edge is. */
const MIN_LINES = 3;

/** Left edges that are this near in points are one edge. */
const SAME_EDGE = 6;

/** Notes are set smaller than this, compared with the running text that they interrupt. */
const NOTE_SIZE = 0.92;

const LIST_MARK = /^(?:[•‣◦▪●○■–—*·-]|\(?(?:\d{1,3}|[a-z]|[ivx]{2,4})[.)])\s/i;
const SENTENCE_END = /[.!?:;]["”’)\]]*$/;
const HYPHEN = /[\p{L}\p{N}][-\u2010\u00ad]$/u;

/** Lines that make one paragraph. */
interface Group {
  lines: Line[];
}

const last = ({ lines }: Group): Line => lines.at(-1) as Line;
const firstOf = ({ lines }: Group): Line => lines[0] as Line;

const isSameSize = (a: Line, b: Line): boolean => Math.abs(a.size - b.size) <= SAME_SIZE * Math.max(a.size, b.size);

/** Empty space at the end of a line, in points. */
const room = (line: Line): number => line.right - line.x1;

/** Whether the first word of the next line had room at the end of this one, so that the line was ended on purpose. */
function endedEarly(line: Line, next: Line): boolean {
  const word = next.text.split(' ')[0] ?? '';
  const width = ((next.x1 - next.x0) * (word.length + 1)) / Math.max(1, next.text.length);
  return room(line) > width;
}

const isCentred = (line: Line): boolean => {
  const before = line.x0 - line.left;
  return before > line.size && Math.abs(before - room(line)) < line.size;
};

const isMarked = ({ text }: Line): boolean => LIST_MARK.test(text);

/** Whether a line begins a paragraph although it stands under another of its column. */
function beginsParagraph(group: Group, line: Line, style: Style): boolean {
  const before = last(group);
  if (line.row || before.row || isMarked(line) || !isSameSize(before, line)) return true;
  if (headingSize(before, style) !== headingSize(line, style)) return true;
  const usual = style.leading.get(halfPoints(line.size)) ?? line.size * 1.2;
  if (line.y - before.y > GAP * usual) return true;
  if (headingSize(line, style)) return false;
  if (standsOut(before, style) !== standsOut(line, style) && (endedEarly(before, line) || isCentred(before))) return true;
  if (HYPHEN.test(before.text)) return false;
  const ended = SENTENCE_END.test(before.text);
  const early = endedEarly(before, line);
  const hanging = isMarked(firstOf(group));
  if (!hanging && line.x0 - before.x0 > INDENT * line.size && before.x0 - before.left < INDENT * line.size && (ended || early)) return true;
  if (isCentred(before) && isCentred(line)) return false;
  return early && (ended || room(before) > SHORT_LINE * (before.right - before.left));
}

/** Whether a line at the top of a column or page goes on with the paragraph at the end of the one before. */
function continues(group: Group, line: Line, style: Style): boolean {
  const before = last(group);
  if (line.row || before.row || isMarked(line) || !isSameSize(before, line)) return false;
  if (headingSize(before, style) || headingSize(line, style) || standsOut(line, style)) return false;
  if (HYPHEN.test(before.text) || /^\p{Ll}/u.test(line.text)) return true;
  const indented = line.x0 - line.left > INDENT * line.size;
  return !indented && !endedEarly(before, line) && !standsOut(before, style);
}

/** The paragraph that a new column or page may go on with: the last one, or the last before the notes at the foot of the page. */
function openGroup(groups: Group[], line: Line): Group | undefined {
  const { page } = groups.length > 0 ? last(groups.at(-1) as Group) : line;
  for (let i = groups.length - 1; i >= 0; i--) {
    const group = groups[i] as Group;
    if (last(group).page !== page || last(group).size >= NOTE_SIZE * line.size) return group;
  }
  return undefined;
}

function groupLines(lines: Line[], style: Style): Group[] {
  const groups: Group[] = [];
  for (const line of lines) {
    const open = line.first ? openGroup(groups, line) : groups.at(-1);
    const goesOn = open && (line.first ? continues(open, line, style) : !beginsParagraph(open, line, style));
    if (goesOn) open.lines.push(line);
    else groups.push({ lines: [line] });
  }
  return groups;
}

/**
 * Lines with the right edge of their column as far as it can be known: one or two lines do not show it, but a longer
 * column that begins at the same place does.
 */
function withKnownEdges(lines: Line[]): Line[] {
  const columns: Line[][] = [];
  for (const line of lines) {
    if (line.first) columns.push([]);
    columns.at(-1)?.push(line);
  }
  const long = columns.filter(({ length }) => length >= MIN_LINES).map(([line]) => line as Line);
  return columns.flatMap((column) => {
    if (column.length >= MIN_LINES) return column;
    const { left } = column[0] as Line;
    const known = long.filter((line) => Math.abs(line.left - left) <= SAME_EDGE).map(({ right }) => right);
    const right = known.length > 0 ? Math.max(...known) : Number.POSITIVE_INFINITY;
    return column.map((line) => ({ ...line, right: Math.max(line.right, right) }));
  });
}

/** Words of the lines, to tell a hyphen that divides a word at the line's end from one that belongs to it. */
function vocabulary(lines: Line[]): Set<string> {
  return new Set(lines.flatMap(({ text }) => text.toLowerCase().match(/\p{L}+(?:[-\u2010]\p{L}+)*/gu) ?? []));
}

/** Joins the lines of a paragraph; a word that was divided is made whole. */
function joinLines(lines: Line[], known: Set<string>): string {
  return lines.reduce((text, line) => {
    if (text === '') return line.text;
    const head = /(\p{L}+)([-\u2010\u00ad])$/u.exec(text);
    const tail = /^\p{L}+/u.exec(line.text)?.[0];
    if (!head || !tail) return /\d[-\u2010–]$/.test(text) && /^\d/.test(line.text) ? text + line.text : `${text} ${line.text}`;
    const [, start = '', hyphen = '-'] = head;
    const whole = known.has((start + tail).toLowerCase());
    const compound = known.has(`${start}-${tail}`.toLowerCase()) || !/^\p{Ll}/u.test(tail);
    return compound && !whole && hyphen !== '\u00ad' ? text + line.text : text.slice(0, -1) + line.text;
  }, '');
}

/** Depths of headings by type size: the largest is 1; what stands out by font alone comes after all of them. */
function headingDepths(groups: Group[], style: Style): (group: Group, next: Group | undefined) => number | undefined {
  const bySize = (group: Group) => {
    const size = headingSize(firstOf(group), style);
    return size !== null && canBeHeading(group.lines.map(({ text }) => text).join(' ')) ? size : null;
  };
  const sizes = [...new Set(groups.map(bySize))].filter((size) => size !== null).sort((a, b) => b - a);
  return (group, next) => {
    const size = bySize(group);
    if (size !== null) return Math.min(6, sizes.indexOf(size) + 1);
    const bold = group.lines.length <= 2 && group.lines.every((line) => standsOut(line, style)) && next !== undefined && !standsOut(firstOf(next), style);
    // A lone bold line is a section, never the title of the document.
    return bold && canBeHeading(firstOf(group).text) ? Math.min(6, Math.max(2, sizes.length + 1)) : undefined;
  };
}

/**
 * Paragraphs of a document from its lines, in the order in which they are read: joined across lines, columns and pages,
 * with the page on which each begins. Rows of a table are paragraphs, introduced by the table's first row where it names the columns.
 */
export function paragraphBlocks(found: Line[]): Block[] {
  const lines = withKnownEdges(found);
  const style = styleOf(lines);
  const groups = groupLines(lines, style);
  const known = vocabulary(lines);
  const depthOf = headingDepths(groups, style);
  let header: string | undefined;
  let introduction: string | undefined;
  return groups.map((group, i): Block => {
    const { page, row } = firstOf(group);
    const text = joinLines(group.lines, known);
    const heading = depthOf(group, groups[i + 1]);
    const tight = row && header !== undefined;
    // A row with figures is no header.
    const lead = row ? (header && !/\d/.test(header) ? header : undefined) : isMarked(firstOf(group)) ? introduction : undefined;
    header = row ? (header ?? text) : undefined;
    if (!isMarked(firstOf(group))) introduction = /[:;]$/.test(text) && !heading ? text : undefined;
    return { text, page, tight, ...(heading ? { heading } : {}), ...(lead ? { lead } : {}) };
  });
}
