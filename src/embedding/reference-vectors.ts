import type { Precision } from './bert-graph.js';
import type { Encoder } from './encoder.js';

/**
 * A text and the beginning of the mean of its token vectors in all-MiniLM-L6-v2. test/embedding/minilm.test.ts
 * holds the model that gave them against the vectors its authors publish.
 */
const TEXT = 'Each sentence is converted';
const VECTOR = [0.0859, 0.089, 0.0003, 0.0003, -0.0059, 0.0272, 0.0343, -0.0391, 0.0725, 0, 0.0716, -0.0846, 0.0147, -0.0502, -0.0038, 0.0251];

/** Least cosine with the reference. int8 has 0.998 here; an integer kernel that overflows falls far below. */
const LEAST_AGREEMENT: Record<Precision, number> = { fp32: 0.9999, int8: 0.96 };

const dot = (a: number[], b: number[]): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? Number.NaN), 0);

/**
 * Checks the built-in model by what it says of a known text.
 *
 * @throws Error when the file is damaged or this machine computes it wrongly.
 */
export async function checkVectors(encoder: Encoder, precision: Precision): Promise<void> {
  const [encoding] = await encoder.encode([[TEXT]]);
  const vector = [...(encoding?.parts[0] ?? [])].slice(0, VECTOR.length);
  const cosine = dot(vector, VECTOR) / Math.sqrt(dot(vector, vector) * dot(VECTOR, VECTOR));
  if (cosine >= LEAST_AGREEMENT[precision]) return;
  await encoder.dispose();
  const advice = precision === 'int8' ? 'set EMBEDDING_DTYPE=fp32' : 'remove the folder MODEL_CACHE_DIR and start again';
  throw new Error(`the embedding model gives wrong vectors on this machine (agreement ${cosine.toFixed(3)}); ${advice}`);
}
