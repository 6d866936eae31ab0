import { createRequire } from 'node:module';
import path from 'node:path';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { type Extracted, layOut, tooLong } from '../blocks.js';
import { UnreadableError } from '../document.js';
import { readingOrder } from './columns.js';
import { linesOf } from './lines.js';
import { groupRows, type Page, placeRuns, type TextItem } from './page.js';
import { paragraphBlocks } from './paragraphs.js';
import { withoutRunning } from './running.js';

const PDFJS = path.dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));

/** A title that a program wrote, such as "Microsoft Word - report_v2.doc", says nothing. */
const isTitle = (title: unknown): title is string =>
  typeof title === 'string' && /\p{L}{2}.*\s.*\p{L}{2}/u.test(title) && !/\.\w{2,5}$|^Microsoft |_/.test(title);

function unreadable(error: unknown): Error {
  const { name, message } = error as Error;
  if (name === 'PasswordException') return new UnreadableError('is protected by a password; save it without one');
  if (name === 'InvalidPDFException' || name === 'FormatError') return new UnreadableError(`is a broken PDF (${message})`);
  return error as Error;
}

/** Title, pages as rows of text, and the pages that hold none. */
async function readPages(bytes: Uint8Array, maxCharacters: number): Promise<{ title: string | null; pages: Page[] }> {
  const task = getDocument({
    // pdf.js takes the memory for its own.
    data: new Uint8Array(bytes),
    cMapUrl: `${path.join(PDFJS, 'cmaps')}/`,
    cMapPacked: true,
    disableFontFace: true,
    useSystemFonts: false,
    isEvalSupported: false,
    stopAtErrors: false,
    verbosity: 0,
  });
  try {
    const document = await task.promise;
    const { info } = await document.getMetadata();
    const title = (info as { Title?: unknown }).Title;
    const pages: Page[] = [];
    let characters = 0;
    for (let page = 1; page <= document.numPages; page++) {
      const proxy = await document.getPage(page);
      const { items, styles } = await proxy.getTextContent();
      const texts = items.filter((item) => 'str' in item) as TextItem[];
      characters += texts.reduce((sum, { str }) => sum + str.length, 0);
      if (characters > maxCharacters) throw tooLong(maxCharacters);
      const { runs, height } = placeRuns(texts, styles, proxy.getViewport({ scale: 1 }));
      pages.push({ page, height, rows: groupRows(runs) });
      proxy.cleanup();
    }
    return { title: isTitle(title) ? title.trim() : null, pages };
  } catch (error) {
    throw unreadable(error);
  } finally {
    await task.destroy();
  }
}

/**
 * Paragraphs of a PDF. A page says where letters stand, not what belongs together: rows are cut into columns, freed of
 * running headers and page numbers, and joined again to paragraphs.
 */
export async function extractPdf(bytes: Uint8Array, maxCharacters: number): Promise<Extracted> {
  const { title, pages } = await readPages(bytes, maxCharacters);
  const empty = pages.filter(({ rows }) => rows.length === 0).map(({ page }) => page);
  if (empty.length === pages.length) throw new UnreadableError('is a scan: its pages are images without text; run text recognition (OCR) over it first');
  const lines = withoutRunning(pages).flatMap(({ page, rows }) => readingOrder(rows).flatMap((column) => linesOf(column, page)));
  const laidOut = layOut(paragraphBlocks(lines), maxCharacters);
  const metadata = empty.length > 0 ? { 'pages without text': empty.join(', ') } : {};
  return { ...laidOut, title: laidOut.title ?? title, metadata };
}
