import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '../config/config.js';
import { readQuestionSet } from '../evaluation/question-set.js';
import { type AskMeasurement, type IndexingMeasurement, type ModelMeasurement, measure } from './child.js';
import { scale } from './scale.js';
import { soak } from './soak.js';

const QUESTIONS = 'eval/corpus-politics-economy.jsonl';

const USAGE = `usage: npm run bench -- [--runs N] [QUESTIONS.jsonl]
       npm run bench -- --model BEIR_DIR
       npm run bench -- scale [--sizes 1000,10000,100000] [--encoder hashing|model] [BEIR_DIR | SQUAD.json ...]
       npm run bench -- soak [--reindexes 30] [--rate 20] [QUESTIONS.jsonl]

Indexes CORPUS_DIR with Verbatim and with LangChain's default chain, on the same model file, then asks the
questions. With scale, builds indexes of growing size and measures them. With soak, asks a server
questions at that rate a second while its documents change and are indexed anew. The middle one of N runs (3) is shown. With --model, compares the precisions of the embedding model on a
BEIR set such as SciFact.`;

const middle = <T>(values: T[], of: (value: T) => number): T => [...values].sort((a, b) => of(a) - of(b))[values.length >> 1] as T;

async function repeat<T>(runs: number, of: (value: T) => number, run: () => Promise<T>): Promise<T> {
  const values: T[] = [];
  for (let i = 0; i < runs; i++) values.push(await run());
  return middle(values, of);
}

function indexingRow(name: string, { chunks, seconds, peakMiB }: IndexingMeasurement): string {
  return `${name.padEnd(26)}${String(chunks).padStart(7)} chunks ${seconds.toFixed(2).padStart(8)} s ${(chunks / seconds).toFixed(0).padStart(6)} chunks/s ${String(peakMiB).padStart(6)} MiB peak`;
}

function askRow(name: string, { questions, p50, p95, max, peakMiB }: AskMeasurement): string {
  return `${name.padEnd(26)}${String(questions).padStart(7)} questions ${p50.toFixed(1).padStart(7)} ms p50 ${p95.toFixed(1).padStart(7)} ms p95 ${max.toFixed(1).padStart(7)} ms max ${String(peakMiB).padStart(6)} MiB peak`;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: 'string', default: '3' },
      model: { type: 'string' },
      sizes: { type: 'string', default: '1000,10000,100000' },
      encoder: { type: 'string', default: 'hashing' },
      reindexes: { type: 'string', default: '30' },
      rate: { type: 'string', default: '20' },
      help: { type: 'boolean', default: false },
    },
  });
  const runs = Number(values.runs);
  if (values.help || !Number.isInteger(runs) || runs < 1) {
    console.log(USAGE);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const config = readConfig();
  console.log(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${config.THREADS} threads; Node ${process.versions.node}; model ${config.EMBEDDING_MODEL} ${config.EMBEDDING_DTYPE}; documents ${config.CORPUS_DIR}`,
  );
  const seconds = (measurement: IndexingMeasurement) => measurement.seconds;
  if (positionals[0] === 'scale') {
    await scale(values.sizes.split(',').map(Number), values.encoder, positionals.slice(1));
    return;
  }
  if (positionals[0] === 'soak') {
    const set = await readQuestionSet(path.resolve(positionals[1] ?? QUESTIONS));
    const questions = set.questions.filter(({ history }) => !history).map(({ question }) => question);
    const result = await soak(config, { reindexes: Number(values.reindexes), questionsPerSecond: Number(values.rate), questions });
    console.log(JSON.stringify({ ...result, failures: result.failures.slice(0, 10), failed: result.failures.length }, null, 2));
    process.exitCode = result.failures.length > 0 ? 1 : 0;
    return;
  }
  if (values.model) {
    for (const precision of ['fp32', 'int8']) {
      const { ndcg, documentsPerSecond } = await measure<ModelMeasurement>('model.js', [path.resolve(values.model)], { EMBEDDING_DTYPE: precision });
      console.log(`${precision.padEnd(26)} nDCG@10 ${ndcg.toFixed(4)} ${documentsPerSecond.toFixed(1).padStart(8)} documents/s`);
    }
    return;
  }
  // The first of the two must not be the one that writes the model's files.
  await measure<IndexingMeasurement>('index-verbatim.js', []);
  // In turn, so that a machine that slows down meanwhile slows both.
  const all: { ours: IndexingMeasurement[]; theirs: IndexingMeasurement[] } = { ours: [], theirs: [] };
  for (let i = 0; i < runs; i++) {
    all.ours.push(await measure('index-verbatim.js', []));
    all.theirs.push(await measure('index-langchain.js', []));
  }
  const [ours, theirs] = [middle(all.ours, seconds), middle(all.theirs, seconds)];
  console.log(indexingRow('index, Verbatim', ours));
  console.log(indexingRow('index, LangChain', theirs));
  console.log(
    `Verbatim takes ${(theirs.seconds / ours.seconds).toFixed(1)} times less time and ${((100 * ours.peakMiB) / theirs.peakMiB).toFixed(0)} % of the memory`,
  );

  const questions = path.resolve(positionals[0] ?? QUESTIONS);
  const folder = await mkdtemp(path.join(tmpdir(), 'verbatim-bench-ask-'));
  for (const reader of ['off', 'on']) {
    const asked = await repeat(
      runs,
      ({ p95 }) => p95,
      () => measure<AskMeasurement>('ask.js', [questions], { INDEX_DIR: folder, READER: reader, LOG_LEVEL: 'silent' }),
    );
    console.log(askRow(`ask, reader ${reader}`, asked));
  }
  await rm(folder, { recursive: true });
}

await main();
