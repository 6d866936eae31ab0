import { readConfig } from '../config/config.js';
import { loadEmbeddingModel } from '../embedding/load-model.js';
import { readBeir } from '../evaluation/beir.js';
import { mean, ndcgAt } from '../evaluation/metrics.js';
import { exactIndex } from '../generation/vector-index.js';
import { type ModelMeasurement, report } from './child.js';

/** Depth at which the ranking is scored, as the BEIR benchmark does. */
const DEPTH = 10;

const { questions, documents = [] } = await readBeir(process.argv[2] as string);
const { encoder, prefixes } = await loadEmbeddingModel(readConfig());

/** A document as published results encode it: title and text in one window, what is beyond it left out. */
function withinWindow(text: string): string {
  let cut = text;
  while (encoder.countTokens(cut) > encoder.maxTokens) cut = cut.slice(0, Math.floor(cut.length * 0.95));
  return cut;
}

const texts = documents.map(({ title, text }) => [withinWindow(`${prefixes.passage}${title} ${text}`)]);
const began = performance.now();
const encodings = await encoder.encode(texts);
const seconds = (performance.now() - began) / 1000;
const vectors = new Float32Array(encodings.length * encoder.dimensions);
encodings.forEach(({ vector }, i) => {
  vectors.set(vector, i * encoder.dimensions);
});
const index = exactIndex(vectors, encoder.dimensions);
const scores: number[] = [];
for (const { question, gold = [] } of questions) {
  const [encoding] = await encoder.encode([[prefixes.query + question]]);
  const ranked = index.search((encoding as { vector: Float32Array }).vector, DEPTH).map(({ id }) => documents[id]?.source ?? '');
  scores.push(ndcgAt(DEPTH, ranked, new Map(gold.map(({ source, grade }) => [source, grade]))));
}
await encoder.dispose();
report({ ndcg: mean(scores) ?? 0, documentsPerSecond: documents.length / seconds } satisfies ModelMeasurement);
