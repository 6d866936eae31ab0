import path from 'node:path';
import { bestOf, type Scored } from './best.js';
import { segmentFiles } from './layout.js';
import type { SegmentEntry } from './manifest.js';
import { rowsInMemory, rowsOnDisk } from './rows.js';
import { scanIndex } from './scan-index.js';
import { dot, type Hnswlib, readHnsw, type VectorIndex } from './vector-index.js';

/** Sentence vectors are kept as 8-bit integers: unit vectors times this. A cosine loses less than 0.01. */
export const SENTENCE_SCALE = 127;

/** Vectors of a segment's passages and of their sentences; passages are numbered within the segment. */
export interface SegmentVectors {
  kind: 'hnsw' | 'exact';
  /** At most `count` of the passages that count, nearest first. */
  search(vector: Float32Array, count: number, counts: (passage: number) => boolean): Scored[];
  passageScore(vector: Float32Array, passage: number): number;
  sentenceScores(vector: Float32Array, passage: number): number[];
  /** A passage's own vector. */
  vector(passage: number): Float32Array;
}

/** A graph is asked for twice as many neighbours at a time until enough count, up to this many; then each passage is compared. */
const MOST_NEIGHBOURS = 2048;

/** Segments of fewer passages are held in memory whole. */
const HELD_PASSAGES = 4096;

/**
 * Opens the vectors of a segment. Those of a large one stay on the disk: a question compares itself with some hundred of
 * them only, those that the graph or the 8-bit copies lead to.
 *
 * @param firstSentence Number of each passage's first sentence in the segment, and the number of all sentences.
 */
export async function openVectors(
  folder: string,
  { passages, hnsw }: SegmentEntry,
  firstSentence: Uint32Array,
  dimensions: number,
  hnswlib: Hnswlib | null,
): Promise<SegmentVectors> {
  const file = (name: keyof typeof segmentFiles) => path.join(folder, segmentFiles[name]);
  const rowsOf = passages < HELD_PASSAGES ? rowsInMemory : rowsOnDisk;
  const vectorRows = await rowsOf(file('vectors'), 4 * dimensions);
  const sentenceRows = await rowsOf(file('sentenceVectors'), dimensions);
  const vectors = (first: number, count: number) => new Float32Array(vectorRows(first, count).buffer);
  const vectorOf = (passage: number) => vectors(passage, 1);
  const passageScore = (vector: Float32Array, passage: number) => dot(vector, vectorOf(passage));
  const graph = hnswlib && hnsw !== null ? await readHnsw(hnswlib, file('hnsw'), dimensions, hnsw) : null;
  return {
    kind: graph ? 'hnsw' : 'exact',
    search: graph ? searchGraph(graph, passages, passageScore) : (await scanIndex(passages, dimensions, vectors)).search,
    passageScore,
    sentenceScores(vector, passage) {
      const first = firstSentence[passage] as number;
      const count = (firstSentence[passage + 1] as number) - first;
      const bytes = sentenceRows(first, count);
      const sentences = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      return Array.from({ length: count }, (_, i) => dot(vector, sentences, i * dimensions) / SENTENCE_SCALE);
    },
    vector: vectorOf,
  };
}

/** Search of a graph for the passages that count. */
function searchGraph(graph: VectorIndex, passages: number, passageScore: SegmentVectors['passageScore']): SegmentVectors['search'] {
  return (vector, count, counts) => {
    for (let wanted = count; wanted <= MOST_NEIGHBOURS; wanted *= 2) {
      const found = graph.search(vector, wanted).filter(({ id }) => counts(id));
      if (found.length >= count || wanted >= passages) return found.slice(0, count);
    }
    const best = bestOf(count);
    for (let passage = 0; passage < passages; passage++) if (counts(passage)) best.add(passage, passageScore(vector, passage));
    return best.sorted();
  };
}

/** Sentences on which the recall of a graph is measured. */
const RECALL_SAMPLE = 128;

/**
 * Unit vectors of sentences from all over a segment, for the recall of its graph: they are like those of questions,
 * while a passage's own vector is found more easily than either.
 *
 * @param count Sentences of the segment.
 */
export function sampleSentences(folder: string, count: number, dimensions: number): Float32Array[] {
  const rows = rowsOnDisk(path.join(folder, segmentFiles.sentenceVectors), dimensions);
  const step = Math.max(1, Math.floor(count / RECALL_SAMPLE));
  return Array.from({ length: Math.min(count, RECALL_SAMPLE) }, (_, i) => {
    const sentence = Float32Array.from(new Int8Array(rows(i * step, 1).buffer));
    const norm = Math.hypot(...sentence) || 1;
    return sentence.map((x) => x / norm);
  });
}

/** A file's bytes as 32-bit floats. */
export const toFloats = (bytes: Uint8Array): Float32Array => new Float32Array(new Uint8Array(bytes).buffer);
