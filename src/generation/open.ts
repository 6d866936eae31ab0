import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseAliases } from '../aliases/file.js';
import type { AliasGroup } from '../aliases/groups.js';
import type { Document } from '../documents/document.js';
import type { FileState } from '../documents/file-state.js';
import { type Identity, readIdentity } from '../documents/identity.js';
import type { Passage } from '../passages/passage.js';
import { firstWhere } from '../text/first-where.js';
import { bestOf, type Scored } from './best.js';
import { parseCatalog } from './catalog.js';
import { type IdentityIndex, identityIndex, identityTable } from './identity-index.js';
import { files, generationFolder, segmentFiles, sha256OfFile } from './layout.js';
import { type LexicalIndex, lexicalIndex } from './lexical-index.js';
import { type Manifest, parseManifest, type SegmentEntry } from './manifest.js';
import { pacer } from './pacer.js';
import { passagesIn } from './passage-table.js';
import { openSegment, type Segment } from './segment.js';
import { loadHnswlib } from './vector-index.js';
import { SMALL_SEGMENT } from './write-segment.js';

/** Nearest-neighbour search over the passages of a generation. */
export interface DenseIndex {
  /** Whether some part of it is searched by a graph. */
  kind: 'hnsw' | 'exact';
  /**
   * At most `count` passages by their cosine similarity, nearest first, ties by number.
   *
   * @param allowed Which passages may be found; all where it is not given.
   */
  search(vector: Float32Array, count: number, allowed?: (id: number) => boolean): Scored[];
}

/** An index as it was built once, held in memory; never changes. */
export interface Generation {
  manifest: Manifest;
  documents: Map<string, Document>;
  passages: Passage[];
  dense: DenseIndex;
  lexical: LexicalIndex;
  isCommonWord(word: string): boolean;
  /** Names of one thing, mined from the documents and corrected by hand. */
  aliases: AliasGroup[];
  /** Text of a passage. */
  text(passage: Pick<Passage, 'source' | 'start' | 'end'>): string;
  /** What tells the documents apart, which it numbers in the order of `documents`. */
  identities: IdentityIndex;
  /** First passage of each document, by number, and the number of all passages. */
  firstPassage: Uint32Array;
  /** Number of a passage's document. */
  documentOf(passage: number): number;
  /** Cosine of a unit vector with each sentence of a passage. */
  sentenceScores(vector: Float32Array, passage: number): number[];
  /** Cosine of a unit vector with a passage. */
  passageScore(vector: Float32Array, passage: number): number;
  /** Vector of a passage. */
  vector(passage: number): Float32Array;
  /** What the file system said of each source when it was read. */
  fileStates: Map<string, FileState | null>;
  /** What it is made of, in the order of the manifest. */
  segments: Segment[];
  /** What works less well than it could, in words for the maintainer. */
  warnings: string[];
}

/** Thrown when a generation on disk cannot be used; the message says why. */
export class UnusableGenerationError extends Error {}

async function readManifest(folder: string): Promise<Manifest> {
  const json = await readFile(path.join(folder, files.manifest), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UnusableGenerationError(`its manifest cannot be read (${error.code})`);
  });
  try {
    return parseManifest(json);
  } catch (error) {
    throw new UnusableGenerationError((error as Error).message);
  }
}

/** Names of the files that a segment has. */
export const filesOf = ({ hnsw }: SegmentEntry): string[] => Object.values(segmentFiles).filter((name) => name !== segmentFiles.hnsw || hnsw !== null);

/** Checks files of a generation against its manifest. @throws UnusableGenerationError that names the first bad one. */
export async function verifyFiles(folder: string, manifest: Manifest, names: string[]): Promise<void> {
  const unlisted = names.filter((name) => !Object.hasOwn(manifest.files, name));
  if (unlisted.length > 0) throw new UnusableGenerationError(`its manifest does not list ${unlisted.join(', ')}`);
  const found = await Promise.all(names.map((name) => sha256OfFile(path.join(folder, name)).catch((error: NodeJS.ErrnoException) => error)));
  for (const [i, name] of names.entries()) {
    const actual = found[i];
    if (actual === manifest.files[name]) continue;
    const state = !(actual instanceof Error) ? 'damaged' : actual.code === 'ENOENT' ? 'missing' : `not readable (${actual.code})`;
    throw new UnusableGenerationError(`its file ${name} is ${state}`);
  }
}

const sameFiles = (a: Record<string, string>, b: Record<string, string>): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([name, hash]) => b[name] === hash);

/** Opens the segments of a generation; those that another open generation has as well are taken from it. */
async function openSegments(folder: string, manifest: Manifest, shared: Segment[]): Promise<Segment[]> {
  const { hnswlib } = loadHnswlib();
  const segments: Segment[] = [];
  for (const entry of manifest.segments) {
    const names = filesOf(entry);
    const hashes = Object.fromEntries(names.map((name) => [name, manifest.files[`${entry.id}/${name}`] ?? '']));
    const known = shared.find((segment) => segment.entry.id === entry.id && sameFiles(segment.files, hashes));
    if (known) segments.push(known);
    else {
      await verifyFiles(
        folder,
        manifest,
        names.map((name) => `${entry.id}/${name}`),
      );
      segments.push(await openSegment(path.join(folder, entry.id), entry, hashes, manifest.dimensions, hnswlib));
    }
  }
  return segments;
}

