import { createHash, randomUUID } from 'node:crypto';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/** Names inside an index folder and inside each generation. */
export const CURRENT = 'CURRENT';
export const GENERATIONS = 'generations';
export const files = {
  manifest: 'manifest.json',
  catalog: 'catalog.jsonl',
  aliases: 'aliases.txt',
} as const;

/** Names inside the folder of each segment. */
export const segmentFiles = {
  documents: 'documents.jsonl',
  passages: 'passages.jsonl',
  identities: 'identities.jsonl',
  names: 'names.jsonl',
  keys: 'passages.key',
  vectors: 'passages.f32',
  sentenceVectors: 'sentences.i8',
  words: 'words.json',
  postings: 'postings.bin',
  hnsw: 'hnsw.bin',
} as const;

export const generationFolder = (indexFolder: string, generation: string): string => path.join(indexFolder, GENERATIONS, generation);

/** What the pointer says: the live generation, and whether a rollback chose it. */
export interface Pointer {
  generation: string;
  /** A pinned generation is left only when somebody asks for a reindex. */
  pinned: boolean;
}

/** Reads the pointer; null where there is none or it is damaged. */
export async function readPointer(indexFolder: string): Promise<Pointer | null> {
  const text = await readFile(path.join(indexFolder, CURRENT), 'utf8').catch(() => '');
  const [, generation, pinned] = /^(\d{6,})( pinned)?\n?$/.exec(text) ?? [];
  return generation ? { generation, pinned: Boolean(pinned) } : null;
}

/** Name of the generation that the pointer names, or null where there is none. */
export async function readCurrent(indexFolder: string): Promise<string | null> {
  return (await readPointer(indexFolder))?.generation ?? null;
}

/** Forces a file's or folder's content to the disk. */
export async function syncToDisk(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes bytes and forces them to the disk before it returns. */
export async function writeDurably(file: string, data: string | Uint8Array): Promise<void> {
  const handle = await open(file, 'w');
  try {
    await handle.writeFile(data);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Points the index at a generation: one rename, so that a reader sees the old name or the new one. */
export async function publish(indexFolder: string, generation: string, { pinned = false } = {}): Promise<void> {
  const temporary = path.join(indexFolder, `${CURRENT}.${randomUUID()}.tmp`);
  try {
    await writeDurably(temporary, `${generation}${pinned ? ' pinned' : ''}\n`);
    await rename(temporary, path.join(indexFolder, CURRENT));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  await syncToDisk(indexFolder);
}

/** Generations on disk by name, oldest first; half-written ones have other names. */
export async function listGenerations(indexFolder: string): Promise<string[]> {
  const names = await readdir(path.join(indexFolder, GENERATIONS)).catch(() => []);
  return names.filter((name) => /^\d{6,}$/.test(name)).sort((a, b) => Number(a) - Number(b));
}

/** Bytes hashed at a time. */
const HASHED = 2 ** 18;

export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  const handle = await open(file);
  try {
    // One buffer for all, as long as it need be: a stream takes a new one for each piece, which set off the garbage collector.
    const buffer = Buffer.allocUnsafe(Math.min((await handle.stat()).size + 1, HASHED));
    for (let read = -1; read !== 0; ) {
      ({ bytesRead: read } = await handle.read(buffer));
      hash.update(buffer.subarray(0, read));
    }
  } finally {
    await handle.close();
  }
  return hash.digest('hex');
}
