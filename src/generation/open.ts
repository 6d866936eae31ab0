import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Document } from '../documents/document.js';
import type { Passage } from '../passages/passage.js';
import { SENTENCE_SCALE } from './build.js';
import { files, generationFolder, sha256OfFile } from './layout.js';
import { type LexicalIndex, loadLexicalIndex } from './lexical-index.js';
import { type Manifest, manifestSchema } from './manifest.js';
import { dot, exactIndex, loadHnswlib, readHnsw, type VectorIndex } from './vector-index.js';

/** An index as it was built once, held in memory; never changes. */
export interface Generation {
  manifest: Manifest;
  documents: Map<string, Document>;
  passages: Passage[];
  dense: VectorIndex;
  lexical: LexicalIndex;
  isCommonWord(word: string): boolean;
  /** Text of a passage. */
  text(passage: Passage): string;
  /** Cosine of a unit vector with each sentence of a passage. */
  sentenceScores(vector: Float32Array, passage: number): number[];
  /** Cosine of a unit vector with a passage. */
  passageScore(vector: Float32Array, passage: number): number;
  /** What works less well than it could, in words for the maintainer. */
  warnings: string[];
}

/** Thrown when a generation on disk cannot be used; the message says why. */
export class UnusableGenerationError extends Error {}

async function readManifest(folder: string): Promise<Manifest> {
  const json = await readFile(path.join(folder, files.manifest), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UnusableGenerationError(`its manifest cannot be read (${error.code})`);
  });
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new UnusableGenerationError('its manifest is not JSON');
  }
  const manifest = manifestSchema.safeParse(value);
  if (!manifest.success) throw new UnusableGenerationError('its manifest has another form; it was written by another version');
  return manifest.data;
}

async function verifyFiles(folder: string, manifest: Manifest): Promise<void> {
  const needed = Object.values(files).filter((name) => name !== files.manifest && (name !== files.hnsw || manifest.hnsw));
  const unlisted = needed.filter((name) => !(name in manifest.files));
  if (unlisted.length > 0) throw new UnusableGenerationError(`its manifest does not list ${unlisted.join(', ')}`);
  await Promise.all(
    Object.entries(manifest.files).map(async ([name, expected]) => {
      const actual = await sha256OfFile(path.join(folder, name)).catch(() => 'missing');
      if (actual !== expected) throw new UnusableGenerationError(`its file ${name} is ${actual === 'missing' ? 'missing' : 'damaged'}`);
    }),
  );
}

const parseLines = <T>(text: string): T[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);

const asFloats = (buffer: Buffer) => new Float32Array(buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength) as ArrayBuffer);

/**
 * Opens a generation after checking every file against the manifest.
 *
 * @param model Fingerprint of the loaded model; vectors of another model are refused.
 * @throws UnusableGenerationError when it is damaged, of another version, or of another model.
 */
export async function openGeneration(indexFolder: string, name: string, model: string): Promise<Generation> {
  const folder = generationFolder(indexFolder, name);
  const manifest = await readManifest(folder);
  if (manifest.model !== model) throw new UnusableGenerationError(`it was built with the model ${manifest.model}, not ${model}`);
  await verifyFiles(folder, manifest);
  const read = (file: string) => readFile(path.join(folder, file));
  const [documentLines, passageLines, lexicalJson, sentenceBytes, vectorBytes] = await Promise.all([
    read(files.documents),
    read(files.passages),
    read(files.lexical),
    read(files.sentenceVectors),
    read(files.vectors),
  ]);
  const documents = new Map(parseLines<Document>(String(documentLines)).map((document) => [document.source, document]));
  const passages = parseLines<Passage>(String(passageLines));
  const vectors = asFloats(vectorBytes);
  const sentences = new Int8Array(sentenceBytes.buffer, sentenceBytes.byteOffset, sentenceBytes.byteLength);
  const firstSentence: number[] = [];
  passages.reduce((at, passage) => {
    firstSentence.push(at);
    return at + passage.sentences.length;
  }, 0);

  const warnings = manifest.skipped.map(({ source, reason }) => `${source} ${reason}; it is not in the index`);
  const { dimensions } = manifest;
  const addon = loadHnswlib();
  if (!addon.hnswlib) warnings.push(`hnswlib-node is not available (${addon.reason}); searching exactly, which is slower on large folders`);
  else if (!manifest.hnsw) warnings.push('the index was built without hnswlib-node; searching exactly, which is slower on large folders, until the next build');
  const dense = addon.hnswlib && manifest.hnsw ? await readHnsw(addon.hnswlib, path.join(folder, files.hnsw), dimensions) : exactIndex(vectors, dimensions);

  const lexical = loadLexicalIndex(String(lexicalJson));

  return {
    manifest,
    documents,
    passages,
    dense,
    lexical,
    isCommonWord: lexical.isCommonWord,
    warnings,
    text: ({ source, start, end }) => (documents.get(source) as Document).text.slice(start, end),
    sentenceScores: (vector, id) =>
      (passages[id] as Passage).sentences.map((_, i) => dot(vector, sentences, ((firstSentence[id] as number) + i) * dimensions) / SENTENCE_SCALE),
    passageScore: (vector, id) => dot(vector, vectors, id * dimensions),
  };
}
