import { createRequire } from 'node:module';
import type { HierarchicalNSW } from 'hnswlib-node';
import { bestOf, byScore, type Scored } from './best.js';
import { pacer } from './pacer.js';

/** Nearest-neighbour search over unit vectors numbered from 0; a score is the cosine similarity with the query. */
export interface VectorIndex {
  kind: 'hnsw' | 'exact';
  /** At most `count` neighbours, nearest first, ties by number. */
  search(vector: Float32Array, count: number): Scored[];
}

/** An index that compares the query with every vector that counts. */
export interface ExactIndex extends VectorIndex {
  search(vector: Float32Array, count: number, counts?: (id: number) => boolean): Scored[];
}

/** Links per node and candidate list while building: hnswlib's customary values. */
const HNSW_LINKS = 16;
const HNSW_BUILD_CANDIDATES = 200;
/** Candidate lists while searching that are tried, shortest first, until the recall is reached. */
const HNSW_SEARCH_CANDIDATES = [128, 256, 512, 1024];
/** Fixed, so that the same vectors in the same order give the same graph. */
const HNSW_SEED = 100;

/** A graph that finds a smaller share of the ten nearest than this is not used. */
export const MIN_RECALL = 0.98;
const RECALL_DEPTH = 10;

export type Hnswlib = typeof import('hnswlib-node');

/** The native addon, or null with the reason where it was not built. */
export function loadHnswlib(): { hnswlib: Hnswlib } | { hnswlib: null; reason: string } {
  try {
    return { hnswlib: createRequire(import.meta.url)('hnswlib-node') as Hnswlib };
  } catch (error) {
    return { hnswlib: null, reason: (error as Error).message.split('\n')[0] ?? 'unknown' };
  }
}

export const dot = (a: ArrayLike<number>, b: ArrayLike<number>, offset = 0): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[offset + i] as number);
  return sum;
};

/** Compares the query with every vector. @param vectors Row-major [count, dimensions] matrix of unit vectors. */
export function exactIndex(vectors: Float32Array, dimensions: number): ExactIndex {
  return {
    kind: 'exact',
    search(vector, count, counts = () => true) {
      const best = bestOf(count);
      for (let id = 0; id * dimensions < vectors.length; id++) if (counts(id)) best.add(id, dot(vector, vectors, id * dimensions));
      return best.sorted();
    },
  };
}

function hnswIndex(graph: HierarchicalNSW, candidates: number): VectorIndex {
  return {
    kind: 'hnsw',
    search(vector, count) {
      const wanted = Math.min(count, graph.getCurrentCount());
      if (wanted === 0) return [];
      graph.setEf(Math.max(candidates, wanted));
      const { neighbors, distances } = graph.searchKnn([...vector], wanted);
      return neighbors.map((id, i) => ({ id, score: 1 - (distances[i] as number) })).sort(byScore);
    },
  };
}

/** Share of the ten nearest neighbours of each query that an index finds. */
export async function recall(index: VectorIndex, exact: VectorIndex, queries: Float32Array[]): Promise<number> {
  let found = 0;
  let wanted = 0;
  const pause = pacer();
  for (const query of queries) {
    const nearest = exact.search(query, RECALL_DEPTH);
    // Of equally near passages, any will do.
    const least = (nearest.at(-1)?.score ?? 0) - 1e-6;
    found += Math.min(nearest.length, index.search(query, RECALL_DEPTH).filter(({ score }) => score >= least).length);
    wanted += nearest.length;
    await pause();
  }
  return wanted === 0 ? 1 : found / wanted;
}

/**
 * Builds the graph and writes it to a file.
 *
 * @param queries Vectors on which the recall is measured.
 * @returns The length of the candidate list with which the search reaches {@link MIN_RECALL}, or null where none does;
 *   the file is then of no use.
 */
export async function writeHnsw(hnswlib: Hnswlib, vectors: Float32Array, dimensions: number, file: string, queries: Float32Array[]): Promise<number | null> {
  const count = vectors.length / dimensions;
  const graph = new hnswlib.HierarchicalNSW('cosine', dimensions);
  graph.initIndex(Math.max(1, count), HNSW_LINKS, HNSW_BUILD_CANDIDATES, HNSW_SEED);
  const pause = pacer();
  for (let id = 0; id < count; id++) {
    graph.addPoint([...vectors.subarray(id * dimensions, (id + 1) * dimensions)], id);
    await pause();
  }
  await graph.writeIndex(file);
  const exact = exactIndex(vectors, dimensions);
  for (const candidates of HNSW_SEARCH_CANDIDATES) if ((await recall(hnswIndex(graph, candidates), exact, queries)) >= MIN_RECALL) return candidates;
  return null;
}

/** Opens a graph written by {@link writeHnsw}. @param candidates Length of the candidate list, as it returned it. */
export async function readHnsw(hnswlib: Hnswlib, file: string, dimensions: number, candidates: number): Promise<VectorIndex> {
  const graph = new hnswlib.HierarchicalNSW('cosine', dimensions);
  await graph.readIndex(file);
  return hnswIndex(graph, candidates);
}
