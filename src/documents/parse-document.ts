import { createHash } from 'node:crypto';
import path from 'node:path';
import { type Document, UnreadableError } from './document.js';
import { type ExtractionLimits, extract } from './extract.js';

/** How the kinds of files are read, by their extension. */
const FORMATS: Record<string, string> = {
  '.md': 'markdown',
  '.markdown': 'markdown',
  '.txt': 'plainText',
  '.pdf': 'pdf',
  '.docx': 'docx',
  '.html': 'html',
  '.htm': 'html',
  '.xhtml': 'html',
  '.epub': 'epub',
  '.csv': 'csv',
  '.tsv': 'csv',
  '.jsonl': 'jsonLines',
  '.ndjson': 'jsonLines',
};

export const SUPPORTED_EXTENSIONS = Object.keys(FORMATS);

const extensionOf = (source: string): string => path.posix.extname(source).toLowerCase();

/** Whether a file of this name is of a kind that can be read. */
export const isSupported = (source: string): boolean => Object.hasOwn(FORMATS, extensionOf(source));

/** `annual-report_2019.txt` as a title: "annual report 2019". */
export const titleFromName = (source: string) => path.posix.basename(source, path.posix.extname(source)).replace(/[-_]+/g, ' ').normalize('NFC').trim();

export type { ExtractionLimits } from './extract.js';

/** Raised when the same bytes give another text or other paragraphs than before; an index made before is then made anew. */
export const EXTRACTION_VERSION = 4;

const DEFAULT_LIMITS: ExtractionLimits = { timeoutMs: 60_000, memoryMb: 1024, maxCharacters: 20 * 2 ** 20 };

/**
 * Parses one file's bytes; the same bytes always give the same text and paragraphs.
 *
 * @throws UnreadableError when no text can be had from them; the message says why.
 */
export async function parseDocument(source: string, bytes: Uint8Array, limits: Partial<ExtractionLimits> = {}): Promise<Document> {
  const format = FORMATS[extensionOf(source)];
  if (!format) throw new UnreadableError(`is of a kind that cannot be read; supported are ${SUPPORTED_EXTENSIONS.join(', ')}`);
  const { title, text, metadata, paragraphs } = await extract(format, bytes, { ...DEFAULT_LIMITS, ...limits });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { source, title: title || titleFromName(source), text, sha256, metadata, paragraphs };
}
