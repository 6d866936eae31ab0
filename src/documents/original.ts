import { createHash } from 'node:crypto';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Document } from './document.js';

/** Thrown where the file a document was read from is no longer there as it was; `state` says which. */
export class OriginalLostError extends Error {
  constructor(
    readonly state: 'gone' | 'changed',
    message: string,
  ) {
    super(message);
  }
}

const changed = (source: string): OriginalLostError =>
  new OriginalLostError('changed', `${source} has changed since it was indexed; GET /sources/${source} has the text that was`);

/** The file's bytes where it has at most `maxBytes`, else null. */
async function readWithin(file: FileHandle, maxBytes: number): Promise<Buffer | null> {
  const entry = await file.stat();
  return entry.isFile() && entry.size <= maxBytes ? file.readFile() : null;
}

/**
 * The bytes a document was read from. What is returned is what was indexed, by its hash, whatever lies in the folder now.
 *
 * @param maxBytes A larger file cannot be the one that was indexed, and is not read.
 * @throws OriginalLostError when the file is gone or has changed.
 */
export async function readOriginal(folder: string, { source, sha256 }: Document, maxBytes: number): Promise<Uint8Array> {
  let bytes: Buffer | null;
  try {
    const root = await realpath(folder);
    const name = await realpath(path.join(root, source));
    // Opening a pipe would wait for its other end.
    if (!name.startsWith(root + path.sep) || !(await stat(name)).isFile()) throw changed(source);
    const file = await open(name);
    bytes = await readWithin(file, maxBytes).finally(() => file.close());
  } catch (error) {
    if (error instanceof OriginalLostError) throw error;
    throw new OriginalLostError('gone', `${source} is no longer in the document folder; GET /sources/${source} has its text`);
  }
  if (!bytes || createHash('sha256').update(bytes).digest('hex') !== sha256) throw changed(source);
  return bytes;
}
