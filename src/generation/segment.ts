import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { NamePair } from '../aliases/mine.js';
import type { Document } from '../documents/document.js';
import type { Identity } from '../documents/identity.js';
import { type IdentityTable, identityTable } from './identity-index.js';
import { segmentFiles } from './layout.js';
import type { SegmentEntry } from './manifest.js';
import { pacer } from './pacer.js';
import { type PassageTable, passageTable, type StoredPassage } from './passage-table.js';
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
  passages: PassageTable;
  vectors: SegmentVectors;
  postings: Postings;
  identities: IdentityTable;
  /** Pairs of names of one thing that each document gives. */
  names: NamePair[][];
}

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
  const collected = passageTable();
  await readLines(file('passages'), (line) => collected.add(line as StoredPassage[]));
  const passages = collected.table();
  const vectors = await openVectors(folder, entry, passages.firstSentence, dimensions, hnswlib);
  const postings = loadPostings(await readFile(file('words'), 'utf8'), await readFile(file('postings')));
  const identities = identityTable(await readLines(file('identities'), (line) => line as Identity));
  const names = await readLines(file('names'), (line) => line as NamePair[]);
  return { entry, files, documents, passages, vectors, postings, identities, names };
}
