import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { files, generationFolder, listGenerations, segmentFiles, sha256OfFile } from './layout.js';
import { type Manifest, parseManifest, type SegmentEntry } from './manifest.js';
import { type Rows, rowsOnDisk } from './rows.js';

/** Bytes of a row in a segment's key file: the start of the hash of what was encoded, and the number of its first sentence. */
const HASH_BYTES = 16;
const KEY_BYTES = HASH_BYTES + 4;

/** A key for the texts that a passage's vectors were made from. */
export const passageKey = (context: string, sentences: string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([context, ...sentences]))
    .digest()
    .toString('latin1', 0, HASH_BYTES);

/** The key file of a segment. @param passages Key and sentences of each passage. */
export function serializeKeys(passages: { key: string; sentences: string[] }[]): Uint8Array {
  const bytes = Buffer.alloc(passages.length * KEY_BYTES);
  let sentence = 0;
  passages.forEach(({ key, sentences }, i) => {
    bytes.write(key, i * KEY_BYTES, 'latin1');
    bytes.writeUInt32LE(sentence, i * KEY_BYTES + HASH_BYTES);
    sentence += sentences.length;
  });
  return bytes;
}

/** Vectors of a passage as they lie in a segment's files. */
export interface KnownVectors {
  passage: Uint8Array;
  sentences: Uint8Array;
}

interface Place {
  vectors: Rows;
  sentences: Rows;
  row: number;
  firstSentence: number;
  sentenceCount: number;
}

/** Whether a segment's file is as its manifest says. */
const isWhole = async (folder: string, name: string, expected: string | undefined): Promise<boolean> =>
  expected !== undefined && (await sha256OfFile(path.join(folder, name)).catch(() => null)) === expected;

/** Rows of one segment that hold wanted keys; null where the files they lie in are damaged. */
async function findInSegment(folder: string, hashes: (name: string) => string | undefined, entry: SegmentEntry, dimensions: number, wanted: Set<string>) {
  const found: [string, Place][] = [];
  if (!(await isWhole(folder, segmentFiles.keys, hashes(segmentFiles.keys)))) return null;
  const keys = await readFile(path.join(folder, segmentFiles.keys));
  const sentenceAt = (row: number) => (row < entry.passages ? keys.readUInt32LE(row * KEY_BYTES + HASH_BYTES) : entry.sentences);
  const rows: [string, number][] = [];
  // Most keys of a large segment differ from all wanted ones in their first bytes already.
  const starts = new Set([...wanted].map((key) => Buffer.from(key, 'latin1').readUInt32LE()));
  for (let row = 0; row < entry.passages; row++) {
    if (!starts.has(keys.readUInt32LE(row * KEY_BYTES))) continue;
    const key = keys.toString('latin1', row * KEY_BYTES, row * KEY_BYTES + HASH_BYTES);
    if (wanted.has(key)) rows.push([key, row]);
  }
  if (rows.length === 0) return found;
  for (const name of [segmentFiles.vectors, segmentFiles.sentenceVectors]) if (!(await isWhole(folder, name, hashes(name)))) return null;
  const vectors = rowsOnDisk(path.join(folder, segmentFiles.vectors), 4 * dimensions);
  const sentences = rowsOnDisk(path.join(folder, segmentFiles.sentenceVectors), dimensions);
  for (const [key, row] of rows)
    found.push([key, { vectors, sentences, row, firstSentence: sentenceAt(row), sentenceCount: sentenceAt(row + 1) - sentenceAt(row) }]);
  return found;
}

async function readManifest(folder: string): Promise<Manifest | null> {
  try {
    return parseManifest(await readFile(path.join(folder, files.manifest), 'utf8'));
  } catch {
    return null;
  }
}

/**
 * Looks in all generations on disk for vectors that were made by the same model from the same texts. What is damaged is
 * passed over, so that also a generation that cannot be opened any more gives what is whole of it.
 *
 * @param wanted Keys as {@link passageKey} makes them.
 */
export async function findKnownVectors(
  indexFolder: string,
  { model, dimensions }: Pick<Manifest, 'model' | 'dimensions'>,
  wanted: Set<string>,
): Promise<(key: string) => KnownVectors | null> {
  const places = new Map<string, Place>();
  const seen = new Set<string>();
  const missing = new Set(wanted);
  for (const name of (await listGenerations(indexFolder)).reverse()) {
    const manifest = await readManifest(generationFolder(indexFolder, name));
    if (manifest?.model !== model || manifest.dimensions !== dimensions) continue;
    for (const entry of manifest.segments) {
      if (missing.size === 0) break;
      if (seen.has(entry.id)) continue;
      const folder = path.join(generationFolder(indexFolder, name), entry.id);
      const found = await findInSegment(folder, (file) => manifest.files[`${entry.id}/${file}`], entry, dimensions, missing);
      // The same segment in another generation has nothing more, unless it is damaged here and whole there.
      if (!found) continue;
      seen.add(entry.id);
      for (const [key, place] of found) {
        places.set(key, place);
        missing.delete(key);
      }
    }
  }
  return (key) => {
    const place = places.get(key);
    return place ? { passage: place.vectors(place.row, 1), sentences: place.sentences(place.firstSentence, place.sentenceCount) } : null;
  };
}
