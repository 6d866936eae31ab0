import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Document, SkippedFile } from '../documents/document.js';
import { EXTRACTION_VERSION } from '../documents/parse-document.js';
import type { Encoding } from '../embedding/encoder.js';
import type { EmbeddingModel } from '../embedding/load-model.js';
import { type Passage, splitPassages } from '../passages/passage.js';
import { files, GENERATIONS, generationFolder, listGenerations, publish, readCurrent, sha256OfFile, syncToDisk, writeDurably } from './layout.js';
import { buildLexicalIndex } from './lexical-index.js';
import { FORMAT_VERSION, type Manifest } from './manifest.js';
import { loadHnswlib, writeHnsw } from './vector-index.js';

/** How far a build is. */
export interface BuildProgress {
  phase: 'embedding' | 'writing';
  files: number;
  passages: number;
  passagesDone: number;
}

/** Generations kept for a rollback, the current one included. */
const KEPT_GENERATIONS = 3;

/** Sentence vectors are kept as 8-bit integers: unit vectors times this. A cosine loses less than 0.01. */
export const SENTENCE_SCALE = 127;

/** What tells one state of the corpus from another: sources, the hashes of their bytes, how they are read, and what was left out. */
export function corpusFingerprint(documents: Document[], skipped: SkippedFile[]): string {
  const hash = createHash('sha256').update(`${EXTRACTION_VERSION}\n`);
  for (const { source, sha256 } of documents) hash.update(`${source}\0${sha256}\n`);
  for (const { source, reason } of skipped) hash.update(`${source}\0${reason}\n`);
  return hash.digest('hex');
}

const jsonLines = (values: object[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');

/** Texts that are encoded together for a passage: what comes before it, then its sentences. */
function passageParts(passage: Passage, document: Document, prefix: string): string[] {
  const before = prefix + (passage.context ? `${passage.context}. ` : '');
  return [before, ...passage.sentences.map(({ start, end }) => document.text.slice(start, end))];
}

function toMatrix(vectors: Float32Array[], dimensions: number): Float32Array {
  const matrix = new Float32Array(vectors.length * dimensions);
  vectors.forEach((vector, i) => {
    matrix.set(vector, i * dimensions);
  });
  return matrix;
}

function toInt8(vectors: Float32Array[], dimensions: number): Int8Array {
  const matrix = new Int8Array(vectors.length * dimensions);
  vectors.forEach((vector, i) => {
    for (let j = 0; j < dimensions; j++) matrix[i * dimensions + j] = Math.round((vector[j] as number) * SENTENCE_SCALE);
  });
  return matrix;
}

const bytes = (array: Float32Array | Int8Array): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** Cuts documents into passages that fit the model's window together with their context and prefix. */
export function passagesOf(documents: Document[], { encoder, prefixes }: EmbeddingModel): Passage[] {
  const prefixTokens = encoder.countTokens(prefixes.passage);
  // The full stop that ends the context, and joints of words that tokenise differently apart.
  const margin = 8;
  const limits = { countTokens: encoder.countTokens, maxTokens: encoder.maxTokens - prefixTokens - margin };
  return documents.flatMap((document) => splitPassages(document, limits));
}

/**
 * Builds a new generation beside the current one and makes it the current one when it is whole.
 *
 * @returns The new generation's name.
 * @throws Error when the folder cannot be written; the current generation is then untouched.
 */
export async function buildGeneration(
  indexFolder: string,
  { documents, skipped }: { documents: Document[]; skipped: SkippedFile[] },
  model: EmbeddingModel,
  onProgress: (progress: BuildProgress) => void = () => {},
): Promise<string> {
  const passages = passagesOf(documents, model);
  const bySource = new Map(documents.map((document) => [document.source, document]));
  const documentOf = ({ source }: Passage) => bySource.get(source) as Document;
  const progress = (phase: BuildProgress['phase'], passagesDone: number) =>
    onProgress({ phase, files: documents.length, passages: passages.length, passagesDone });

  progress('embedding', 0);
  const encodings: Encoding[] = await model.encoder.encode(
    passages.map((passage) => passageParts(passage, documentOf(passage), model.prefixes.passage)),
    (done) => progress('embedding', done),
  );
  progress('writing', passages.length);

  const { dimensions } = model.encoder;
  const vectors = toMatrix(
    encodings.map(({ vector }) => vector),
    dimensions,
  );
  const sentences = encodings.flatMap(({ parts }) => parts.slice(1));
  const temporary = path.join(indexFolder, GENERATIONS, `${randomUUID()}.tmp`);
  await mkdir(temporary, { recursive: true });
  let generation: string;
  try {
    const write = (name: string, data: string | Uint8Array) => writeDurably(path.join(temporary, name), data);
    await write(files.documents, jsonLines(documents));
    await write(files.passages, jsonLines(passages));
    await write(files.vectors, bytes(vectors));
    await write(files.sentenceVectors, bytes(toInt8(sentences, dimensions)));
    const lexical = buildLexicalIndex(passages, (passage) => documentOf(passage).text.slice(passage.start, passage.end));
    await write(files.lexical, lexical.serialize());
    const { hnswlib } = loadHnswlib();
    if (hnswlib) {
      await writeHnsw(hnswlib, vectors, dimensions, path.join(temporary, files.hnsw));
      await syncToDisk(path.join(temporary, files.hnsw));
    }
    const names = Object.values(files).filter((name) => name !== files.manifest && (name !== files.hnsw || hnswlib));
    const hashes = await Promise.all(names.map(async (name) => [name, await sha256OfFile(path.join(temporary, name))] as const));
    const manifest: Omit<Manifest, 'generation'> = {
      format: FORMAT_VERSION,
      builtAt: new Date().toISOString(),
      model: model.fingerprint,
      dimensions,
      corpus: corpusFingerprint(documents, skipped),
      counts: {
        documents: documents.length,
        paragraphs: documents.reduce((sum, { paragraphs }) => sum + paragraphs.length, 0),
        passages: passages.length,
        sentences: sentences.length,
      },
      skipped,
      hnsw: hnswlib !== null,
      files: Object.fromEntries(hashes),
    };
    generation = await renameToNext(indexFolder, temporary, manifest);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  await publish(indexFolder, generation);
  await removeOldGenerations(indexFolder);
  return generation;
}

/** Gives a whole generation the next free name; another build may take a name at the same moment. */
async function renameToNext(indexFolder: string, temporary: string, manifest: Omit<Manifest, 'generation'>): Promise<string> {
  const newest = (await listGenerations(indexFolder)).at(-1);
  const generation = String(Number(newest ?? 0) + 1).padStart(6, '0');
  await writeDurably(path.join(temporary, files.manifest), JSON.stringify({ ...manifest, generation }, null, 2));
  await syncToDisk(temporary);
  try {
    await rename(temporary, generationFolder(indexFolder, generation));
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return renameToNext(indexFolder, temporary, manifest);
  }
  await syncToDisk(path.join(indexFolder, GENERATIONS));
  return generation;
}

async function removeOldGenerations(indexFolder: string): Promise<void> {
  const current = await readCurrent(indexFolder);
  const old = (await listGenerations(indexFolder)).slice(0, -KEPT_GENERATIONS);
  for (const name of old) if (name !== current) await rm(generationFolder(indexFolder, name), { recursive: true, force: true });
}
