import { describe, expect, it } from 'vitest';
import { dotKernel } from '../../src/generation/dot-kernel.js';
import { scanIndex } from '../../src/generation/scan-index.js';
import { exactIndex } from '../../src/generation/vector-index.js';

/** Unit vectors that are the same in every run, some of them twice. */
function unitVectors(count: number, dimensions: number): Float32Array {
  const matrix = Float32Array.from({ length: count * dimensions }, (_, i) => Math.sin(i * i) + (i % 7 === 0 ? 2 : 0));
  for (let row = 0; row < count; row++) {
    const vector = matrix.subarray(row * dimensions, (row + 1) * dimensions);
    const norm = Math.hypot(...vector);
    vector.forEach((x, i) => {
      vector[i] = x / norm;
    });
    if (row % 50 === 1) vector.set(matrix.subarray((row - 1) * dimensions, row * dimensions));
  }
  return matrix;
}

const open = (matrix: Float32Array, dimensions: number) =>
  scanIndex(matrix.length / dimensions, dimensions, (first, count) => matrix.subarray(first * dimensions, (first + count) * dimensions));

describe('the scan of 8-bit copies', () => {
  it.each([384, 48, 50, 3])('finds exactly what comparing all vectors of %i numbers finds, ties and scores included', async (dimensions) => {
    const matrix = unitVectors(1500, dimensions);
    const [scan, exact] = [await open(matrix, dimensions), exactIndex(matrix, dimensions)];
    for (let i = 0; i < 40; i++) {
      const query = unitVectors(40, dimensions).subarray(i * dimensions, (i + 1) * dimensions);
      for (const count of [1, 10, 64, 2000]) expect(scan.search(query, count)).toEqual(exact.search(query, count));
    }
  });

  it('does not overflow where vectors are long and flat', async () => {
    const flat = new Float32Array(3 * 2048).fill(1 / Math.sqrt(2048));
    flat.fill(-1 / Math.sqrt(2048), 2048, 4096);
    expect((await open(flat, 2048)).search(flat.subarray(0, 2048), 3)).toEqual(exactIndex(flat, 2048).search(flat.subarray(0, 2048), 3));
  });

  it('takes as many as asked for of the vectors that count', async () => {
    const matrix = unitVectors(1500, 48);
    const counts = (id: number) => id % 3 === 0;
    const [scan, exact] = [await open(matrix, 48), exactIndex(matrix, 48)];
    expect(scan.search(matrix.subarray(0, 48), 20, counts)).toEqual(exact.search(matrix.subarray(0, 48), 20, counts));
    expect(scan.search(matrix.subarray(0, 48), 20, () => false)).toEqual([]);
  });

  it('asks for few of the vectors themselves', async () => {
    const matrix = unitVectors(3000, 384);
    let asked = 0;
    const index = await scanIndex(3000, 384, (first, count) => {
      asked += count;
      return matrix.subarray(first * 384, (first + count) * 384);
    });
    asked = 0;
    index.search(matrix.subarray(0, 384), 10);
    expect(asked).toBeLessThan(600);
  });

  it('of nothing finds nothing', async () => {
    expect((await open(new Float32Array(), 48)).search(unitVectors(1, 48), 5)).toEqual([]);
  });
});

describe('the kernel', () => {
  it('multiplies the largest numbers without overflow', () => {
    const kernel = dotKernel(2, 384);
    kernel.rows.fill(127, 0, 384).fill(-127, 384);
    expect([...kernel.dot(new Int16Array(384).fill(32767))]).toEqual([127 * 32767 * 384, -127 * 32767 * 384]);
  });
});