function warningsOf(manifest: Manifest): string[] {
  const warnings = manifest.skipped.map(({ source, reason }) => `${source} ${reason}; it is not in the index`);
  const addon = loadHnswlib();
  const ungraphed = manifest.segments.some(({ passages, hnsw }) => passages >= SMALL_SEGMENT && hnsw === null);
  if (!addon.hnswlib) warnings.push(`hnswlib-node is not available (${addon.reason}); searching exactly, which is slower on large folders`);
  else if (ungraphed) warnings.push('a part of the index has no HNSW graph, for want of the addon or of recall; searching it exactly, which is slower');
  return warnings;
}

/**
 * Opens a generation after checking its files against the manifest.
 *
 * @param model Fingerprint of the loaded model; vectors of another model are refused.
 * @param shared Segments of an open generation; where this one has them too, they are neither read nor checked again.
 * @throws UnusableGenerationError when it is damaged, of another version, or of another model.
 */
export async function openGeneration(indexFolder: string, name: string, model: string, shared: Segment[] = []): Promise<Generation> {
  const folder = generationFolder(indexFolder, name);
  const manifest = await readManifest(folder);
  if (manifest.model !== model) throw new UnusableGenerationError(`it was built with the model ${manifest.model}, not ${model}`);
  await verifyFiles(
    folder,
    manifest,
    Object.values(files).filter((file) => file !== files.manifest),
  );
  const rows = parseCatalog(await readFile(path.join(folder, files.catalog), 'utf8'));
  const aliases = parseAliases(await readFile(path.join(folder, files.aliases), 'utf8'), files.aliases).joined.map((names) => ({ names }));
  const segments = await openSegments(folder, manifest, shared);

  const documents = new Map<string, Document>();
  const passages: Passage[] = [];
  // For each passage the segment it lies in and its number there, and for each segment the other way round.
  const segmentOf = new Uint16Array(manifest.counts.passages);
  const numberIn = new Uint32Array(manifest.counts.passages);
  const numbers = segments.map(({ entry }) => new Int32Array(entry.passages).fill(-1));
  const firstPassage = new Uint32Array(rows.length + 1);
  const documentNumbers = segments.map((segment) => new Int32Array(segment.entry.documents).fill(-1));
  // Their names tell something that their segment does not know.
  const renamedDocuments: { document: Document; number: number }[] = [];
  for (const [number, { source, segment: at, index }] of rows.entries()) {
    const segment = segments[at];
    const document = segment?.documents[index];
    if (!segment || !document) throw new UnusableGenerationError(`its catalog names a document that is not there (${source})`);
    const renamed = document.source !== source;
    const named = renamed ? { ...document, source } : document;
    documents.set(source, named);
    if (renamed) renamedDocuments.push({ document: named, number });
    else (documentNumbers[at] as Int32Array)[index] = number;
    let within = segment.passages.firstPassage[index] as number;
    for (const passage of passagesIn(segment.passages, index, named.source)) {
      const id = passages.push(passage) - 1;
      segmentOf[id] = at;
      numberIn[id] = within;
      (numbers[at] as Int32Array)[within++] = id;
    }
    firstPassage[number + 1] = passages.length;
  }
  if (documents.size !== manifest.counts.documents || passages.length !== manifest.counts.passages)
    throw new UnusableGenerationError('it holds another number of documents or passages than its manifest says');

  const ofRenamed: Identity[] = [];
  const pause = pacer();
  for (const { document } of renamedDocuments) {
    ofRenamed.push(readIdentity(document));
    await pause();
  }
  const identities = identityIndex(
    [
      ...segments.map(({ identities: table }, i) => ({ table, numbers: documentNumbers[i] as Int32Array })),
      { table: identityTable(ofRenamed), numbers: Int32Array.from(renamedDocuments, ({ number }) => number) },
    ],
    documents.size,
  );
  const vectorsOf = (id: number) => (segments[segmentOf[id] as number] as Segment).vectors;
  const lexical = lexicalIndex(
    segments.map(({ postings }, i) => ({ postings, numbers: numbers[i] as Int32Array })),
    passages.length,
  );
  return {
    manifest,
    documents,
    passages,
    dense: {
      kind: segments.some(({ vectors }) => vectors.kind === 'hnsw') ? 'hnsw' : 'exact',
      search(vector, count, allowed) {
        const best = bestOf(count);
        segments.forEach(({ vectors }, i) => {
          const ids = numbers[i] as Int32Array;
          const counts = (number: number) => (ids[number] as number) >= 0 && (!allowed || allowed(ids[number] as number));
          for (const { id, score } of vectors.search(vector, count, counts)) best.add(ids[id] as number, score);
        });
        return best.sorted();
      },
    },
    lexical,
    isCommonWord: lexical.isCommonWord,
    aliases,
    text: ({ source, start, end }) => (documents.get(source) as Document).text.slice(start, end),
    identities,
    firstPassage,
    // Of documents that begin with the same passage, all but the last have none.
    documentOf: (id) => firstWhere(firstPassage.length, (document) => (firstPassage[document] as number) > id) - 1,
    sentenceScores: (vector, id) => vectorsOf(id).sentenceScores(vector, numberIn[id] as number),
    passageScore: (vector, id) => vectorsOf(id).passageScore(vector, numberIn[id] as number),
    vector: (id) => vectorsOf(id).vector(numberIn[id] as number),
    fileStates: new Map(rows.map(({ source, file }) => [source, file])),
    segments,
    warnings: warningsOf(manifest),
  };
}
