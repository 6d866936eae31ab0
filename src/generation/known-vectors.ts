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

/** A segment on disk whose vectors may be of use again. */
interface StoredSegment {
  id: string;
  /** Where its rows with wanted keys lie; null where the files they lie in are damaged. */
  find(wanted: ReadonlySet<string>): Promise<Map<string, Place> | null>;
}

/** @param hashes SHA-256 of each file by its name, as the manifest says it. */
function storedSegment(folder: string, entry: SegmentEntry, dimensions: number, hashes: (name: string) => string | undefined): StoredSegment {
  const whole = (name: string) => isWhole(folder, name, hashes(name));
  const readKeys = async () => ((await whole(segmentFiles.keys)) ? await readFile(path.join(folder, segmentFiles.keys)) : null);
  const openRows = async () => {
    for (const name of [segmentFiles.vectors, segmentFiles.sentenceVectors]) if (!(await whole(name))) return null;
    return {
      vectors: rowsOnDisk(path.join(folder, segmentFiles.vectors), 4 * dimensions),
      sentences: rowsOnDisk(path.join(folder, segmentFiles.sentenceVectors), dimensions),
    };
  };
  let keysRead: ReturnType<typeof readKeys> | undefined;
  let rowsOpened: ReturnType<typeof openRows> | undefined;
  return {
    id: entry.id,
    async find(wanted) {
      keysRead ??= readKeys();
      const keys = await keysRead;
      if (!keys) return null;
      const found: [string, number][] = [];
      // Most keys of a large segment differ from all wanted ones in their first bytes already.
      const starts = new Set([...wanted].map((key) => Buffer.from(key, 'latin1').readUInt32LE()));
      for (let row = 0; row < entry.passages; row++) {
        if (!starts.has(keys.readUInt32LE(row * KEY_BYTES))) continue;
        const key = keys.toString('latin1', row * KEY_BYTES, row * KEY_BYTES + HASH_BYTES);
        if (wanted.has(key)) found.push([key, row]);
      }
      if (found.length === 0) return new Map();
      rowsOpened ??= openRows();
      const rows = await rowsOpened;
      if (!rows) return null;
      const sentenceAt = (row: number) => (row < entry.passages ? keys.readUInt32LE(row * KEY_BYTES + HASH_BYTES) : entry.sentences);
      return new Map(found.map(([key, row]) => [key, { ...rows, row, firstSentence: sentenceAt(row), sentenceCount: sentenceAt(row + 1) - sentenceAt(row) }]));
    },
  };
}

async function readManifest(folder: string): Promise<Manifest | null> {
  try {
    return parseManifest(await readFile(path.join(folder, files.manifest), 'utf8'));
  } catch {
    return null;
  }
}

/** Looks for keys, as {@link passageKey} makes them. @returns What reads the vectors of each that is known. */
export type KnownVectorSearch = (wanted: ReadonlySet<string>) => Promise<Map<string, () => KnownVectors>>;

/**
 * Opens all generations on disk for the vectors that were made by the same model from the same texts. What is damaged is
 * passed over, so that also a generation that cannot be opened any more gives what is whole of it.
 */
export async function openKnownVectors(indexFolder: string, { model, dimensions }: Pick<Manifest, 'model' | 'dimensions'>): Promise<KnownVectorSearch> {
  const segments: StoredSegment[] = [];
  for (const name of (await listGenerations(indexFolder)).reverse()) {
    const folder = generationFolder(indexFolder, name);
    const manifest = await readManifest(folder);
    if (manifest?.model !== model || manifest.dimensions !== dimensions) continue;
    for (const entry of manifest.segments)
      segments.push(storedSegment(path.join(folder, entry.id), entry, dimensions, (file) => manifest.files[`${entry.id}/${file}`]));
  }
  return async (wanted) => {
    const known = new Map<string, () => KnownVectors>();
    const missing = new Set(wanted);
    const seen = new Set<string>();
    for (const segment of segments) {
      if (missing.size === 0) break;
      if (seen.has(segment.id)) continue;
      const found = await segment.find(missing);
      // The same segment in another generation has nothing more, unless it is damaged here and whole there.
      if (!found) continue;
      seen.add(segment.id);
      for (const [key, { vectors, sentences, row, firstSentence, sentenceCount }] of found) {
        known.set(key, () => ({ passage: vectors(row, 1), sentences: sentences(firstSentence, sentenceCount) }));
        missing.delete(key);
      }
    }
    return known;
  };
}
