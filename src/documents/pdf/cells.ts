import type { Row, Run } from './page.js';

/** Runs of one cell of a table. */
export type Cell = Run[];

/** Gap that divides cells, in type sizes. */
const CELL_GAP = 1.5;

/** The same where the row above has a cell that begins there. */
const ALIGNED_GAP = 0.5;

/** Edges of cells that are this near in points are one edge. */
const ALIGNED = 3;

/** Gaps that differ by less than this part are equal. */
const EQUAL = 0.05;

/** In type sizes; words of a line are never set wider apart than this. */
const WIDEST_SPACE = 5;

/** Rows stand further apart than the lines of one cell by this factor, where the distance tells them apart. */
const ROW_GAP = 1.15;

/** In type sizes; lines of one cell stand no further apart. */
const CLOSE = 1.6;

/** Lines of a cell that are looked over for the row before. */
const MAX_LINES = 6;

const left = (cell: Cell): number => cell[0]?.x0 ?? 0;
const right = (cell: Cell): number => Math.max(...cell.map(({ x1 }) => x1));
export const gap = (before: Run, run: Run): number => run.x0 - before.x1;

/** Left and right edge of a column. */
type Edges = [left: number, right: number];

/** A justified line fills its column, and its spaces are all as wide, however wide. */
function isJustified({ runs, size }: Row, [from, to]: Edges): boolean {
  if (left(runs) - from > 1 || to - right(runs) > 1) return false;
  const gaps = runs.slice(1).map((run, i) => gap(runs[i] as Run, run));
  const widest = Math.max(...gaps);
  return gaps.length > 1 && widest < WIDEST_SPACE * size && widest - Math.min(...gaps) < EQUAL * widest;
}

/**
 * The cells of a row: parts between wide gaps, or that begin where a cell of the row above begins.
 *
 * @param above Cells of that row.
 */
function cellsOf(row: Row, column: Edges, above: Cell[]): Cell[] {
  const { runs, size } = row;
  if (isJustified(row, column)) return [runs];
  const cells: Cell[] = [];
  for (const [i, run] of runs.entries()) {
    const before = runs[i - 1];
    const isAligned = above.slice(1).some((cell) => Math.abs(left(cell) - run.x0) < 1);
    if (!before || gap(before, run) > (isAligned ? ALIGNED_GAP : CELL_GAP) * size) cells.push([]);
    cells.at(-1)?.push(run);
  }
  return cells;
}

/** Whether two rows have an edge of a cell in common, that of the first cell apart. */
const shareEdge = (a: Cell[] | undefined, b: Cell[]): boolean =>
  !!a?.slice(1).some((one) => b.slice(1).some((other) => Math.abs(left(one) - left(other)) < ALIGNED || Math.abs(right(one) - right(other)) < ALIGNED));

/** A row of text: of a table, with all lines of its cells, or of no table, with one cell. */
export interface CellRow {
  row: Row;
  isTable: boolean;
  /** Cells, each with its lines. */
  cells: Cell[][];
}

/** Distance from a row of a table to the line above it, where it is greatest; the lines of one cell stand closer. */
function rowGap(rows: Row[], isTable: boolean[]): number {
  const gaps = rows.map((row, i) => (isTable[i] && isTable.slice(Math.max(0, i - MAX_LINES), i).includes(true) ? row.y - (rows[i - 1] as Row).y : 0));
  return Math.max(0, ...gaps);
}

/** Rows of a column with their cells. Rows whose cells stand under one another are those of a table. */
export function cellRows(rows: Row[]): CellRow[] {
  const column: Edges = [Math.min(...rows.map(({ runs }) => left(runs))), Math.max(...rows.map(({ runs }) => right(runs)))];
  const cells: Cell[][] = [];
  for (const row of rows) cells.push(cellsOf(row, column, cells.at(-1) ?? []));
  const isTable = cells.map((own, i) => shareEdge(cells[i - 1], own) || shareEdge(cells[i + 1], own));
  const apart = rowGap(rows, isTable);
  const found: CellRow[] = [];
  for (const [i, row] of rows.entries()) {
    const own = cells[i] as Cell[];
    const above = found.at(-1);
    if (above?.isTable && goesOn(own, above, row.y - (rows[i - 1] as Row).y, row.size, apart)) {
      for (const cell of own) above.cells[columnOf(above, cell)]?.push(cell);
    } else found.push({ row, isTable: isTable[i] as boolean, cells: isTable[i] ? own.map((cell) => [cell]) : [[row.runs]] });
  }
  return found;
}

/** The column of a row over a cell; -1 where there is none. */
const columnOf = ({ cells }: CellRow, cell: Cell): number =>
  cells.findIndex((lines) => lines.some((line) => left(line) < right(cell) && left(cell) < right(line)));

/** Whether cells are further lines of the row above: they stand under its cells, and closer than rows do or under a few of them only. */
function goesOn(own: Cell[], above: CellRow, distance: number, size: number, apart: number): boolean {
  const columns = own.map((cell) => columnOf(above, cell));
  if (columns.includes(-1) || distance > CLOSE * size) return false;
  return distance * ROW_GAP < apart || (columns[0] !== 0 && (own.length === 1 || own.length < above.cells.length - 1));
}
