import { createHash } from 'node:crypto';
import path from 'node:path';
import { decodeText } from './decode.js';
import { type Document, UnreadableError } from './document.js';
import { type ParsedText, parseMarkdown } from './markdown.js';
import { parsePlainText } from './plain-text.js';

const PARSERS: Record<string, (text: string) => ParsedText> = {
  '.md': parseMarkdown,
  '.markdown': parseMarkdown,
  '.txt': parsePlainText,
};

export const SUPPORTED_EXTENSIONS = Object.keys(PARSERS);

const extensionOf = (source: string): string => path.posix.extname(source).toLowerCase();

/** Whether a file of this name is of a kind that can be read. */
export const isSupported = (source: string): boolean => Object.hasOwn(PARSERS, extensionOf(source));

/** `annual-report_2019.txt` as a title: "annual report 2019". */
const titleFromName = (source: string) => path.posix.basename(source, path.posix.extname(source)).replace(/[-_]+/g, ' ').trim();

/** Raised when the same bytes give another text or other paragraphs than before; an index made before is then made anew. */
export const EXTRACTION_VERSION = 2;

/** Bounds on the extraction of text from one file. */
export interface ExtractionLimits {
  /** Milliseconds after which the extraction is given up. */
  timeoutMs: number;
  /** Characters a document may have; larger ones are left out. */
  maxCharacters: number;
}

/**
 * Parses one file's bytes; the same bytes always give the same text and paragraphs.
 *
 * @throws UnreadableError when no text can be had from them; the message says why.
 */
export async function parseDocument(source: string, bytes: Uint8Array, _limits: Partial<ExtractionLimits> = {}): Promise<Document> {
  const parse = PARSERS[extensionOf(source)];
  if (!parse) throw new UnreadableError(`is of a kind that cannot be read; supported are ${SUPPORTED_EXTENSIONS.join(', ')}`);
  const { text } = decodeText(bytes);
  const { title, metadata, paragraphs } = parse(text);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { source, title: title || titleFromName(source), text, sha256, metadata, paragraphs };
}
