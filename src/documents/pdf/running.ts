import type { Page, Row } from './page.js';

/** Rows at the top and bottom of a page that may be its running header or footer. */
const ROWS_LOOKED_AT = 3;

/** They stand in this share of the page's height, at the top or at the bottom. */
const MARGIN = 0.15;

/** On this share of the pages, and on two at least, the same words make a running header. */
const MIN_SHARE = 0.3;

/** How far the same row may stand higher or lower on another page, in points. */
const TOLERANCE = 4;

const rowText = ({ runs }: Row): string => runs.map(({ text }) => text).join(' ');

/** Page numbers differ, the rest of a running header does not. */
const pattern = (row: Row): string =>
  rowText(row)
    .replace(/\d+/g, '#')
    .replace(/^[\s\-–—|·]*[ivxlc]{1,6}[\s\-–—|·]*$/i, '#')
    .replace(/\s+/g, ' ')
    .trim();

/** Page number of a row that holds nothing else: "7", "- 7 -", "Page 7 of 12". */
function loneNumber(row: Row): number | null {
  const [, digits] = /^\W*(?:\p{L}{1,10}\.?\s+)?(\d{1,4})(?:\s*(?:\/|\p{L}{2,4})\s*\d{1,4})?\W*$/u.exec(rowText(row)) ?? [];
  return digits ? Number(digits) : null;
}

function marginRows({ rows, height }: Page): Row[] {
  const top = rows.slice(0, ROWS_LOOKED_AT).filter(({ y }) => y < MARGIN * height);
  const bottom = rows.slice(-ROWS_LOOKED_AT).filter(({ y }) => y > (1 - MARGIN) * height);
  return [...new Set([...top, ...bottom])];
}

/** The pages without running headers and footers and without page numbers. */
export function withoutRunning(pages: Page[]): Page[] {
  const seen = new Map<string, { page: number; y: number; size: number }[]>();
  for (const page of pages) {
    for (const row of marginRows(page)) {
      const places = seen.get(pattern(row)) ?? [];
      places.push({ page: page.page, y: row.y, size: row.size });
      seen.set(pattern(row), places);
    }
  }
  const needed = Math.max(2, Math.ceil(MIN_SHARE * pages.length));
  const isRunning = (row: Row): boolean => {
    const alike = (seen.get(pattern(row)) ?? []).filter(({ y, size }) => Math.abs(y - row.y) <= TOLERANCE && Math.abs(size - row.size) < 1);
    return new Set(alike.map(({ page }) => page)).size >= needed;
  };
  return pages.map((page) => {
    const running = new Set(marginRows(page).filter((row) => isRunning(row) || (loneNumber(row) === page.page && isOutermost(row, page))));
    return { ...page, rows: page.rows.filter((row) => !running.has(row)) };
  });
}

const isOutermost = (row: Row, { rows }: Page): boolean => row === rows[0] || row === rows.at(-1);
