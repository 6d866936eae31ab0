import { type Extracted, layOut } from './blocks.js';
import { decodeText } from './decode.js';
import { htmlBlocks } from './html-blocks.js';
import { attribute, elementsBelow, type HtmlElement, parseHtml, parseXml, textOf } from './html-tree.js';
import { mainText } from './main-text.js';

/** Names under which pages give their date, author and language, with the name we keep. */
const META: Record<string, string> = {
  'article:published_time': 'date',
  'dc.date': 'date',
  'dcterms.date': 'date',
  'dcterms.created': 'date',
  date: 'date',
  author: 'author',
  'dc.creator': 'author',
};

function readMetadata(elements: HtmlElement[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const element of elements) {
    if (element.tagName !== 'meta') continue;
    const name = META[(attribute(element, 'name') || attribute(element, 'property')).toLowerCase()];
    const value = attribute(element, 'content').trim();
    // The time of day at which a page went online says nothing about what it tells.
    if (name && value) values[name] ??= name === 'date' ? value.replace(/T\d.*$/, '') : value;
  }
  return values;
}

/** How a page names its encoding; without a byte order mark this decides before any guess. */
const DECLARED = /<meta[^>]{1,200}charset\s*=\s*["']?\s*([\w-]+)/i;

function decodeHtml(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 4096)).toString('latin1');
  return decodeText(bytes, DECLARED.exec(start)?.[1]).text;
}

/** The main text of an HTML page. */
export function extractHtml(bytes: Uint8Array, maxCharacters: number): Extracted {
  const html = decodeHtml(bytes);
  const tree = html.startsWith('<?xml') ? parseXml(html) : parseHtml(html);
  const elements = [...elementsBelow(tree)];
  const metadata = readMetadata(elements);
  const head = elements.find(({ tagName }) => tagName === 'title');
  const root = mainText(tree);
  const { title, ...rest } = layOut(root ? htmlBlocks(root) : [], maxCharacters);
  return { title: title ?? (head && textOf(head).replace(/\s+/g, ' ').trim()) ?? null, metadata, ...rest };
}
