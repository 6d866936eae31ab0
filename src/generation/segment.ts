import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Document } from '../documents/document.js';
import type { Passage } from '../passages/passage.js';
import type { Span } from '../passages/sentences.js';
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

/** A passage as it is stored: paragraph, context, and where its sentences begin and end. */
export type StoredPassage = [paragraph: number, context: string, bounds: number[]];

export const storePassage = ({ paragraph, context, sentences }: Passage): StoredPassage => [
  paragraph,
  context,
  sentences.flatMap(({ start, end }) => [start, end]),
];

/** Reads a file of JSON lines. @param toValue Makes of each line what is kept, so that no more than that is held. */
async function readLines<T>(file: string, toValue: (line: unknown, i: number) => T): Promise<T[]> {
  const bytes = await readFile(file);
  const values: T[] = [];
  const pause = pacer();
  // Line by line: the text of a large segment as one string would not fit what a string may hold.
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(10, from);
    values.push(toValue(JSON.parse(bytes.toString('utf8', from, end < 0 ? bytes.length : end)), values.length));
    from = end < 0 ? bytes.length : end + 1;
    await pause();
  }
  return values;
}

/** Passages of a document; equal contexts, of which it has few, are one string. */
function toPassages(source: string, stored: StoredPassage[]): Passage[] {
  const contexts = new Map<string, string>();
  return stored.map(([paragraph, text, bounds]) => {
    const context = contexts.get(text) ?? text;
    contexts.set(context, context);
    const sentences: Span[] = [];
    for (let i = 0; i < bounds.length; i += 2) sentences.push({ start: bounds[i] as number, end: bounds[i + 1] as number });
    return { source, paragraph, start: bounds[0] as number, end: bounds.at(-1) as number, sentences, context };
  });
}

/** A document whose paragraphs share the titles of their sections, which are written with each of them. */
function withSharedSections(document: Document): Document {
  let last: string[] = [];
  for (const paragraph of document.paragraphs) {
    const { section } = paragraph;
    if (section.length === last.length && section.every((title, i) => title === last[i])) paragraph.section = last;
    else last = section;
  }
  return document;
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
  const documents = await readLines(file('documents'), (line) => withSharedSections(line as Document));
  const passages = await readLines(file('passages'), (line, i) => toPassages(documents[i]?.source ?? '', line as StoredPassage[]));
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
