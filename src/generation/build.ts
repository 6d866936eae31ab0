import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { applyCorrections, formatAliases, parseAliases } from '../aliases/file.js';
import { groupAliases } from '../aliases/groups.js';
import { namePairs } from '../aliases/mine.js';
import type { Document, SkippedFile } from '../documents/document.js';
import type { FileState } from '../documents/file-state.js';
import { readIdentity } from '../documents/identity.js';
import { EXTRACTION_VERSION } from '../documents/parse-document.js';
import type { EmbeddingModel } from '../embedding/load-model.js';
import { MAX_PASSAGE_TOKENS, type Passage, splitPassages } from '../passages/passage.js';
import { type CatalogRow, serializeCatalog } from './catalog.js';
import { identityIn } from './identity-index.js';
import { removeLeftovers, removeOldGenerations } from './keep.js';
import { openKnownVectors } from './known-vectors.js';
import { files, GENERATIONS, generationFolder, listGenerations, publish, readPointer, sha256OfFile, syncToDisk, writeDurably } from './layout.js';
import { type Lock, withLock } from './lock.js';
import { FORMAT_VERSION, type Manifest, serializeManifest } from './manifest.js';
import { filesOf, type Generation, openGeneration, verifyFiles } from './open.js';
import { inTurns, nextTurn, pacer } from './pacer.js';
import { passageCount, passagesIn, sentenceCount } from './passage-table.js';
import { passageEncoder } from './passage-vectors.js';
import { findByContent, type Place, planGeneration } from './plan.js';
import type { Segment } from './segment.js';
import { loadHnswlib } from './vector-index.js';
import { type VectorLots, vectorLots } from './vector-lots.js';
import { verifyGeneration } from './verify.js';
import { type Description, type Entry, itemOf, SMALL_SEGMENT, type WrittenSegment, writeSegment } from './write-segment.js';

/** How far a build is. */
export interface BuildProgress {
  phase: 'embedding' | 'writing' | 'verifying';
  files: number;
  /** Passages to embed: those whose vectors are not known from an earlier generation. */
  passages: number;
  passagesDone: number;
}

export interface BuildOptions {
  /** The live generation, of the same model; what did not change is taken from it. */
  previous?: Generation | null;
  /** Whether parts with many dead passages are written anew, which takes as long as they are large. */
  compact?: boolean;
  /** Passages from which on a segment stays as it is and gets a graph. */
  smallSegment?: number;
  /** What the file system said of each source when it was read. */
  fileStates?: ReadonlyMap<string, FileState | null>;
}

/** What an index is made of. */
export interface IndexedCorpus {
  documents: Document[];
  skipped: SkippedFile[];
  /** Corrections of the aliases, as a person wrote them, and the file they stand in. */
  aliases?: string;
  aliasFile?: string;
}

/** What tells one state of the corpus from another: sources and the hashes of their bytes, what was left out, and corrections. */
export function corpusFingerprint({ documents, skipped, aliases = '' }: IndexedCorpus): string {
  const hash = createHash('sha256').update(aliases);
  for (const { source, sha256 } of documents) hash.update(`${source}\0${sha256}\n`);
  for (const { source, reason } of skipped) hash.update(`${source}\0${reason}\n`);
  return hash.digest('hex');
}

/** Cuts a document into passages that fit the model's window together with their prefix. */
function splitter({ encoder, prefixes }: EmbeddingModel): (document: Document) => Iterable<Passage> {
  const { countTokens, maxTokens } = encoder;
  const limits = { countTokens, maxTokens: Math.min(maxTokens - countTokens(prefixes.passage), MAX_PASSAGE_TOKENS) };
  return (document) => splitPassages(document, limits);
}

/** Documents to be stored with their passages, which are known where the document is stored already. Each passage is given to the lots at once. */
async function entriesOf(documents: Document[], stored: Segment[], model: EmbeddingModel, lots: VectorLots): Promise<Entry[]> {
  const find = findByContent(stored);
  const split = splitter(model);
  const entries: Entry[] = [];
  const pause = pacer();
  for (const document of documents) {
    const place = find(document);
    const passages: Passage[] = [];
    for (const passage of place ? passagesIn(place.segment.passages, place.index, document.source) : split(document)) {
      passages.push(passage);
      await lots.add(itemOf(document, passage));
      await pause();
    }
    entries.push({ document, passages, describe: place ? async () => storedDescription(document, place) : () => describe(document, pause) });
    await pause();
  }
  return entries;
}

