import { appendFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { searchPassages } from '../answering/answer.js';
import { loadRanker } from '../answering/ranker.js';
import { correctSpelling, isKnownWord } from '../answering/spelling.js';
import { readConfig } from '../config/config.js';
import { readLimits } from '../documents/limits.js';
import { type EmbeddingModel, loadEmbeddingModel } from '../embedding/load-model.js';
import { GENERATIONS } from '../generation/layout.js';
import type { Generation } from '../generation/open.js';
import { exactIndex, recall } from '../generation/vector-index.js';
import { openLiveIndex } from '../indexing/live-index.js';
import { loadReader } from '../reading/reader.js';
import { peakMemory, report, type ScaleMeasurement } from './child.js';
import { hashingModel } from './hashing-encoder.js';
import { writeCorpus } from './scale-corpus.js';

/**
 * Measures an index of some size, in two processes so that the memory of building is not that of answering.
 * Usage: `scale-child.js build|ask FOLDER PASSAGES hashing|model [SET...]`.
 */
const [step, folder = '', passages = '', encoder, ...sets] = process.argv.slice(2);
const QUESTIONS = { warmUp: 10, search: 300, read: 30, recall: 200 };

const config = readConfig();
const real = await loadEmbeddingModel(config);
const hashing = hashingModel();

/** The hashing model's vectors at the price of the real model's, for questions. */
const stand: EmbeddingModel = {
  ...hashing,
  encoder: {
    ...hashing.encoder,
    encode: async (inputs, onProgress) => {
      if (inputs.length === 1) await real.encoder.encode(inputs);
      return hashing.encoder.encode(inputs, onProgress);
    },
  },
};
const model = encoder === 'model' ? real : step === 'ask' ? stand : hashing;
const corpusFolder = path.join(folder, 'corpus');
const indexFolder = path.join(folder, 'index');
const open = () => openLiveIndex({ indexFolder, corpusFolder, limits: readLimits(config), model, log: () => {} });

/** Bytes below a folder, all and those in files that no other generation has. */
async function bytesBelow(below: string): Promise<{ all: number; own: number }> {
  let all = 0;
  let own = 0;
  for (const entry of await readdir(below, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const { size, nlink } = await stat(path.join(entry.parentPath, entry.name));
    all += size;
    if (nlink === 1) own += size;
  }
  return { all, own };
}

const resident = (): number => {
  global.gc?.();
  return process.memoryUsage().rss;
};

async function times(questions: string[], work: (question: string) => Promise<unknown>) {
  const taken: number[] = [];
  for (const [i, question] of questions.entries()) {
    const began = performance.now();
    await work(question);
    if (i >= QUESTIONS.warmUp) taken.push(performance.now() - began);
  }
  taken.sort((a, b) => a - b);
  const at = (share: number) => taken[Math.floor(taken.length * share)] as number;
  return { p50: at(0.5), p95: at(0.95) };
}

/** Every n-th question, so that they come from all over the documents. */
const spread = (questions: string[], count: number) => Array.from({ length: count }, (_, i) => questions[Math.floor((i * questions.length) / count)] as string);

async function build() {
  const questions = await writeCorpus(corpusFolder, Number(passages), sets);
  const index = await open();
  const began = performance.now();
  const { error } = await index.reindex();
  if (error) throw new Error(error);
  const seconds = (performance.now() - began) / 1000;
  report({ seconds, peakMiB: peakMemory(), questions: spread(questions, QUESTIONS.search + QUESTIONS.warmUp) });
}

async function recallOf(generation: Generation, questions: string[]): Promise<number> {
  const { dimensions } = generation.manifest;
  const matrix = new Float32Array(generation.passages.length * dimensions);
  generation.passages.forEach((_, id) => {
    matrix.set(generation.vector(id), id * dimensions);
  });
  const encodings = await hashingOrReal().encoder.encode(questions.map((question) => [question]));
  return recall(
    generation.dense,
    exactIndex(matrix, dimensions),
    encodings.map(({ vector }) => vector),
  );
}

const hashingOrReal = () => (encoder === 'model' ? real : hashing);

async function ask() {
  const reader = await loadReader(config.MODEL_CACHE_DIR, { threads: config.THREADS });
  const questions = JSON.parse(process.env.SCALE_QUESTIONS as string) as string[];
  await real.encoder.encode([['warm up']]);
  await reader.read('warm up', [{ prefix: '', text: 'It is warm.' }]);
  const weights = await loadRanker();
  const before = resident();
  const opening = performance.now();
  const index = await open();
  const openSeconds = (performance.now() - opening) / 1000;
  const generation = index.generation() as Generation;
  const memory = resident() - before;
  const isWord = (word: string) => isKnownWord(word, real.encoder.countTokens);
  const spelled = (question: string) => correctSpelling(question, generation.lexical, isWord) ?? question;
  const search = await times(questions, (question) => searchPassages(generation, { embedding: model, reader: null, weights }, spelled(question)));
  const memoryAfter = resident() - before;
  const read = await times(spread(questions, QUESTIONS.read + QUESTIONS.warmUp), (question) =>
    searchPassages(generation, { embedding: model, reader, weights }, spelled(question)),
  );
  const share = await recallOf(generation, spread(questions, QUESTIONS.recall));

  const { all } = await bytesBelow(path.join(indexFolder, GENERATIONS, generation.manifest.generation));
  const changed = path.join(corpusFolder, [...generation.documents.keys()].at(-1) as string);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const reindexSeconds: number[] = [];
  for (let i = 0; i < 5; i++) {
    await appendFile(changed, `\nAn added paragraph, number ${i}, that nobody wrote before.\n`);
    const began = performance.now();
    if (i === 1) delay.enable();
    const { error } = await index.reindex();
    if (error) throw new Error(error);
    reindexSeconds.push((performance.now() - began) / 1000);
  }
  delay.disable();
  const { own } = await bytesBelow(path.join(indexFolder, GENERATIONS, index.generation()?.manifest.generation as string));
  report({
    passages: generation.passages.length,
    documents: generation.documents.size,
    openSeconds,
    bytesPerPassage: Math.round(Math.max(memory, memoryAfter) / generation.passages.length),
    indexBytes: all,
    search,
    read,
    recall: share,
    reindexSeconds: Math.max(...reindexSeconds),
    reindexBytes: own,
    longestPauseMs: delay.max / 1e6,
  } satisfies ScaleMeasurement);
}

await (step === 'build' ? build() : ask());
await real.encoder.dispose();
