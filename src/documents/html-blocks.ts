import type { Block } from './blocks.js';
import { isLayoutTable, tableBlocks } from './html-table.js';
import { attribute, elementsBelow, type HtmlElement, type HtmlNode, isElement, isText, textOf } from './html-tree.js';
import { withoutInvisible } from './invisible.js';
import { raisedFigures } from './raised.js';

/** A list up to this many characters is one paragraph, as in Markdown; a longer one is a paragraph an item. */
const MAX_LIST_LENGTH = 1200;

const BLOCKS = new Set(
  (
    'address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form header hgroup hr legend li main ol p pre ' +
    'section summary table tbody td tfoot th thead tr ul caption'
  ).split(' '),
);

const SKIPPED = new Set('head script style template noscript svg math canvas iframe object nav'.split(' '));

/** One line for each line break of the page, white space within it as one space. */
function tidy(text: string): string {
  const lines = withoutInvisible(text).split('\n');
  return lines
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .join('\n')
    .trim();
}

/** The arrow from a note back to its mark. */
const isBackLink = (element: HtmlElement): boolean => element.tagName === 'a' && /^\s*[↑^↩]\ufe0e?\s*$/.test(textOf(element));

/** "[1]" or a star that is raised and leads to a note of the same document. */
const isNoteMark = (element: HtmlElement): boolean =>
  element.tagName === 'sup' &&
  /^\s*\[?[\d*†‡a-z]{1,3}\]?\s*$/i.test(textOf(element)) &&
  [...elementsBelow(element)].some((link) => link.tagName === 'a' && attribute(link, 'href').startsWith('#'));

const introduction = (block: Block | undefined): string | undefined =>
  block && !block.heading && !block.context && /[:;]$/.test(block.text) ? block.text : undefined;

/** The text of an element on one line. */
const oneLine = (element: HtmlElement): string =>
  htmlBlocks(element)
    .map(({ text }) => text.replace(/\s+/g, ' '))
    .join(' ');

const listItems = (list: HtmlElement): HtmlElement[] => list.childNodes.filter((node): node is HtmlElement => isElement(node) && node.tagName === 'li');

function listBlocks(list: HtmlElement, lead: string | undefined): Block[] {
  const first = Number.parseInt(attribute(list, 'start'), 10) || 1;
  const items = listItems(list).map((item, i) => {
    const marker = list.tagName === 'ol' ? `${first + i}.` : '-';
    const lines = htmlBlocks(item).flatMap(({ text }) => text.split('\n'));
    return lines.length === 0 ? '' : `${marker} ${lines.join('\n  ')}`;
  });
  const filled = items.filter((text) => text !== '');
  const introduced = lead ? { lead } : {};
  const whole = filled.join('\n');
  if (whole.length <= MAX_LIST_LENGTH) return whole === '' ? [] : [{ text: whole, ...introduced }];
  return filled.map((text, i) => ({ text, tight: i > 0, ...introduced }));
}

/** Whether a list lays out parts of a page: its items hold headings or tables. */
const isLayoutList = (list: HtmlElement): boolean =>
  listItems(list).length === 0 || [...elementsBelow(list)].some(({ tagName }) => tagName === 'table' || /^h[1-6]$/.test(tagName));

/** Terms with what is said of them, a block each: "Date: 3 May 2019". */
function definitionBlocks(list: HtmlElement): Block[] {
  const blocks: Block[] = [];
  let term = '';
  for (const element of elementsBelow(list)) {
    if (element.tagName === 'dt') term = oneLine(element).replace(/\s*:$/, '');
    else if (element.tagName === 'dd') blocks.push({ text: term ? `${term}: ${oneLine(element)}` : oneLine(element), tight: blocks.length > 0 });
  }
  return blocks;
}

/**
 * The blocks of an HTML element, in the order of the page: headings, paragraphs, lists, table rows.
 * HTML, EPUB and DOCX all come through here.
 */
export function htmlBlocks(root: HtmlElement): Block[] {
  const blocks: Block[] = [];
  let line = '';
  const flush = () => {
    const text = tidy(line);
    line = '';
    // Old pages end a paragraph with two line breaks.
    for (const part of text.split(/\n{2,}/)) if (part) blocks.push({ text: part });
  };
  const visitAll = (nodes: HtmlNode[]) => {
    for (const node of nodes) visit(node);
  };
  const visit = (node: HtmlNode): void => {
    if (isText(node)) line += node.value.replace(/\s+/g, ' ');
    if (!isElement(node) || SKIPPED.has(node.tagName) || isNoteMark(node) || isBackLink(node)) return;
    const { tagName } = node;
    if (tagName === 'br') line += '\n';
    else if (tagName === 'sup' && /^\d{1,3}$/.test(textOf(node))) line += raisedFigures(textOf(node), line);
    else if (!BLOCKS.has(tagName) && !/^h[1-6]$/.test(tagName)) visitAll(node.childNodes);
    else {
      flush();
      blocks.push(...blockElement(node, visitAll, blocks.at(-1)));
      flush();
    }
  };
  visitAll(root.childNodes);
  flush();
  return blocks;
}

/** The blocks of a block element, or none where its children were visited instead. */
function blockElement(element: HtmlElement, visitAll: (nodes: HtmlNode[]) => void, before: Block | undefined): Block[] {
  const { tagName, childNodes } = element;
  if (/^h[1-6]$/.test(tagName)) return [{ text: oneLine(element), heading: Number(tagName.charAt(1)) }];
  if (tagName === 'pre') return [{ text: withoutInvisible(textOf(element)).replace(/\s+$/, '') }];
  if ((tagName === 'ul' || tagName === 'ol') && !isLayoutList(element)) return listBlocks(element, introduction(before));
  if (tagName === 'table' && !isLayoutTable(element)) return tableBlocks(element, oneLine);
  if (tagName === 'dl') return definitionBlocks(element);
  visitAll(childNodes);
  return [];
}
