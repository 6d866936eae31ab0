import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { readConfig } from '../config/config.js';
import { mean, tokenF1 } from '../evaluation/metrics.js';
import { readSquad } from '../evaluation/squad.js';
import { loadReader } from '../reading/reader.js';
import { READER_FOLDER } from '../reading/reader-weights.js';

/**
 * Reads a SQuAD file with the shipped 8-bit reader, each question beside its own paragraph.
 * Usage: `node dist/bench/reader.js SQUAD.json`.
 */
const { answerability } = JSON.parse(await readFile(path.join(READER_FOLDER, 'reader.json'), 'utf8')) as {
  answerability: { w: { margin: number; answerable: number; bias: number; threshold: number } };
};
const { w } = answerability;
const { MODEL_CACHE_DIR, THREADS } = readConfig();
const reader = await loadReader(MODEL_CACHE_DIR, { threads: THREADS });
const { questions, documents = [] } = await readSquad(process.argv[2] as string);
const texts = new Map(documents.map(({ source, text }) => [source, text]));
const spanF1: number[] = [];
const f1: number[] = [];
const told: number[] = [];
for (const { question, values = [], answerable, home = [] } of questions) {
  const text = texts.get(home[0] ?? '') ?? '';
  const [reading] = await reader.read(question, [{ prefix: '', text }]);
  if (!reading) continue;
  const span = reading.span ? text.slice(reading.span.start, reading.span.end) : '';
  const says = reading.margin * w.margin + reading.answerable * w.answerable + w.bias > w.threshold;
  if (answerable) spanF1.push(tokenF1(span, values));
  f1.push(answerable ? (says ? tokenF1(span, values) : 0) : says ? 0 : 1);
  told.push(says === answerable ? 1 : 0);
}
await reader.dispose();
const percent = (values: number[]) => (100 * (mean(values) ?? 0)).toFixed(1);
console.log(`${questions.length} questions: F1 ${percent(f1)}, answerable or not ${percent(told)} %, span F1 where there is an answer ${percent(spanF1)}`);
