/** A run of characters as the PDF places it. Points, from the top left corner of the page as it is read. */
export interface Run {
  text: string;
  x0: number;
  x1: number;
  /** Baseline. */
  y: number;
  size: number;
  font: string;
  /** Whether the PDF has white space before it. */
  spaced: boolean;
}

/** Runs on one baseline, from left to right. */
export interface Row {
  runs: Run[];
  y: number;
  size: number;
}

/** A page as rows of runs, from top to bottom. */
export interface Page {
  page: number;
  height: number;
  rows: Row[];
}

/** What pdf.js says of a run; `transform` has the baseline's direction and place. */
export interface TextItem {
  str: string;
  width: number;
  transform: number[];
  fontName: string;
}

/** Ends the name of a font whose letters are all as wide. */
export const MONOSPACE = ' monospace';

type Matrix = [number, number, number, number, number, number];

/** Letters reach about this far above the baseline, of the type size. */
export const ASCENT = 0.7;

const multiply = ([a, b, c, d, e, f]: Matrix, [g, h, i, j, k, l]: Matrix): Matrix => [
  a * g + c * h,
  b * g + d * h,
  a * i + c * j,
  b * i + d * j,
  a * k + c * l + e,
  b * k + d * l + f,
];

/** Quarter turns clockwise by which a baseline is turned; null for one that is askew, as watermarks are. */
function quarterTurns([a, b]: Matrix): number | null {
  const turns = Math.atan2(b, a) / (Math.PI / 2);
  return Math.abs(turns - Math.round(turns)) < 0.05 ? (Math.round(turns) + 4) % 4 : null;
}

interface PlacedItem {
  item: TextItem;
  matrix: Matrix;
  turns: number | null;
  spaced: boolean;
}

/** The direction in which most characters of the page are set. */
function mainDirection(items: PlacedItem[]): number {
  const characters = [0, 0, 0, 0];
  for (const { item, turns } of items) if (turns !== null) characters[turns] = (characters[turns] as number) + item.str.length;
  return characters.indexOf(Math.max(...characters));
}

/** Where a point lies once the page is turned back so that its text is level. */
function level(x: number, y: number, turns: number, width: number, height: number): [number, number] {
  if (turns === 1) return [y, width - x];
  if (turns === 2) return [width - x, height - y];
  return turns === 3 ? [height - y, x] : [x, y];
}

/**
 * The runs of a page that are set in its main direction.
 *
 * @param families What is known of the fonts, by name.
 * @param viewport Matrix from the PDF's coordinates to the page as it is shown, with its size.
 */
export function placeRuns(
  items: TextItem[],
  families: Record<string, { fontFamily: string }>,
  viewport: { transform: number[]; width: number; height: number },
): { runs: Run[]; height: number } {
  let spaced = false;
  const placed: PlacedItem[] = [];
  for (const item of items) {
    if (item.str.trim() === '') {
      spaced ||= item.str !== '';
      continue;
    }
    const matrix = multiply(viewport.transform as Matrix, item.transform as Matrix);
    placed.push({ item, matrix, turns: quarterTurns(matrix), spaced: spaced || /^\s/.test(item.str) });
    spaced = /\s$/.test(item.str);
  }
  const direction = mainDirection(placed);
  const runs = placed
    .filter(({ turns }) => turns === direction)
    .map(({ item, matrix, spaced: after }) => {
      const [x, y] = level(matrix[4], matrix[5], direction, viewport.width, viewport.height);
      const size = Math.hypot(matrix[2], matrix[3]);
      return {
        text: item.str.replace(/\s+/g, ' ').trim(),
        x0: x,
        x1: x + item.width,
        y,
        size,
        font: families[item.fontName]?.fontFamily === 'monospace' ? item.fontName + MONOSPACE : item.fontName,
        spaced: after,
      };
    });
  return { runs: runs.filter(({ size }) => size > 0), height: direction % 2 === 0 ? viewport.height : viewport.width };
}

/** How much of the lower of two runs lies beside the other, from 0 to 1. */
function overlap(a: { y: number; size: number }, b: { y: number; size: number }): number {
  const shared = Math.min(a.y, b.y) - Math.max(a.y - ASCENT * a.size, b.y - ASCENT * b.size);
  return shared / (ASCENT * Math.min(a.size, b.size));
}

/** Runs that lie beside one another to this share are on one row. */
const MIN_OVERLAP = 0.35;

/** Groups runs into rows; a raised or lowered figure belongs to the row beside it. */
export function groupRows(runs: Run[]): Row[] {
  const rows: Row[] = [];
  for (const run of [...runs].sort((a, b) => a.y - b.y || a.x0 - b.x0)) {
    const near = rows.slice(-6).map((row) => ({ row, share: overlap(row, run) }));
    const { row, share } = near.reduce((best, each) => (each.share > best.share ? each : best), { row: rows[0] as Row, share: 0 });
    if (share < MIN_OVERLAP) rows.push({ runs: [run], y: run.y, size: run.size });
    else {
      row.runs.push(run);
      if (run.size > row.size) Object.assign(row, { y: run.y, size: run.size });
    }
  }
  for (const row of rows) row.runs.sort((a, b) => a.x0 - b.x0);
  return rows.sort((a, b) => a.y - b.y);
}
