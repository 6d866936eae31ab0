import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isStopWord, term, words } from '../text/terms.js';
import { segmentFiles } from './layout.js';
import type { Generation } from './open.js';
import { pacer } from './pacer.js';
import type { Segment } from './segment.js';
import { sampleSentences, toFloats } from './segment-vectors.js';
import { exactIndex, MIN_RECALL, recall, type VectorIndex } from './vector-index.js';

/** Passages that are looked for by their own vector and words. */
const SAMPLE = 24;

/**
 * How many of them a graph may miss: of those that find 98 % of the nearest, one in a thousand misses more of 24. Every
 * passage is found where all are compared.
 */
const MISSED_BY_GRAPH = 2;

/** A passage is nearest to itself but for rounding: the graph computes in another order. */
const ROUNDING = 1e-3;

/** Finds each of some passages by its own vector and its own words. @returns What is wrong, or null. */
async function findsItsPassages(generation: Generation): Promise<string | null> {
  const { passages, dense, lexical } = generation;
  const step = Math.max(1, Math.floor(passages.length / SAMPLE));
  const pause = pacer();
  let missed = 0;
  for (let id = 0; id < passages.length; id += step) {
    const passage = passages[id] as (typeof passages)[number];
    const where = `paragraph ${passage.paragraph} of ${passage.source}`;
    const text = generation.text(passage);
    const paragraph = generation.documents.get(passage.source)?.paragraphs[passage.paragraph - 1];
    if (!paragraph || passage.start < paragraph.start || passage.end > paragraph.end || text.length !== passage.end - passage.start)
      return `a passage does not lie in ${where}`;
    const vector = generation.vector(id);
    const own = generation.passageScore(vector, id);
    const nearest = dense.search(vector, 1)[0];
    const isNearest = nearest !== undefined && nearest.score >= own - ROUNDING;
    if (!isNearest) missed++;
    if (!(Math.abs(own - 1) < ROUNDING) || missed > (dense.kind === 'hnsw' ? MISSED_BY_GRAPH : 0)) return `the search by meaning does not find ${where}`;
    const missing = words(text).find((word) => !isStopWord(word.text) && lexical.documentFrequency(term(word.text)) === 0);
    if (missing) return `the search by words does not find "${missing.text}" of ${where}`;
    await pause();
  }
  return null;
}

/** Recall of a segment's graph against exact search on a sample of its sentences. */
async function recallOf(folder: string, { entry, vectors }: Segment, dimensions: number): Promise<number> {
  const matrix = toFloats(await readFile(path.join(folder, entry.id, segmentFiles.vectors)));
  const index: VectorIndex = { kind: vectors.kind, search: (vector, count) => vectors.search(vector, count, () => true) };
  return recall(index, exactIndex(matrix, dimensions), sampleSentences(path.join(folder, entry.id), entry.sentences, dimensions));
}

/**
 * Checks that an opened generation answers as it should: its passages are found by their own vectors and words, and its
 * graphs find what an exact search finds.
 *
 * @param folder Where its files lie.
 * @param checked Segments whose graphs were measured before.
 * @throws Error that says what is wrong.
 */
export async function verifyGeneration(folder: string, generation: Generation, checked: Segment[] = []): Promise<void> {
  const { generation: name, dimensions } = generation.manifest;
  const fail = (problem: string) => new Error(`generation ${name} failed its check: ${problem}`);
  const problem = await findsItsPassages(generation);
  if (problem) throw fail(problem);
  for (const segment of generation.segments) {
    if (segment.vectors.kind !== 'hnsw' || checked.includes(segment)) continue;
    const share = await recallOf(folder, segment, dimensions);
    if (share < MIN_RECALL) throw fail(`its graph finds ${(100 * share).toFixed(1)} % of the nearest passages, fewer than ${100 * MIN_RECALL} %`);
  }
}
