import { raisedFigures } from '../raised.js';
import { cellRows, gap } from './cells.js';
import type { Row, Run } from './page.js';

/** A line of text within its column. */
export interface Line {
  text: string;
  page: number;
  x0: number;
  x1: number;
  y: number;
  size: number;
  /** Font of all its letters; empty where it has several. */
  font: string;
  /** Edges of its column. */
  left: number;
  right: number;
  /** Row of a table; its cells are divided by " | ". */
  row: boolean;
  /** First of its column. */
  first: boolean;
}

/** Gap before the next run that is a space, in type sizes. */
const SPACE = 0.12;

/** Dots that lead the eye from a line to its number, as in a table of contents. */
const LEADERS = /\s*\|?(?:\s?[.·…]){4,}\s*\|?\s*(?=\S)/;

/** A raised figure smaller than this part of its row marks a note. */
const NOTE_SIZE = 0.9;

function textOf(run: Run, row: Row, before: string): string {
  const raised = run.size < NOTE_SIZE * row.size && row.y - run.y > 0.15 * row.size && /^\d{1,3}$/.test(run.text);
  return raised ? raisedFigures(run.text, before) : run.text;
}

function joinRuns(runs: Run[], row: Row): string {
  const rightToLeft = runs.filter(({ text }) => /\p{Script=Arabic}|\p{Script=Hebrew}/u.test(text)).length > runs.length / 2;
  const ordered = rightToLeft ? [...runs].reverse() : runs;
  let text = '';
  for (const [i, run] of ordered.entries()) {
    const before = ordered[i - 1];
    const distance = before ? (rightToLeft ? gap(run, before) : gap(before, run)) : 0;
    const words = textOf(run, row, before?.text ?? '');
    text += (words && before && (run.spaced || distance > SPACE * row.size) ? ' ' : '') + words;
  }
  return text.replace(/\s+/g, ' ').trim();
}

/** The lines of one column, from top to bottom. A row of a table is one line. */
export function linesOf(rows: Row[], page: number): Line[] {
  const left = Math.min(...rows.map(({ runs }) => runs[0]?.x0 ?? 0));
  const right = Math.max(...rows.flatMap(({ runs }) => runs.map(({ x1 }) => x1)));
  return cellRows(rows).map(({ row, isTable, cells }, i) => {
    const text = cells.map((lines) => lines.map((line) => joinRuns(line, row)).join(' ')).join(' | ');
    const fonts = new Set(row.runs.filter(({ text }) => /\p{L}/u.test(text)).map(({ font }) => font));
    return {
      text: text.replace(LEADERS, ' | '),
      page,
      x0: row.runs[0]?.x0 ?? 0,
      x1: Math.max(...row.runs.map(({ x1 }) => x1)),
      y: row.y,
      size: row.size,
      font: fonts.size === 1 ? ([...fonts][0] as string) : '',
      left,
      right,
      row: isTable || LEADERS.test(text),
      first: i === 0,
    };
  });
}
