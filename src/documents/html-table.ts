import type { Block } from './blocks.js';
import { attribute, elementsBelow, type HtmlElement, type HtmlNode, isElement } from './html-tree.js';

const CELLS = new Set(['td', 'th']);
const HEADINGS = /^h[1-6]$/;

/** A cell that spans more columns than this is not believed. */
const MAX_SPAN = 100;

const childElements = (element: HtmlElement, fits: (tagName: string) => boolean): HtmlElement[] =>
  element.childNodes.filter((node: HtmlNode): node is HtmlElement => isElement(node) && fits(node.tagName));

function rowsOf(table: HtmlElement): HtmlElement[] {
  const groups = childElements(table, (name) => ['thead', 'tbody', 'tfoot', 'tr'].includes(name));
  return groups.flatMap((group) => (group.tagName === 'tr' ? [group] : childElements(group, (name) => name === 'tr')));
}

const cellsOf = (row: HtmlElement): HtmlElement[] => childElements(row, (name) => CELLS.has(name));

const span = (cell: HtmlElement, name: string): number => Math.min(MAX_SPAN, Math.max(1, Number.parseInt(attribute(cell, name), 10) || 1));

/** Whether a table only lays a page out: one column, or cells that hold headings or tables. */
export function isLayoutTable(table: HtmlElement): boolean {
  const rows = rowsOf(table);
  if (rows.every((row) => cellsOf(row).length < 2)) return true;
  return [...elementsBelow(table)].some(({ tagName }) => tagName === 'table' || HEADINGS.test(tagName));
}

/**
 * The rows of a table, a block each: "Varna | member | 2009". Header cells are context, as in a Markdown table; where
 * nothing says which row is the header, the first is a row like the others and introduces them too.
 *
 * @param textOfCell The text of a cell, on one line.
 */
export function tableBlocks(table: HtmlElement, textOfCell: (cell: HtmlElement) => string): Block[] {
  const blocks: Block[] = [];
  /** Cells that reach into the rows below, by column. */
  const reaching = new Map<number, { text: string; rows: number }>();
  const caption = childElements(table, (name) => name === 'caption').map(textOfCell)[0];
  let lead: string | undefined;
  if (caption) blocks.push({ text: caption });
  for (const row of rowsOf(table)) {
    const cells: string[] = [];
    const skipReaching = () => {
      for (let above = reaching.get(cells.length); above && above.rows > 0; above = reaching.get(cells.length)) {
        above.rows--;
        cells.push(above.text);
      }
    };
    for (const cell of cellsOf(row)) {
      skipReaching();
      const text = textOfCell(cell);
      const rows = span(cell, 'rowspan') - 1;
      if (rows > 0) reaching.set(cells.length, { text, rows });
      cells.push(text);
    }
    skipReaching();
    if (cells.every((text) => text === '')) continue;
    const text = cells.join(' | ');
    const isHeader = lead === undefined && cellsOf(row).length > 0 && cellsOf(row).every(({ tagName }) => tagName === 'th');
    blocks.push({ text, tight: blocks.length > (caption ? 1 : 0), ...(isHeader ? { context: true } : lead ? { lead } : {}) });
    lead ??= caption ? `${caption}: ${text}` : text;
  }
  return blocks;
}
