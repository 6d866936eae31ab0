import path from 'node:path';
import { type Block, type Extracted, layOut } from './blocks.js';
import { decodeText } from './decode.js';
import { UnreadableError } from './document.js';
import { htmlBlocks } from './html-blocks.js';
import { attribute, elementsBelow, type HtmlElement, parseXml, textOf } from './html-tree.js';
import { dropHidden } from './main-text.js';
import { unzip } from './zip.js';

const elementsOf = (bytes: Uint8Array): HtmlElement[] => [...elementsBelow(parseXml(decodeText(bytes).text))];

/** Dublin Core values of the package, with the name we keep. */
const META: Record<string, string> = { 'dc:date': 'date', 'dc:creator': 'author', 'dc:publisher': 'publisher' };

/** A path of the archive that a file of it names. */
function resolve(from: string, href: string): string {
  const plain = href.replace(/#.*$/, '');
  try {
    return path.posix.join(path.posix.dirname(from), decodeURIComponent(plain));
  } catch {
    return path.posix.join(path.posix.dirname(from), plain);
  }
}

/** The chapters of a book in reading order. */
export function extractEpub(bytes: Uint8Array, maxCharacters: number): Extracted {
  const entries = unzip(bytes, (name) => /\.(?:xml|opf|x?html?)$/i.test(name));
  const read = (name: string) => (Object.hasOwn(entries, name) ? elementsOf(entries[name] as Uint8Array) : []);
  const container = read('META-INF/container.xml').find(({ tagName }) => tagName === 'rootfile');
  const packagePath = container ? attribute(container, 'full-path') : '';
  const elements = read(packagePath);
  const items = new Map(elements.filter(({ tagName }) => tagName === 'item').map((item) => [attribute(item, 'id'), item]));
  const spine = elements.filter(({ tagName }) => tagName === 'itemref').map((reference) => items.get(attribute(reference, 'idref')));
  if (spine.length === 0) throw new UnreadableError('is broken: it names no chapters');
  const chapters = spine
    .filter((item): item is HtmlElement => item !== undefined && !/\bnav\b/.test(attribute(item, 'properties')))
    .map((item) => resolve(packagePath, attribute(item, 'href')));
  const locked = new Set(read('META-INF/encryption.xml').map((element) => attribute(element, 'uri')));
  if (chapters.some((chapter) => locked.has(chapter))) throw new UnreadableError('is protected against copying; its text cannot be read');

  const metadata: Record<string, string> = {};
  let bookTitle: string | null = null;
  for (const element of elements) {
    const value = textOf(element).trim();
    if (element.tagName === 'dc:title') bookTitle ??= value || null;
    const name = META[element.tagName];
    if (name && value) metadata[name] ??= name === 'date' ? value.replace(/T\d.*$/, '') : value;
  }
  return { ...layOut(chapterBlocks(chapters, read, bookTitle), maxCharacters), title: bookTitle, metadata };
}

function* chapterBlocks(chapters: string[], read: (name: string) => HtmlElement[], bookTitle: string | null): Generator<Block> {
  for (const chapter of chapters) {
    const body = read(chapter).find(({ tagName }) => tagName === 'body');
    if (!body) continue;
    dropHidden(body);
    for (const block of htmlBlocks(body)) {
      // Each chapter may begin with an h1: below the book's own title they are sections.
      yield block.heading && block.text !== bookTitle ? { ...block, heading: block.heading + 1 } : block;
    }
  }
}