async function describe(document: Document, pause: () => Promise<void>): Promise<Description> {
  return { identity: readIdentity(document), names: (await inTurns(namePairs(document), pause)).flat() };
}

/** What a document says of itself that is stored already, maybe under another name. */
function storedDescription(document: Document, { segment, index }: Place): Description {
  const known = segment.documents[index]?.source === document.source;
  return { identity: known ? identityIn(segment.identities, index) : readIdentity(document), names: segment.names[index] ?? [] };
}

/** Gives a file a second name; a copy where the file system knows no links. */
async function linkFile(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => copyFile(from, to, constants.COPYFILE_FICLONE));
}

/** Segments of a generation that are on the disk as they were opened. */
async function wholeSegments(indexFolder: string, { manifest, segments }: Generation, small: number): Promise<Segment[]> {
  const folder = generationFolder(indexFolder, manifest.generation);
  const whole: Segment[] = [];
  for (const segment of segments) {
    const names = filesOf(segment.entry).map((name) => `${segment.entry.id}/${name}`);
    // A small one is written anew from what is in memory.
    const damage = segment.entry.passages < small ? null : await verifyFiles(folder, manifest, names).catch((error: Error) => error);
    if (!damage) whole.push(segment);
  }
  return whole;
}

async function linkSegment(from: string, to: string, { entry }: Segment): Promise<void> {
  await mkdir(path.join(to, entry.id));
  for (const name of filesOf(entry)) await linkFile(path.join(from, entry.id, name), path.join(to, entry.id, name));
  await syncToDisk(path.join(to, entry.id));
}

function catalogOf(documents: Document[], places: (Place | null)[], kept: Segment[], states: BuildOptions['fileStates']): CatalogRow[] {
  let next = 0;
  return documents.map(({ source }, i) => {
    const place = places[i];
    const file = states?.get(source) ?? null;
    return place ? { source, segment: kept.indexOf(place.segment), index: place.index, file } : { source, segment: kept.length, index: next++, file };
  });
}

/**
 * Builds a new generation beside the current one and, when it is whole and passed its check, makes it the current one.
 * Only passages that no generation on disk knows are embedded, and large parts that did not change are not written again.
 *
 * @returns The new generation, open.
 * @throws IndexLockedError when another process writes the index.
 * @throws Error when the folder cannot be written or the check fails; the current generation is then untouched.
 */
export async function buildGeneration(
  indexFolder: string,
  corpus: IndexedCorpus,
  model: EmbeddingModel,
  onProgress: (progress: BuildProgress) => void = () => {},
  options: BuildOptions = {},
): Promise<Generation> {
  return withLock(indexFolder, (lock) => buildLocked(lock, indexFolder, corpus, model, onProgress, options));
}

