import { bestOf } from './best.js';
import { dotKernel, LANES } from './dot-kernel.js';
import { pacer } from './pacer.js';
import { dot, type ExactIndex } from './vector-index.js';

/** Largest of a row's quantised numbers, and of a query's; the sum of their products must fit 32 bits. */
const ROW_SCALE = 127;
const queryScale = (length: number): number => Math.min(2 ** 15 - 1, Math.floor((2 ** 31 - 1) / (ROW_SCALE * length)));

/** Vectors read at a time. */
const CHUNK = 512;

/** More than what 32-bit floats and the order of a sum can make of a cosine. */
const ROUNDING = 1e-5;

/** Writes a vector as whole numbers. @returns What one of them is worth, and the length of what was lost. */
function quantise(vector: Float32Array, into: Int8Array | Int16Array, most: number): { unit: number; lost: number } {
  let largest = 0;
  for (let i = 0; i < vector.length; i++) largest = Math.max(largest, Math.abs(vector[i] as number));
  const unit = largest / most || 1;
  let lost = 0;
  for (let i = 0; i < vector.length; i++) {
    const x = vector[i] as number;
    const whole = Math.round(x / unit);
    into[i] = whole;
    lost += (x - whole * unit) ** 2;
  }
  return { unit, lost: Math.sqrt(lost) };
}

/**
 * Compares a query with every vector and gives exactly the nearest, while only a quarter of their bytes is in memory:
 * 8-bit copies tell, within known bounds, which few can be among the nearest; of these the vectors themselves are asked for.
 *
 * @param vectors Reads some unit vectors, one after the other, from a number on.
 */
export async function scanIndex(count: number, dimensions: number, vectors: (first: number, count: number) => Float32Array): Promise<ExactIndex> {
  const stride = Math.ceil(dimensions / LANES) * LANES;
  const kernel = dotKernel(count, stride);
  const units = new Float32Array(count);
  const lost = new Float32Array(count);
  const pause = pacer();
  for (let first = 0; first < count; first += CHUNK) {
    const read = Math.min(CHUNK, count - first);
    const chunk = vectors(first, read);
    for (let i = 0; i < read; i++) {
      const id = first + i;
      const row = kernel.rows.subarray(id * stride, (id + 1) * stride);
      const quantised = quantise(chunk.subarray(i * dimensions, (i + 1) * dimensions), row, ROW_SCALE);
      units[id] = quantised.unit;
      lost[id] = quantised.lost;
    }
    await pause();
  }
  const mostLost = lost.reduce((most, each) => Math.max(most, each), 0);
  const factors = new Int16Array(stride);
  return {
    kind: 'exact',
    search(vector, wanted, counts = () => true) {
      const query = quantise(vector, factors, queryScale(stride));
      const sums = kernel.dot(factors);
      const slack = 2 * query.lost + ROUNDING;
      const surely = bestOf(wanted);
      let floor = surely.least();
      for (let id = 0; id < count; id++) {
        const near = (sums[id] as number) * (units[id] as number) * query.unit;
        if (near < floor) continue;
        const least = near - (lost[id] as number) - slack;
        if (least < floor || !counts(id)) continue;
        surely.add(id, least);
        floor = surely.least();
      }
      const least = surely.sorted().at(-1)?.score ?? 0;
      const edge = least - mostLost - slack;
      const best = bestOf(wanted);
      for (let id = 0; id < count; id++) {
        const near = (sums[id] as number) * (units[id] as number) * query.unit;
        if (near < edge) continue;
        if (near + (lost[id] as number) + slack >= least && counts(id)) best.add(id, dot(vector, vectors(id, 1)));
      }
      return best.sorted();
    },
  };
}
