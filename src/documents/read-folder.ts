import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Document, type SkippedFile, UnreadableError } from './document.js';
import type { ExtractionLimits } from './extract.js';
import { isSupported, parseDocument, SUPPORTED_EXTENSIONS } from './parse-document.js';

/** What was read from a corpus folder. */
export interface Corpus {
  documents: Document[];
  skipped: SkippedFile[];
}

const withCode = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);

/** Bounds on the reading of one file. */
export interface ReadLimits extends Partial<ExtractionLimits> {
  /** Files larger than this many bytes are left out. */
  maxBytes: number;
}

/** Paths of all files below a folder, sorted; hidden files and folders are not looked at. */
async function listFiles(folder: string, skipped: SkippedFile[], below = ''): Promise<string[]> {
  const entries = await readdir(path.join(folder, below), { withFileTypes: true });
  const files: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const source = path.posix.join(below, entry.name);
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) {
      const children = await listFiles(folder, skipped, source).catch((error: unknown) => {
        skipped.push({ source: `${source}/`, reason: `the folder cannot be read (${withCode(error)}); check its permissions` });
        return [];
      });
      files.push(...children);
    } else files.push(source);
  }
  return files;
}

/**
 * Reads every supported file below a folder, in the order of their paths. What cannot be read is left out
 * and listed with the reason.
 *
 * @throws Error when the folder itself cannot be read.
 */
export async function readFolder(folder: string, limits: ReadLimits): Promise<Corpus> {
  const skipped: SkippedFile[] = [];
  const documents: Document[] = [];
  const root = await realpath(folder).catch((error: unknown) => {
    throw new Error(`the document folder ${folder} cannot be read (${withCode(error)}); create it or set CORPUS_DIR`);
  });
  for (const source of await listFiles(root, skipped)) {
    const reason = await readFileInto(documents, root, source, limits);
    if (reason) skipped.push({ source, reason });
  }
  return { documents, skipped };
}

/** Adds the document read from `source`; returns why it was left out, if it was. */
async function readFileInto(documents: Document[], root: string, source: string, { maxBytes, ...limits }: ReadLimits): Promise<string | null> {
  try {
    const file = await realpath(path.join(root, source));
    if (!file.startsWith(root + path.sep)) return 'links to a file outside the folder';
    const entry = await stat(file);
    if (entry.isDirectory()) return 'is a link to a folder; links are followed to files only';
    if (!entry.isFile()) return 'is no regular file';
    const { size } = entry;
    if (size === 0) return 'is empty';
    if (!isSupported(source)) return `is of a kind that cannot be read; supported are ${SUPPORTED_EXTENSIONS.join(', ')}`;
    if (size > maxBytes) return `has ${size} bytes, more than the ${maxBytes} that MAX_FILE_BYTES allows`;
    const document = await parseDocument(source, await readFile(file), limits);
    if (!document.paragraphs.some((paragraph) => !paragraph.heading)) return 'holds no paragraph of text';
    documents.push(document);
    return null;
  } catch (error) {
    if (error instanceof UnreadableError) return error.message;
    if (withCode(error) === 'ENOENT' && source.includes('\ufffd')) return 'has a name that is not valid UTF-8; rename it';
    if (withCode(error) === 'ENOENT') return 'is a link to a file that does not exist';
    if (withCode(error) === 'ELOOP') return 'is a link to itself';
    return `cannot be read (${withCode(error)}); check its permissions`;
  }
}