async function buildLocked(
  lock: Lock,
  indexFolder: string,
  { documents, skipped, aliases = '', aliasFile = '' }: IndexedCorpus,
  model: EmbeddingModel,
  onProgress: (progress: BuildProgress) => void,
  { previous, compact = false, smallSegment = SMALL_SEGMENT, fileStates }: BuildOptions,
): Promise<Generation> {
  await removeLeftovers(indexFolder);
  const { dimensions } = model.encoder;
  const stored = previous?.manifest.extraction === EXTRACTION_VERSION ? await wholeSegments(indexFolder, previous, smallSegment) : [];
  const { kept, places } = planGeneration(documents, stored, smallSegment, compact);
  const lots = vectorLots(await openKnownVectors(indexFolder, { model: model.fingerprint, dimensions }), passageEncoder(model));
  const entries = await entriesOf(
    documents.filter((_, i) => !places[i]),
    stored,
    model,
    lots,
  );
  const { items } = lots;
  const toEmbed = await lots.end();
  let embedded = 0;
  const progress = (phase: BuildProgress['phase']) => onProgress({ phase, files: documents.length, passages: toEmbed, passagesDone: embedded });
  progress('embedding');

  const temporary = path.join(indexFolder, GENERATIONS, `${randomUUID()}.tmp`);
  await mkdir(temporary, { recursive: true });
  let published: Generation;
  try {
    const { hnswlib } = loadHnswlib();
    const written =
      entries.length > 0 ? await writeSegment(temporary, entries, lots, dimensions, items.length < smallSegment ? null : hnswlib, onEmbedded) : null;
    progress('writing');
    for (const segment of kept) await linkSegment(generationFolder(indexFolder, previous?.manifest.generation ?? ''), temporary, segment);
    const added = written?.names.values();
    const pairs = places.flatMap((place) => (place ? place.segment.names[place.index] : added?.next().value) ?? []);
    // Each of these steps may take a while; questions come in between.
    await nextTurn();
    const mined = groupAliases(pairs);
    await nextTurn();
    await writeDurably(path.join(temporary, files.aliases), formatAliases(applyCorrections(mined, parseAliases(aliases, aliasFile))));
    await writeDurably(path.join(temporary, files.catalog), serializeCatalog(catalogOf(documents, places, kept, fileStates)));
    const segments: WrittenSegment[] = [...kept, ...(written ? [written] : [])];
    const live = places.filter((place) => place !== null);
    const total = (countOf: (place: Place) => number) => live.reduce((sum, place) => sum + countOf(place), 0);
    const manifest: Omit<Manifest, 'generation'> = {
      format: FORMAT_VERSION,
      builtAt: new Date().toISOString(),
      model: model.fingerprint,
      dimensions,
      extraction: EXTRACTION_VERSION,
      corpus: corpusFingerprint({ documents, skipped, aliases }),
      counts: {
        documents: documents.length,
        paragraphs: documents.reduce((sum, { paragraphs }) => sum + paragraphs.length, 0),
        passages: items.length + total(({ segment, index }) => passageCount(segment.passages, index)),
        sentences: items.reduce((sum, { sentences }) => sum + sentences.length, 0) + total(({ segment, index }) => sentenceCount(segment.passages, index)),
      },
      skipped,
      segments: segments.map(({ entry }) => entry),
      files: Object.fromEntries([
        [files.catalog, await sha256OfFile(path.join(temporary, files.catalog))],
        [files.aliases, await sha256OfFile(path.join(temporary, files.aliases))],
        ...segments.flatMap(({ entry, files: hashes }) => Object.entries(hashes).map(([name, hash]) => [`${entry.id}/${name}`, hash])),
      ]),
    };
    progress('verifying');
    published = await publishChecked(lock, indexFolder, temporary, manifest, kept, compact && previous ? [previous.manifest.generation] : []);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return published;

  function onEmbedded(count: number): void {
    embedded += count;
    progress('embedding');
  }
}

/**
 * Gives a generation its number, checks it as a reader would find it, and points the index at it.
 *
 * @param superseded Generations that it takes the place of.
 */
async function publishChecked(
  lock: Lock,
  indexFolder: string,
  temporary: string,
  manifest: Omit<Manifest, 'generation'>,
  kept: Segment[],
  superseded: string[],
): Promise<Generation> {
  const before = await readPointer(indexFolder);
  const all = await listGenerations(indexFolder);
  const name = String(Number(all.at(-1) ?? 0) + 1).padStart(6, '0');
  await writeDurably(path.join(temporary, files.manifest), serializeManifest({ ...manifest, generation: name }));
  await syncToDisk(temporary);
  const checked = `${name}.tmp`;
  const folder = generationFolder(indexFolder, checked);
  try {
    await rename(temporary, folder);
    const generation = await openGeneration(indexFolder, checked, manifest.model, kept);
    await verifyGeneration(folder, generation, kept);
    await lock.assertHeld();
    await rename(folder, generationFolder(indexFolder, name));
    await syncToDisk(path.join(indexFolder, GENERATIONS));
    await publish(indexFolder, name);
    const rejected = before?.pinned ? all.filter((each) => Number(each) > Number(before.generation)) : [];
    await removeOldGenerations(indexFolder, name, [...rejected, ...superseded]);
    return generation;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
