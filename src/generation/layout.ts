import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Names inside an index folder and inside each generation. */
export const CURRENT = 'CURRENT';
export const GENERATIONS = 'generations';
export const files = {
  manifest: 'manifest.json',
  documents: 'documents.jsonl',
  passages: 'passages.jsonl',
  vectors: 'passages.f32',
  sentenceVectors: 'sentences.i8',
  lexical: 'lexical.json',
  hnsw: 'hnsw.bin',
} as const;

export const generationFolder = (indexFolder: string, generation: string): string => path.join(indexFolder, GENERATIONS, generation);

/** Name of the generation that the pointer names, or null where there is none. */
export async function readCurrent(indexFolder: string): Promise<string | null> {
  const name = await readFile(path.join(indexFolder, CURRENT), 'utf8').catch(() => '');
  return /^\d{6,}$/.test(name.trim()) ? name.trim() : null;
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
export async function publish(indexFolder: string, generation: string): Promise<void> {
  const temporary = path.join(indexFolder, `${CURRENT}.${randomUUID()}.tmp`);
  await writeDurably(temporary, `${generation}\n`);
  await rename(temporary, path.join(indexFolder, CURRENT));
  await syncToDisk(indexFolder);
}

/** Generations on disk by name, oldest first; half-written ones have other names. */
export async function listGenerations(indexFolder: string): Promise<string[]> {
  const names = await readdir(path.join(indexFolder, GENERATIONS)).catch(() => []);
  return names.filter((name) => /^\d{6,}$/.test(name)).sort((a, b) => Number(a) - Number(b));
}

export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
