/** One question's sentences: their features, and which of them are right. */
export interface RankingExample {
  features: number[][];
  right: boolean[];
  /** How much the question counts beside those of other sets. */
  weight: number;
}

/** Adam, with the customary constants. https://arxiv.org/abs/1412.6980 */
function minimise(size: number, gradient: (weights: Float64Array) => Float64Array, { steps, rate }: { steps: number; rate: number }): Float64Array {
  const weights = new Float64Array(size);
  const mean = new Float64Array(size);
  const square = new Float64Array(size);
  for (let step = 1; step <= steps; step++) {
    const g = gradient(weights);
    for (let i = 0; i < size; i++) {
      const gi = g[i] as number;
      mean[i] = 0.9 * (mean[i] as number) + 0.1 * gi;
      square[i] = 0.999 * (square[i] as number) + 0.001 * gi * gi;
      const m = (mean[i] as number) / (1 - 0.9 ** step);
      const v = (square[i] as number) / (1 - 0.999 ** step);
      weights[i] = (weights[i] as number) - (rate * m) / (Math.sqrt(v) + 1e-8);
    }
  }
  return weights;
}

const dotProduct = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < b.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
};

/**
 * Fits a linear score whose softmax over a question's sentences puts the most probability on the right ones.
 * Questions without a right sentence teach nothing here and are passed over.
 *
 * @param l2 Weight of the squared norm.
 */
export function fitRanking(examples: RankingExample[], { l2 = 0.003, steps = 800, rate = 0.05 } = {}): Float64Array {
  const usable = examples.filter(({ right }) => right.includes(true)).map((example) => ({ ...example, matrix: Float64Array.from(example.features.flat()) }));
  const size = usable[0]?.features[0]?.length ?? 0;
  const total = usable.reduce((sum, { weight }) => sum + weight, 0);
  return minimise(
    size,
    (weights) => {
      const gradient = weights.map((w) => l2 * w);
      for (const { matrix, right, weight } of usable) {
        const pulls = pullsOf(matrix, right, weights);
        for (let row = 0; row < right.length; row++)
          for (let j = 0; j < size; j++) gradient[j] = (gradient[j] as number) + (weight * (pulls[row] as number) * (matrix[row * size + j] as number)) / total;
      }
      return gradient;
    },
    { steps, rate },
  );
}

/** How far each sentence's probability is from where it should be. @param matrix Features, a row a sentence. */
function pullsOf(matrix: Float64Array, right: boolean[], weights: Float64Array): Float64Array {
  const size = weights.length;
  const scores = new Float64Array(right.length);
  for (let row = 0; row < right.length; row++) {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += (matrix[row * size + j] as number) * (weights[j] as number);
    scores[row] = sum;
  }
  const top = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const exps = scores.map((score) => Math.exp(score - top));
  const all = exps.reduce((sum, x) => sum + x, 0);
  const good = exps.reduce((sum, x, i) => sum + (right[i] ? x : 0), 0);
  return exps.map((x, i) => x / all - (right[i] ? x / good : 0));
}

/** Fits a logistic model on standardised features; the weights returned are for the features as they are, the last being the bias. @param sampleWeights How much each row counts. */
export function fitLogistic(
  features: number[][],
  labels: boolean[],
  { l2 = 0.2, steps = 1500, rate = 0.03, sampleWeights = labels.map(() => 1) } = {},
): Float64Array {
  const size = features[0]?.length ?? 0;
  const count = features.length;
  const total = sampleWeights.reduce((sum, weight) => sum + weight, 0);
  const column = (j: number) => features.map((x) => x[j] as number);
  const means = Array.from({ length: size }, (_, j) => (j === size - 1 ? 0 : column(j).reduce((a, b) => a + b, 0) / count));
  const deviations = Array.from({ length: size }, (_, j) =>
    j === size - 1 ? 1 : Math.sqrt(column(j).reduce((sum, x) => sum + (x - (means[j] as number)) ** 2, 0) / count) || 1,
  );
  const standard = features.map((x) => x.map((value, j) => (value - (means[j] as number)) / (deviations[j] as number)));
  const weights = minimise(
    size,
    (w) => {
      const gradient = w.map((value) => l2 * value);
      standard.forEach((x, i) => {
        const error = (sampleWeights[i] as number) * (1 / (1 + Math.exp(-dotProduct(w, x))) - (labels[i] ? 1 : 0));
        for (let j = 0; j < size; j++) gradient[j] = (gradient[j] as number) + (error * (x[j] as number)) / total;
      });
      return gradient;
    },
    { steps, rate },
  );
  const raw = weights.map((w, j) => w / (deviations[j] as number));
  raw[size - 1] = (weights[size - 1] as number) - raw.slice(0, -1).reduce((sum, w, j) => sum + w * (means[j] as number), 0);
  return raw;
}
