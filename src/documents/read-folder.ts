import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Document, type SkippedFile, UnreadableError } from './document.js';
import type { ExtractionLimits } from './extract.js';
import { type FileState, fileState } from './file-state.js';
import { isSupported, parseDocument, SUPPORTED_EXTENSIONS } from './parse-document.js';

/** What was read from a corpus folder. */
export interface Corpus {
  documents: Document[];
  skipped: SkippedFile[];
  /** What the file system said of each document's file; null where that does not tell whether it changes. */
  states: Map<string, FileState | null>;
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

/** What an earlier reading knows, so that what did not change is neither read nor parsed again. */
export interface EarlierReading {
  /** The document of a source whose file is in the same state, or null. */
  unchanged(source: string, state: FileState): Document | null;
  /** A document made of the same bytes that is the same under this name, or null. */
  sameBytes(source: string, sha256: string): Document | null;
}

export interface ReadOptions extends ReadLimits {
  earlier?: EarlierReading;
  /** Told after each file how many of how many are done. */
  onFile?: (done: number, all: number) => void;
}

/** Files looked at together; more would only wait in the queue of the file system. */
const LOOKED_AT_ONCE = 16;

/** A file to be read, or why it is left out. */
type Candidate = { source: string; path: string; state: FileState | null } | { source: string; reason: string };

/**
 * Reads every supported file below a folder, in the order of their paths. What cannot be read is left out
 * and listed with the reason.
 *
 * @throws Error when the folder itself cannot be read.
 */
export async function readFolder(folder: string, { earlier, onFile, ...limits }: ReadOptions): Promise<Corpus> {
  const skipped: SkippedFile[] = [];
  const documents: Document[] = [];
  const states = new Map<string, FileState | null>();
  const root = await realpath(folder).catch((error: unknown) => {
    throw new Error(`the document folder ${folder} cannot be read (${withCode(error)}); create it or set CORPUS_DIR`);
  });
  const sources = await listFiles(root, skipped);
  for (let from = 0; from < sources.length; from += LOOKED_AT_ONCE) {
    const candidates = await Promise.all(sources.slice(from, from + LOOKED_AT_ONCE).map((source) => lookAt(root, source, limits.maxBytes)));
    for (const [i, candidate] of candidates.entries()) {
      const read = 'reason' in candidate ? candidate.reason : await readCandidate(candidate, limits, earlier);
      if (typeof read === 'string') skipped.push({ source: candidate.source, reason: read });
      else {
        documents.push(read);
        states.set(read.source, 'state' in candidate ? candidate.state : null);
      }
      onFile?.(from + i + 1, sources.length);
    }
  }
  return { documents, skipped, states };
}

/** Why an operation on a file failed, in words for the maintainer. */
function reasonOf(error: unknown, source: string): string {
  if (error instanceof UnreadableError) return error.message;
  if (withCode(error) === 'ENOENT' && source.includes('\ufffd')) return 'has a name that is not valid UTF-8; rename it';
  if (withCode(error) === 'ENOENT') return 'is a link to a file that does not exist';
  if (withCode(error) === 'ELOOP') return 'is a link to itself';
  return `cannot be read (${withCode(error)}); check its permissions`;
}

/** Looks at a file without reading it. */
async function lookAt(root: string, source: string, maxBytes: number): Promise<Candidate> {
  const leaveOut = (reason: string): Candidate => ({ source, reason });
  try {
    const named = path.join(root, source);
    // The folders on the way are real ones; only the file itself may be a link.
    const itself = await lstat(named, { bigint: true });
    const file = itself.isSymbolicLink() ? await realpath(named) : named;
    if (!file.startsWith(root + path.sep)) return leaveOut('links to a file outside the folder');
    const entry = file === named ? itself : await stat(file, { bigint: true });
    if (entry.isDirectory()) return leaveOut('is a link to a folder; links are followed to files only');
    if (!entry.isFile()) return leaveOut('is no regular file');
    if (entry.size === 0n) return leaveOut('is empty');
    if (!isSupported(source)) return leaveOut(`is of a kind that cannot be read; supported are ${SUPPORTED_EXTENSIONS.join(', ')}`);
    if (entry.size > maxBytes) return leaveOut(`has ${entry.size} bytes, more than the ${maxBytes} that MAX_FILE_BYTES allows`);
    return { source, path: file, state: fileState(entry) };
  } catch (error) {
    return leaveOut(reasonOf(error, source));
  }
}

/** Reads and parses a file, where no earlier reading knows the result; returns why it is left out, if it is. */
async function readCandidate(
  { source, path: file, state }: Extract<Candidate, { path: string }>,
  { maxBytes: _, ...limits }: ReadLimits,
  earlier: EarlierReading | undefined,
): Promise<Document | string> {
  const unchanged = state && earlier?.unchanged(source, state);
  if (unchanged) return unchanged;
  try {
    const bytes = await readFile(file);
    const known = earlier?.sameBytes(source, createHash('sha256').update(bytes).digest('hex'));
    const document = known ?? (await parseDocument(source, bytes, limits));
    return document.paragraphs.some((paragraph) => !paragraph.heading) ? document : 'holds no paragraph of text';
  } catch (error) {
    return reasonOf(error, source);
  }
}
