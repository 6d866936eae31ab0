import { zipSync } from 'fflate';
import mammoth from 'mammoth';
import { type Extracted, layOut } from './blocks.js';
import { UnreadableError } from './document.js';
import { htmlBlocks } from './html-blocks.js';
import { attribute, elementsBelow, type HtmlElement, parseHtml } from './html-tree.js';
import { unzip } from './zip.js';

/** Styles that Word has beside "Heading 1" to "Heading 6", which mammoth knows. */
const STYLES = ["p[style-name='Title'] => h1:fresh", "p[style-name='Subtitle'] => h2:fresh", "p[style-name^='TOC'] => !"];

/** Tables of contents lead here. */
const CONTENTS_LINK = /^#_Toc/;

const isContentsLine = (element: HtmlElement): boolean =>
  element.tagName === 'p' && [...elementsBelow(element)].some((link) => link.tagName === 'a' && CONTENTS_LINK.test(attribute(link, 'href')));

function dropContents(element: HtmlElement): void {
  element.childNodes = element.childNodes.filter((node) => !('tagName' in node) || !isContentsLine(node));
}

/** Headings, paragraphs, lists and tables of a Word document, in the state with all changes accepted; no headers and footers. */
export async function extractDocx(bytes: Uint8Array, maxCharacters: number): Promise<Extracted> {
  // Unpacked within bounds first: mammoth would unpack anything.
  const entries = unzip(bytes, (name) => /\.(?:xml|rels)$/i.test(name));
  if (!Object.keys(entries).some((name) => /document\d*\.xml$/.test(name))) throw new UnreadableError('is no Word document');
  const buffer = Buffer.from(zipSync(entries, { level: 0 }));
  const convertImage = mammoth.images.imgElement(async () => ({ src: '' }));
  const { value } = await mammoth.convertToHtml({ buffer }, { styleMap: STYLES, convertImage }).catch((error: Error) => {
    throw new UnreadableError(`is broken: it cannot be read as a Word document (${error.message})`);
  });
  const body = [...elementsBelow(parseHtml(value))].find(({ tagName }) => tagName === 'body');
  if (body) dropContents(body);
  return { ...layOut(body ? htmlBlocks(body) : [], maxCharacters), metadata: {} };
}
