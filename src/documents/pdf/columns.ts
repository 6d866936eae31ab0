import { ASCENT, type Row, type Run } from './page.js';

/** A gutter is at least this wide, in type sizes; the space between two words is a third of it. */
const MIN_GUTTER = 0.7;

/** A column of text is at least this wide, in type sizes; columns of a table mostly are not. */
const MIN_WIDTH = 10;

/** Rows on each side before a gap is believed to be a gutter. */
const MIN_ROWS = 3;

/** In running text most lines begin in the middle of a sentence; in the cells of a table few do. */
const MIN_CONTINUED = 0.2;

/** More than this times the usual distance of two lines is a gap between paragraphs. */
const GAP = 1.25;

interface Side {
  rows: Row[];
  x0: number;
  x1: number;
}

/** Rows between two that cross the gutter, cut at it; null where it is no gutter there. */
interface Band {
  left: Side;
  right: Side;
}

const sizeOf = (runs: Run[]): Pick<Row, 'y' | 'size'> => {
  const largest = runs.reduce((best, run) => (run.size > best.size ? run : best));
  return { y: largest.y, size: largest.size };
};

function side(rows: Row[], keep: (run: Run) => boolean): Side {
  const kept = rows.map(({ runs }) => runs.filter(keep)).filter((runs) => runs.length > 0);
  const all = kept.flat();
  return {
    rows: kept.map((runs) => ({ runs, ...sizeOf(runs) })),
    x0: all.reduce((least, { x0 }) => Math.min(least, x0), Number.POSITIVE_INFINITY),
    x1: all.reduce((most, { x1 }) => Math.max(most, x1), Number.NEGATIVE_INFINITY),
  };
}

/** Type size of the middle row. */
const usualSize = (rows: Row[]): number => rows.map(({ size }) => size).sort((a, b) => a - b)[rows.length >> 1] ?? 0;

const isGutter = ({ left, right }: Band): boolean =>
  left.rows.length > 0 && right.rows.length > 0 && right.x0 - left.x1 >= MIN_GUTTER * usualSize([...left.rows, ...right.rows]);

function isColumn({ rows, x0, x1 }: Side): boolean {
  const continued = rows.filter(({ runs }) => /^["“‘(]?[\p{Ll}\p{Lo}]/u.test(runs[0]?.text ?? '')).length;
  return rows.length >= MIN_ROWS && x1 - x0 >= MIN_WIDTH * usualSize(rows) && continued >= MIN_CONTINUED * rows.length;
}

function areBeside({ left, right }: Band): boolean {
  const span = ({ rows }: Side) => [rows[0]?.y ?? 0, rows.at(-1)?.y ?? 0] as const;
  const [[a, b], [c, d]] = [span(left), span(right)];
  return Math.min(b, d) - Math.max(a, c) >= 0.5 * Math.min(b - a, d - c);
}

const crosses = (row: Row, x: number): boolean => row.runs.some((run) => run.x0 < x && run.x1 > x);

/** Cuts rows into stretches; a new one begins where `begins` says so. */
function stretchesOf(rows: Row[], begins: (row: Row, before: Row) => boolean): Row[][] {
  const stretches: Row[][] = [];
  for (const [i, row] of rows.entries()) {
    const before = rows[i - 1];
    if (!before || begins(row, before)) stretches.push([]);
    stretches.at(-1)?.push(row);
  }
  return stretches;
}

const topOf = ({ runs }: Row): number => Math.min(...runs.map(({ y, size }) => y - ASCENT * size));
const bottomOf = ({ runs }: Row): number => Math.max(...runs.map(({ y }) => y));

const bandAt = (rows: Row[], x: number): Band => ({ left: side(rows, (run) => run.x1 <= x), right: side(rows, (run) => run.x0 >= x) });

const isColumns = (band: Band): boolean => isColumn(band.left) && isColumn(band.right) && areBeside(band);

/**
 * Takes off what only happens to leave the gutter free above and below the columns, such as a title, or the heading and
 * the narrow table that lead over to text of the full width.
 *
 * @param after Whether rows that cross the gutter follow.
 */
function trimmed(rows: Row[], x: number, { after }: { after: boolean }): [Row[], Row[], Row[]] {
  const { left } = bandAt(rows, x);
  const distances = left.rows.slice(1).map((row, i) => row.y - (left.rows[i]?.y ?? 0));
  const usual = distances.sort((a, b) => a - b)[distances.length >> 2] ?? 0;
  const white = GAP * usual - ASCENT * usualSize(left.rows);
  const parts = stretchesOf(rows, (row, above) => topOf(row) - bottomOf(above) > white);
  const isText = (part: Row[]) => isColumns(bandAt(part, x));
  const from = Math.max(0, parts.findIndex(isText));
  // At the end of a document the left column may be the longer one.
  const to = after ? parts.findLastIndex(isText) + 1 || parts.length : parts.length;
  return [parts.slice(0, from).flat(), parts.slice(from, to).flat(), parts.slice(to).flat()];
}

/** Stretches of rows, in order: those that a line at `x` cuts into columns, and those it does not. */
function cutAt(rows: Row[], x: number): (Band | Row[])[] {
  const stretches = stretchesOf(rows, (row, before) => crosses(row, x) !== crosses(before, x));
  const parts = stretches.flatMap((stretch, i): (Band | Row[])[] => {
    if (crosses(stretch[0] as Row, x)) return [stretch];
    const [above, rest, below] = trimmed(stretch, x, { after: i < stretches.length - 1 });
    const band = bandAt(rest, x);
    return isGutter(band) ? [above, band, below] : [stretch];
  });
  return parts.reduce<(Band | Row[])[]>((merged, part) => {
    const before = merged.at(-1);
    if (before && !isBand(before) && !isBand(part)) before.push(...part);
    else if (isBand(part) || part.length > 0) merged.push(isBand(part) ? part : [...part]);
    return merged;
  }, []);
}

const isBand = (part: Band | Row[]): part is Band => !Array.isArray(part);

/** Rows that stand in two columns once the page is cut at `x`; 0 where nothing says that these are columns. */
function score(parts: (Band | Row[])[]): number {
  const bands = parts.filter(isBand).filter(isColumns);
  return bands.reduce((sum, { left, right }) => sum + left.rows.length + right.rows.length, 0);
}

/** Places where a gutter may be: in the middle of wide gaps, and just before where rows begin. */
function candidates(rows: Row[]): number[] {
  const places = new Set<number>();
  const left = Math.min(...rows.map(({ runs }) => runs[0]?.x0 ?? 0));
  for (const { runs, size } of rows) {
    for (const [i, run] of runs.entries()) {
      const before = runs[i - 1];
      if (before ? run.x0 - before.x1 >= MIN_GUTTER * size : run.x0 - left > MIN_WIDTH * size) places.add(Math.floor(run.x0 - 1));
    }
  }
  return [...places].sort((a, b) => a - b);
}

/** Cuts rows into parts that are read one after the other: columns from left to right, between what spans them. */
export function readingOrder(rows: Row[]): Row[][] {
  const cuts = candidates(rows).map((x) => {
    const parts = cutAt(rows, x);
    return { parts, score: score(parts) };
  });
  const best = cuts.reduce<(typeof cuts)[number] | null>((most, cut) => (cut.score > (most?.score ?? 0) ? cut : most), null);
  if (!best) return rows.length > 0 ? [rows] : [];
  return best.parts.flatMap((part) => (isBand(part) ? [...readingOrder(part.left.rows), ...readingOrder(part.right.rows)] : readingOrder(part)));
}
