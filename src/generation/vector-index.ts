import { createRequire } from 'node:module';
import type { HierarchicalNSW } from 'hnswlib-node';

/** A passage's number and its cosine similarity with the query. */
export interface Neighbour {
  id: number;
  score: number;
}

/** Nearest-neighbour search over unit vectors numbered from 0. */
export interface VectorIndex {
  kind: 'hnsw' | 'exact';
  /** At most `count` neighbours, nearest first, ties by number. */
  search(vector: Float32Array, count: number): Neighbour[];
}

/** Links per node and candidate list while building: hnswlib's customary values, recall above 0.98 up to 100,000 passages. */
const HNSW_LINKS = 16;
const HNSW_BUILD_CANDIDATES = 200;
/** Candidate list while searching, at least. */
const HNSW_SEARCH_CANDIDATES = 128;
/** Fixed, so that the same vectors in the same order give the same graph. */
const HNSW_SEED = 100;

type Hnswlib = typeof import('hnswlib-node');

/** The native addon, or null with the reason where it was not built. */
export function loadHnswlib(): { hnswlib: Hnswlib } | { hnswlib: null; reason: string } {
  try {
    return { hnswlib: createRequire(import.meta.url)('hnswlib-node') as Hnswlib };
  } catch (error) {
    return { hnswlib: null, reason: (error as Error).message.split('\n')[0] ?? 'unknown' };
  }
}

const byScore = (a: Neighbour, b: Neighbour): number => b.score - a.score || a.id - b.id;

export const dot = (a: ArrayLike<number>, b: ArrayLike<number>, offset = 0): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[offset + i] as number);
  return sum;
};

/** Compares the query with every vector. @param vectors Row-major [count, dimensions] matrix of unit vectors. */
export function exactIndex(vectors: Float32Array, dimensions: number): VectorIndex {
  return {
    kind: 'exact',
    search(vector, count) {
      const scores: Neighbour[] = [];
      for (let id = 0; id * dimensions < vectors.length; id++) scores.push({ id, score: dot(vector, vectors, id * dimensions) });
      return scores.sort(byScore).slice(0, count);
    },
  };
}

function hnswIndex(graph: HierarchicalNSW): VectorIndex {
  return {
    kind: 'hnsw',
    search(vector, count) {
      const wanted = Math.min(count, graph.getCurrentCount());
      if (wanted === 0) return [];
      graph.setEf(Math.max(HNSW_SEARCH_CANDIDATES, wanted));
      const { neighbors, distances } = graph.searchKnn([...vector], wanted);
      return neighbors.map((id, i) => ({ id, score: 1 - (distances[i] as number) })).sort(byScore);
    },
  };
}

/** Builds the graph and writes it to a file. */
export async function writeHnsw(hnswlib: Hnswlib, vectors: Float32Array, dimensions: number, file: string): Promise<void> {
  const count = vectors.length / dimensions;
  const graph = new hnswlib.HierarchicalNSW('cosine', dimensions);
  graph.initIndex(Math.max(1, count), HNSW_LINKS, HNSW_BUILD_CANDIDATES, HNSW_SEED);
  for (let id = 0; id < count; id++) graph.addPoint([...vectors.subarray(id * dimensions, (id + 1) * dimensions)], id);
  await graph.writeIndex(file);
}

/** Opens a graph written by {@link writeHnsw}. */
export async function readHnsw(hnswlib: Hnswlib, file: string, dimensions: number): Promise<VectorIndex> {
  const graph = new hnswlib.HierarchicalNSW('cosine', dimensions);
  await graph.readIndex(file);
  return hnswIndex(graph);
}
