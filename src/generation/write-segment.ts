import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { NamePair } from '../aliases/mine.js';
import type { Document } from '../documents/document.js';
import type { Identity } from '../documents/identity.js';
import type { Passage } from '../passages/passage.js';
import { passageKey, serializeKeys } from './known-vectors.js';
import { segmentFiles, sha256OfFile, syncToDisk, writeDurably } from './layout.js';
import type { SegmentEntry } from './manifest.js';
import { pacer } from './pacer.js';
import { storePassage } from './passage-table.js';
import { buildPostings, serializePostings } from './postings.js';
import { sampleSentences, toFloats } from './segment-vectors.js';
import { type Hnswlib, writeHnsw } from './vector-index.js';
import type { Item, VectorLot, VectorLots } from './vector-lots.js';

/** What a document says of itself, and the names of one thing that it gives. */
export interface Description {
  identity: Identity;
  names: NamePair[];
}

/** A document to be stored, with its passages. */
export interface Entry {
  document: Document;
  passages: Passage[];
  /** Called once, while the model is at work. */
  describe: () => Promise<Description>;
}

/**
 * A segment of fewer passages is written anew with each build and searched without a graph: both are done in the time
 * a question takes. Larger ones stay as they are.
 */
export const SMALL_SEGMENT = 2048;

/** Lines that are written at a time. */
const LINES = 256;

/** What there is to encode for a passage. */
export function itemOf({ text }: Document, { context, sentences }: Passage): Item {
  const texts = sentences.map(({ start, end }) => text.slice(start, end));
  return { key: passageKey(context, texts), context, sentences: texts };
}

/** Writes vectors of items in their order. */
async function writeVectors(folder: string, lots: AsyncIterable<VectorLot>, onEmbedded: (count: number) => void): Promise<void> {
  const passageFile = await open(path.join(folder, segmentFiles.vectors), 'w');
  const sentenceFile = await open(path.join(folder, segmentFiles.sentenceVectors), 'w');
  try {
    for await (const { vectors, embedded } of lots) {
      onEmbedded(embedded);
      await passageFile.writeFile(Buffer.concat(vectors.map(({ passage }) => passage)));
      await sentenceFile.writeFile(Buffer.concat(vectors.map(({ sentences }) => sentences)));
    }
    await passageFile.sync();
    await sentenceFile.sync();
  } finally {
    await passageFile.close();
    await sentenceFile.close();
  }
}

async function writeLines(file: string, values: Iterable<object>): Promise<void> {
  const handle = await open(file, 'w');
  const pause = pacer();
  try {
    let lines: string[] = [];
    for (const value of values) {
      lines.push(`${JSON.stringify(value)}\n`);
      if (lines.length === LINES) {
        await handle.writeFile(lines.join(''));
        lines = [];
      }
      await pause();
    }
    await handle.writeFile(lines.join(''));
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function* wordsOf(entries: Entry[]) {
  for (const { document, passages } of entries) for (const { start, end, context } of passages) yield { text: document.text.slice(start, end), context };
}

function* storedPassages(entries: Entry[]) {
  for (const { passages } of entries) yield passages.map(storePassage);
}

/** A segment that was written: what the manifest says of it. */
export interface WrittenSegment {
  entry: SegmentEntry;
  /** SHA-256 of its files, by name. */
  files: Record<string, string>;
  /** Pairs of names of one thing that each document gives. */
  names: NamePair[][];
}

/**
 * Writes a segment into a folder of its own below `parent`, whose name tells its content.
 *
 * @param lots Vectors of what {@link itemOf} made of the passages.
 * @param hnswlib Builds a graph; null where the segment gets none.
 * @param onEmbedded Told how many more passages were embedded.
 */
export async function writeSegment(
  parent: string,
  entries: Entry[],
  { items, take }: VectorLots,
  dimensions: number,
  hnswlib: Hnswlib | null,
  onEmbedded: (count: number) => void,
): Promise<WrittenSegment> {
  const folder = path.join(parent, 'segment');
  await mkdir(folder);
  const file = (name: keyof typeof segmentFiles) => path.join(folder, segmentFiles[name]);
  const descriptions: Description[] = [];
  const writeTexts = async () => {
    const pause = pacer();
    for (const { describe } of entries) {
      descriptions.push(await describe());
      await pause();
    }
    await writeDurably(file('keys'), serializeKeys(items));
    await writeLines(
      file('documents'),
      entries.map(({ document }) => document),
    );
    await writeLines(file('passages'), storedPassages(entries));
    await writeLines(
      file('identities'),
      descriptions.map(({ identity }) => identity),
    );
    await writeLines(
      file('names'),
      descriptions.map(({ names }) => names),
    );
    const { table, numbers } = serializePostings(await buildPostings(wordsOf(entries), items.length));
    await writeDurably(file('words'), table);
    await writeDurably(file('postings'), numbers);
  };
  // The one waits for the model, the other for the disk. Both are over before a failure of one lets go of the folder.
  const written = await Promise.allSettled([writeVectors(folder, take(), onEmbedded), writeTexts()]);
  for (const result of written) if (result.status === 'rejected') throw result.reason;
  const sentences = items.reduce((sum, item) => sum + item.sentences.length, 0);
  const hnsw = hnswlib ? await addGraph(folder, hnswlib, dimensions, sentences) : null;
  const fileNames = Object.values(segmentFiles).filter((name) => name !== segmentFiles.hnsw || hnsw !== null);
  const hashes = Object.fromEntries(await Promise.all(fileNames.map(async (name) => [name, await sha256OfFile(path.join(folder, name))] as const)));
  await syncToDisk(folder);
  const id = createHash('sha256').update(JSON.stringify(hashes)).digest('hex').slice(0, 16);
  await rename(folder, path.join(parent, id));
  return { entry: { id, documents: entries.length, passages: items.length, sentences, hnsw }, files: hashes, names: descriptions.map((each) => each.names) };
}

async function addGraph(folder: string, hnswlib: Hnswlib, dimensions: number, sentences: number): Promise<number | null> {
  const vectors = toFloats(await readFile(path.join(folder, segmentFiles.vectors)));
  const file = path.join(folder, segmentFiles.hnsw);
  const candidates = await writeHnsw(hnswlib, vectors, dimensions, file, sampleSentences(folder, sentences, dimensions));
  // A graph of no use would only take room.
  await (candidates === null ? rm(file) : syncToDisk(file));
  return candidates;
}
