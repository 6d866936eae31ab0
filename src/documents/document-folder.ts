import { randomUUID } from 'node:crypto';
import { mkdir, open, realpath, rename, rm, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { isSupported, SUPPORTED_EXTENSIONS } from './parse-document.js';

/** Thrown when a file cannot be put into the folder or taken out of it under a name; the message says why. */
export class DocumentNameError extends Error {}

/** Bytes that common file systems allow for a name, and characters of a whole source. */
const MAX_NAME_BYTES = 255;
const MAX_SOURCE_LENGTH = 1024;

/** What no name may hold: control characters, and what is special on some system. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be in a name.
const FORBIDDEN = /[\u0000-\u001f\u007f<>:"|?*\\]/;

/**
 * A file's name as a source below the document folder, in Unicode's composed form.
 *
 * @throws DocumentNameError when it leads out of the folder, is hidden, or is of a kind that cannot be read.
 */
export function safeSource(name: string): string {
  const source = name.normalize('NFC');
  const parts = source.split('/');
  const refuse = (reason: string) => new DocumentNameError(`the name ${JSON.stringify(name.slice(0, 200))} ${reason}`);
  if (source.length === 0 || source.length > MAX_SOURCE_LENGTH) throw refuse(`must have 1 to ${MAX_SOURCE_LENGTH} characters`);
  if (FORBIDDEN.test(source)) throw refuse('holds a character that names of files may not have');
  if (parts.some((part) => part.startsWith('.') || part.trim() !== part || part.endsWith('.') || part === ''))
    throw refuse('must be a path below the document folder, without hidden or empty parts');
  if (parts.some((part) => Buffer.byteLength(part) > MAX_NAME_BYTES)) throw refuse(`has a part of more than ${MAX_NAME_BYTES} bytes`);
  if (!isSupported(source)) throw refuse(`is of a kind that cannot be read; supported are ${SUPPORTED_EXTENSIONS.join(', ')}`);
  return source;
}

/** Where a source lies, none of the folders on the way being a link out of the document folder. */
async function placeOf(folder: string, source: string, create: boolean): Promise<string> {
  const root = await realpath(folder);
  const file = path.join(root, source);
  if (create) await mkdir(path.dirname(file), { recursive: true });
  const parent = await realpath(path.dirname(file));
  if (parent !== path.dirname(file)) throw new DocumentNameError(`${path.posix.dirname(source)} is a link; write to the folder that it leads to`);
  return file;
}

/**
 * Puts a file into the document folder, in place of one of the same name: readers see the old one or the whole new one.
 *
 * @param source As {@link safeSource} gives it.
 * @returns Whether it took the place of another.
 */
export async function putDocument(folder: string, source: string, bytes: Uint8Array): Promise<{ replaced: boolean }> {
  const file = await placeOf(folder, source, true);
  const there = await stat(file).catch(() => null);
  if (there?.isDirectory()) throw new DocumentNameError(`${source} is a folder`);
  // Hidden, so that it is not indexed while it is written.
  const temporary = path.join(path.dirname(file), `.${randomUUID()}.tmp`);
  try {
    const handle = await open(temporary, 'wx', 0o644);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  return { replaced: there !== null };
}

/** Takes a file out of the document folder. @returns Whether there was one. */
export async function removeDocument(folder: string, source: string): Promise<boolean> {
  try {
    await unlink(await placeOf(folder, source, false));
    return true;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}
