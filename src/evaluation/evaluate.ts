import path from 'node:path';
import type { Config } from '../config/config.js';
import { type Log, openInProcess } from './in-process.js';
import { openOverHttp } from './over-http.js';
import { openOwnDocuments, temporaryIndex } from './own-documents.js';
import { type QuestionSet, QuestionSetError } from './question-set.js';
import { type Run, runSet } from './run.js';
import type { System } from './system.js';

/** Questions between two lines of progress. */
const PROGRESS_STEP = 50;

export interface EvaluateOptions {
  /** A running server to ask instead of this process. */
  url?: string;
  /** Documents of the `.jsonl` sets instead of the configured ones. */
  corpus?: string;
  /** Questions asked of each set. */
  limit: number;
  /** SQuAD: each question from its own paragraph alone. */
  given: boolean;
  log: Log;
}

/**
 * The system that a set is put to. Another corpus than the configured one gets an index of its own, so that
 * an evaluation never replaces the index that the product answers from.
 */
async function openSystem(set: QuestionSet, config: Config, { url, corpus, given, log }: EvaluateOptions): Promise<System> {
  if (url && set.documents) throw new QuestionSetError(`${set.name} brings its own documents, which the server at ${url} does not hold; run it without --url`);
  if (url) return openOverHttp(url);
  if (set.documents) return openOwnDocuments(set.documents, config, { given, log });
  if (!corpus || path.resolve(corpus) === path.resolve(config.CORPUS_DIR)) return openInProcess(config, log);
  const folder = temporaryIndex(path.resolve(corpus).replace(/[^\w.-]+/g, '_'));
  return openInProcess({ ...config, CORPUS_DIR: corpus, INDEX_DIR: folder }, log);
}

/** Runs sets one after another; those over the same documents share a system. @throws Error when a system cannot be opened. */
export async function evaluate(sets: QuestionSet[], config: Config, options: EvaluateOptions): Promise<Run[]> {
  const runs: Run[] = [];
  const groups = [sets.filter(({ documents }) => !documents), ...sets.filter(({ documents }) => documents).map((set) => [set])];
  for (const group of groups) {
    if (!group[0]) continue;
    const system = await openSystem(group[0], config, options);
    try {
      for (const set of group) {
        const onProgress = (done: number, total: number) =>
          done % PROGRESS_STEP === 0 || done === total ? options.log(`${set.name}: ${done} of ${total} questions`) : undefined;
        runs.push(await runSet(set, system, { limit: options.limit, onProgress }));
      }
    } finally {
      await system.close();
    }
  }
  return runs;
}
