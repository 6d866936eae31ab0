import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exactIndex, loadHnswlib, readHnsw, type VectorIndex, writeHnsw } from '../../src/generation/vector-index.js';

const DIMENSIONS = 48;
const COUNT = 2000;

/** Random numbers that are the same in every run: https://en.wikipedia.org/wiki/Linear_congruential_generator */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}

function unitVectors(count: number, seed: number): Float32Array {
  const random = randomNumbers(seed);
  const matrix = Float32Array.from({ length: count * DIMENSIONS }, random);
  for (let row = 0; row < count; row++) {
    const vector = matrix.subarray(row * DIMENSIONS, (row + 1) * DIMENSIONS);
    const norm = Math.hypot(...vector);
    vector.forEach((x, i) => {
      vector[i] = x / norm;
    });
  }
  return matrix;
}

const vectors = unitVectors(COUNT, 1);
const queries = Array.from({ length: 40 }, (_, i) => unitVectors(1, 1000 + i));
const exact = exactIndex(vectors, DIMENSIONS);
const addon = loadHnswlib();

describe('the exact index', () => {
  it('finds a vector by itself, with cosine 1', () => {
    const [best] = exact.search(vectors.subarray(7 * DIMENSIONS, 8 * DIMENSIONS), 1);
    expect(best?.id).toBe(7);
    expect(best?.score).toBeCloseTo(1, 5);
  });

  it('gives the nearest first, ties by number, and no more than there are', () => {
    const twins = exactIndex(new Float32Array([1, 0, 0, 1, 1, 0]), 2);
    expect(twins.search(new Float32Array([1, 0]), 10).map(({ id }) => id)).toEqual([0, 2, 1]);
  });

  it('of nothing finds nothing', () => {
    expect(exactIndex(new Float32Array(), DIMENSIONS).search(vectors.subarray(0, DIMENSIONS), 5)).toEqual([]);
  });
});

describe.skipIf(!addon.hnswlib)('the HNSW index', () => {
  let folder: string;
  let hnsw: VectorIndex;
  const open = async (matrix: Float32Array, name: string) => {
    if (!addon.hnswlib) throw new Error(addon.reason);
    const file = path.join(folder, name);
    const candidates = await writeHnsw(addon.hnswlib, matrix, DIMENSIONS, file, queries);
    return readHnsw(addon.hnswlib, file, DIMENSIONS, candidates ?? 0);
  };
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'verbatim-hnsw-'));
    hnsw = await open(vectors, 'graph');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('finds what the exact index finds', () => {
    const shares = queries.map((query) => {
      const expected = new Set(exact.search(query, 10).map(({ id }) => id));
      return hnsw.search(query, 10).filter(({ id }) => expected.has(id)).length / 10;
    });
    expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeGreaterThan(0.95);
  });

  it('gives the same scores, nearest first', () => {
    for (const query of queries) {
      const scores = new Map(exact.search(query, COUNT).map(({ id, score }) => [id, score]));
      const found = hnsw.search(query, 10);
      for (const { id, score } of found) expect(score).toBeCloseTo(scores.get(id) as number, 4);
      expect(found.map(({ score }) => score)).toEqual(found.map(({ score }) => score).sort((a, b) => b - a));
    }
  });

  it('is the same however often it is built', async () => {
    const again = await open(vectors, 'again');
    for (const query of queries) expect(again.search(query, 20)).toEqual(hnsw.search(query, 20));
  });

  it('gives all there are when more are asked for', () => {
    expect(hnsw.search(queries[0] as Float32Array, COUNT + 10)).toHaveLength(COUNT);
  });

  it('of nothing finds nothing', async () => {
    expect((await open(new Float32Array(), 'empty')).search(queries[0] as Float32Array, 5)).toEqual([]);
  });
});
