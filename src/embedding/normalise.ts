/** Brings a vector to unit length; the mean of some vectors has the direction of their sum. */
export function normalise(vector: Float32Array): void {
  let sum = 0;
  for (const x of vector) sum += x * x;
  const scale = 1 / (Math.sqrt(sum) || 1);
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) * scale;
}
