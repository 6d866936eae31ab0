import type { Page, Row } from './page.js';

/** Rows at the top and bottom of a page that may be its running header or footer. */
const ROWS_LOOKED_AT = 3;

/** They stand in this share of the page's height, at the top or at the bottom. */
const MARGIN = 0.15;

/** The same words at the same place on this many pages are a running header: a chapter's has few pages. */
const MIN_PAGES = 3;

/** Share of the pages that is enough in a short document. */
const MIN_SHARE = 0.3;

/** How far the same row may stand higher or lower on another page, in points. */
const TOLERANCE = 4;

/** A row with the page's number has at most this many characters; a longer one is a sentence that ends with it. */
const MAX_NUMBERED = 60;

const rowText = ({ runs }: Row): string => runs.map(({ text }) => text).join(' ');

/** Page numbers differ, the rest of a running header does not. */
const pattern = (row: Row): string => rowText(row).replace(/\d+/g, '#').replace(/\s+/g, ' ').trim();

/** "iv" at the foot of a preface. */
const isRoman = (row: Row): boolean => /^\W*(?=[ivxl])x{0,3}(?:ix|iv|v?i{0,3})\W*$/i.test(rowText(row));

/** Rows of figures are a table that goes on, unless they are one number. */
const isFigures = (row: Row): boolean => !/\p{L}/u.test(rowText(row)) && (rowText(row).match(/\d+/g)?.length ?? 0) > 1;

/** Numbers at the ends of a row, where a page number is: "7", "- 7 -", "Page 7 of 12", "Chapter 2 7". */
function endNumbers(row: Row): number[] {
  const numbers =
    rowText(row).match(/^\W*(?:page\s+)?\d{1,4}(?![\d.,])|(?<![\d.,])\d{1,4}(?=\s*(?:\/|of|von|de)\s*\d{1,4}\W*$)|(?<![\d.,])\d{1,4}\W*$/gi) ?? [];
  return numbers.map((number) => Number(number.replace(/\D/g, '')));
}

function marginRows({ rows, height }: Page): Row[] {
  const top = rows.slice(0, ROWS_LOOKED_AT).filter(({ y }) => y < MARGIN * height);
  const bottom = rows.slice(-ROWS_LOOKED_AT).filter(({ y }) => y > (1 - MARGIN) * height);
  return [...new Set([...top, ...bottom])];
}

/** The first and the last row of a page, where they stand in its margins. */
const outermost = (page: Page): Row[] => marginRows(page).filter((row) => row === page.rows[0] || row === page.rows.at(-1));

/** What is added to the count of pages to get the printed number; 0 for a document without. */
function numberOffset(pages: Page[], needed: number): number {
  const offsets = new Map<number, number>();
  for (const page of pages) {
    const own = new Set(outermost(page).flatMap((row) => endNumbers(row).map((number) => number - page.page)));
    for (const offset of own) offsets.set(offset, (offsets.get(offset) ?? 0) + 1);
  }
  const [offset, count] = [...offsets].reduce((best, each) => (each[1] > best[1] ? each : best), [0, 0]);
  return count >= needed ? offset : 0;
}

/** The pages without running headers and footers and without page numbers. */
export function withoutRunning(pages: Page[]): Page[] {
  const needed = Math.max(2, Math.min(MIN_PAGES, Math.ceil(MIN_SHARE * pages.length)));
  const offset = numberOffset(pages, needed);
  const seen = new Map<string, { page: number; y: number; size: number }[]>();
  for (const page of pages) {
    for (const row of marginRows(page)) seen.set(pattern(row), [...(seen.get(pattern(row)) ?? []), { page: page.page, y: row.y, size: row.size }]);
  }
  const isRepeated = (row: Row): boolean => {
    const alike = (seen.get(pattern(row)) ?? []).filter(({ y, size }) => Math.abs(y - row.y) <= TOLERANCE && Math.abs(size - row.size) < 1);
    return !isFigures(row) && new Set(alike.map(({ page }) => page)).size >= needed;
  };
  return pages.map((page) => {
    const numbered = outermost(page).filter((row) => endNumbers(row).includes(page.page + offset) || isRoman(row));
    const running = new Set([...marginRows(page).filter(isRepeated), ...numbered.filter((row) => rowText(row).length <= MAX_NUMBERED)]);
    // What stands further in than a row that stays is text that happens to be repeated.
    const from = page.rows.findIndex((row) => !running.has(row));
    const to = page.rows.findLastIndex((row) => !running.has(row));
    return { ...page, rows: from < 0 ? [] : page.rows.slice(from, to + 1) };
  });
}
