import { createHash } from 'node:crypto';
import path from 'node:path';
import { type Extracted, tooLong } from './blocks.js';
import { decodeText } from './decode.js';
import { type Document, UnreadableError } from './document.js';
import { type ExtractionLimits, extract } from './extract.js';
import { type ParsedText, parseMarkdown } from './markdown.js';
import { parsePlainText } from './plain-text.js';

/** Kinds whose text is their bytes decoded. */
const PARSERS: Record<string, (text: string) => ParsedText> = {
  '.md': parseMarkdown,
  '.markdown': parseMarkdown,
  '.txt': parsePlainText,
};

/** Kinds whose text a library extracts, in a thread of its own. */
const FORMATS: Record<string, string> = {
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

export const SUPPORTED_EXTENSIONS = [...Object.keys(PARSERS), ...Object.keys(FORMATS)];

const extensionOf = (source: string): string => path.posix.extname(source).toLowerCase();

/** Whether a file of this name is of a kind that can be read. */
export const isSupported = (source: string): boolean => SUPPORTED_EXTENSIONS.includes(extensionOf(source));

/** `annual-report_2019.txt` as a title: "annual report 2019". */
export const titleFromName = (source: string) => path.posix.basename(source, path.posix.extname(source)).replace(/[-_]+/g, ' ').normalize('NFC').trim();

export type { ExtractionLimits } from './extract.js';

/** Raised when the same bytes give another text or other paragraphs than before; an index made before is then made anew. */
export const EXTRACTION_VERSION = 2;

const DEFAULT_LIMITS: ExtractionLimits = { timeoutMs: 30_000, memoryMb: 1024, maxCharacters: 20 * 2 ** 20 };

function parseText(parse: (text: string) => ParsedText, bytes: Uint8Array, { maxCharacters }: ExtractionLimits): Extracted {
  const { text } = decodeText(bytes);
  if (text.length > maxCharacters) throw tooLong(maxCharacters);
  try {
    return { text, ...parse(text) };
  } catch (error) {
    if (error instanceof RangeError) throw new UnreadableError('nests its blocks too deep to be read');
    throw error;
  }
}

/**
 * Parses one file's bytes; the same bytes always give the same text and paragraphs.
 *
 * @throws UnreadableError when no text can be had from them; the message says why.
 */
export async function parseDocument(source: string, bytes: Uint8Array, limits: Partial<ExtractionLimits> = {}): Promise<Document> {
  const within = { ...DEFAULT_LIMITS, ...limits };
  const parse = PARSERS[extensionOf(source)];
  const format = FORMATS[extensionOf(source)];
  if (!parse && !format) throw new UnreadableError(`is of a kind that cannot be read; supported are ${SUPPORTED_EXTENSIONS.join(', ')}`);
  const { title, text, metadata, paragraphs } = parse ? parseText(parse, bytes, within) : await extract(format as string, bytes, within);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { source, title: title || titleFromName(source), text, sha256, metadata, paragraphs };
}
