import { raisedFigures } from '../raised.js';
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

/** Gap that divides cells of a table, in type sizes. */
const CELL_GAP = 1.5;

/** Edges of cells that are this near in points are one edge. */
const ALIGNED = 3;

/** Dots that lead the eye from a line to its number, as in a table of contents. */
const LEADERS = /\s*\|?(?:\s?[.·…]){4,}\s*\|?\s*(?=\S)/;

/** Gaps that differ by less than this part are equal. */
const EQUAL = 0.05;

/** In type sizes; words of a line are never set wider apart than this. */
const WIDEST_SPACE = 5;

/** A raised figure smaller than this part of its row marks a note. */
const NOTE_SIZE = 0.9;

const gap = (before: Run, run: Run): number => run.x0 - before.x1;

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

/** In a justified line the spaces are all as wide, however wide. */
function isJustified({ runs, size }: Row): boolean {
  const gaps = runs.slice(1).map((run, i) => gap(runs[i] as Run, run));
  const widest = Math.max(...gaps);
  return gaps.length > 1 && widest < WIDEST_SPACE * size && widest - Math.min(...gaps) < EQUAL * widest;
}

function cellsOf(row: Row): Run[][] {
  const { runs, size } = row;
  if (isJustified(row)) return [runs];
  const cells: Run[][] = [];
  for (const [i, run] of runs.entries()) {
    const before = runs[i - 1];
    if (!before || gap(before, run) > CELL_GAP * size) cells.push([]);
    cells.at(-1)?.push(run);
  }
  return cells;
}

/** Left and right edges of the cells after the first. */
const edges = (cells: Run[][]): [number, number][] => cells.slice(1).map((cell) => [cell[0]?.x0 ?? 0, cell.at(-1)?.x1 ?? 0]);

const shareEdge = (a: Run[][] | undefined, b: Run[][]): boolean =>
  a !== undefined && edges(a).some(([l, r]) => edges(b).some(([left, right]) => Math.abs(l - left) < ALIGNED || Math.abs(r - right) < ALIGNED));

/** The lines of one column, from top to bottom. Rows whose cells stand under one another are those of a table. */
export function linesOf(rows: Row[], page: number): Line[] {
  const left = Math.min(...rows.map(({ runs }) => runs[0]?.x0 ?? 0));
  const right = Math.max(...rows.flatMap(({ runs }) => runs.map(({ x1 }) => x1)));
  const cells = rows.map(cellsOf);
  return rows.map((row, i) => {
    const own = cells[i] as Run[][];
    const isRow = shareEdge(cells[i - 1], own) || shareEdge(cells[i + 1], own);
    const fonts = new Set(row.runs.filter(({ text }) => /\p{L}/u.test(text)).map(({ font }) => font));
    const text = isRow ? own.map((cell) => joinRuns(cell, row)).join(' | ') : joinRuns(row.runs, row);
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
      row: isRow || LEADERS.test(text),
      first: i === 0,
    };
  });
}
