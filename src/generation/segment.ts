import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Document } from '../documents/document.js';
import type { Passage } from '../passages/passage.js';
import { segmentFiles } from './layout.js';
import type { SegmentEntry } from './manifest.js';
import { pacer } from './pacer.js';
import { loadPostings, type Postings } from './postings.js';
import { openVectors, type SegmentVectors } from './segment-vectors.js';
import type { Hnswlib } from './vector-index.js';

/**
 * A part of an index that was written once and never changes: whole documents with their passages, vectors and words.
 * Generations share segments; each says which documents of a segment count in it.
 */
export interface Segment {
  entry: SegmentEntry;
  /** SHA-256 of its files, by name. */
  files: Record<string, string>;
  documents: Document[];
  /** Passages of each document. */
  passages: Passage[][];
  /** Number, within the segment, of each document's first passage. */
  firstPassage: number[];
  vectors: SegmentVectors;
  postings: Postings;
}

/** A passage as it is stored: its source is that of its document. */
export type StoredPassage = Omit<Passage, 'source'>;

async function readLines<T>(file: string): Promise<T[]> {
  const bytes = await readFile(file);
  const values: T[] = [];
  const pause = pacer();
  // Line by line: the text of a large segment as one string would not fit what a string may hold.
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(10, from);
    values.push(JSON.parse(bytes.toString('utf8', from, end < 0 ? bytes.length : end)) as T);
    from = end < 0 ? bytes.length : end + 1;
    await pause();
  }
  return values;
}

/** Gives equal contexts, of which a document has few, one string. */
function withSource(source: string, stored: StoredPassage[]): Passage[] {
  const contexts = new Map<string, string>();
  return stored.map((passage) => {
    const context = contexts.get(passage.context) ?? passage.context;
    contexts.set(context, context);
    return { ...passage, source, context };
  });
}

/**
 * Opens a segment whose files were checked against the manifest.
 *
 * @param files SHA-256 of its files, by name.
 */
export async function openSegment(
  folder: string,
  entry: SegmentEntry,
  files: Record<string, string>,
  dimensions: number,
  hnswlib: Hnswlib | null,
): Promise<Segment> {
  const file = (name: keyof typeof segmentFiles) => path.join(folder, segmentFiles[name]);
  const documents = await readLines<Document>(file('documents'));
  const stored = await readLines<StoredPassage[]>(file('passages'));
  const passages = documents.map(({ source }, i) => withSource(source, stored[i] ?? []));
  const firstPassage: number[] = [];
  const firstSentence = new Uint32Array(entry.passages + 1);
  let passage = 0;
  for (const each of passages) {
    firstPassage.push(passage);
    for (const { sentences } of each) {
      firstSentence[passage + 1] = (firstSentence[passage] as number) + sentences.length;
      passage++;
    }
  }
  const vectors = await openVectors(folder, entry, firstSentence, dimensions, hnswlib);
  const postings = loadPostings(await readFile(file('words'), 'utf8'), await readFile(file('postings')));
  return { entry, files, documents, passages, firstPassage, vectors, postings };
}
