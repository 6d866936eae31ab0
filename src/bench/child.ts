import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Peak resident memory of this process so far, in MiB. */
export const peakMemory = (): number => Math.round(process.resourceUsage().maxRSS / 1024);

/** Texts to encode before a measurement: so much work that the model is in memory as often as it will be, and compiled. */
export const WARM_UP: string[] = Array.from({ length: 64 }, (_, i) => `Passage ${i} warms the model up. `.repeat(12));

/** Hands a measurement to the parent process. */
export const report = (measurement: object): void => {
  process.stdout.write(`\n${JSON.stringify(measurement)}\n`);
};

/**
 * Runs a measurement in a process of its own, so that neither warms up nor fills the memory of another.
 *
 * @param file Name of the compiled file beside this one.
 * @returns What it handed to {@link report}.
 */
export async function measure<T>(file: string, args: string[], environment: NodeJS.ProcessEnv = {}): Promise<T> {
  const script = fileURLToPath(new URL(file, import.meta.url));
  const { stdout } = await run(process.execPath, ['--expose-gc', script, ...args], { env: { ...process.env, ...environment }, maxBuffer: 2 ** 26 });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as T;
}

/** What indexing a folder cost. */
export interface IndexingMeasurement {
  chunks: number;
  /** From the documents in memory to the index on disk, with the model loaded and warm. */
  seconds: number;
  peakMiB: number;
}

/** What answering questions cost, in milliseconds. */
export interface AskMeasurement {
  questions: number;
  p50: number;
  p95: number;
  max: number;
  peakMiB: number;
}

/** What building an index of some size cost. */
export interface ScaleBuild {
  seconds: number;
  peakMiB: number;
  questions: string[];
}

/** What an index of some size costs in use; times of questions in milliseconds. */
export interface ScaleMeasurement {
  passages: number;
  documents: number;
  openSeconds: number;
  /** Resident memory beyond that of the models. */
  bytesPerPassage: number;
  indexBytes: number;
  search: { p50: number; p95: number };
  read: { p50: number; p95: number };
  /** Share of the ten nearest passages that the search by meaning finds. */
  recall: number;
  /** The slowest of five: from the changed file to the switch. */
  reindexSeconds: number;
  /** Bytes that it wrote. */
  reindexBytes: number;
  /** Longest time for which a reindex kept the event loop. */
  longestPauseMs: number;
}

/** How well and how fast a model encodes a BEIR set; nDCG@10 by its vectors alone. */
export interface ModelMeasurement {
  ndcg: number;
  documentsPerSecond: number;
}
