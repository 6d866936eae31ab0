import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type AnswerModels, gatherEvidence } from '../answering/answer.js';
import { BASIC_FEATURES, type Evidence } from '../answering/evidence.js';
import { RANKER_FILE, type RankerWeights } from '../answering/ranker.js';
import { readConfig } from '../config/config.js';
import type { Document } from '../documents/document.js';
import { readFolder } from '../documents/read-folder.js';
import { loadEmbeddingModel } from '../embedding/load-model.js';
import { buildGeneration } from '../generation/build.js';
import type { Generation } from '../generation/open.js';
import { loadReader } from '../reading/reader.js';
import { ablate, type FitExample, fitRanker } from './fit-ranker.js';
import { locateQuote, type Place } from './gold.js';
import { LOOKALIKES, lookalikes } from './lookalikes.js';
import { type Question, readQuestionSet } from './question-set.js';
import { readSquad } from './squad.js';

/** Questions of a SQuAD file that are used; all of them would take an hour. */
const SQUAD_SAMPLE = 600;

/**
 * How much a question of a set counts for the ranking and for the confidence. The look-alikes are written by rule and
 * SQuAD asks about single paragraphs: both teach something, neither should outweigh questions about a folder of documents.
 */
const SET_WEIGHTS = {
  own: { ranking: 1, confidence: 1 },
  lookalikes: { ranking: 0.5, confidence: 0.5 },
  squad: { ranking: 0.2, confidence: 0.3 },
};

interface Collection {
  weights: { ranking: number; confidence: number };
  questions: Question[];
  documents: Document[];
}

async function readCollection(argument: string): Promise<Collection> {
  const [file = '', corpus = 'corpus'] = argument.split('=');
  if (file === LOOKALIKES) {
    const { questions, documents = [] } = await lookalikes();
    return { questions, documents, weights: SET_WEIGHTS.lookalikes };
  }
  if (file.endsWith('.json')) {
    const { questions, documents = [] } = await readSquad(file);
    // Every other article, by name: the rest is kept to see whether the fit holds there.
    const titles = [...new Set(documents.map(({ title }) => title))].sort();
    const fitted = new Set(titles.filter((_, i) => i % 2 === 0));
    const sources = new Set(documents.filter(({ title }) => fitted.has(title)).map(({ source }) => source));
    const usable = questions.filter(({ home }) => home?.every((source) => sources.has(source)));
    const step = Math.max(1, Math.floor(usable.length / SQUAD_SAMPLE));
    return {
      questions: usable.filter((_, i) => i % step === 0),
      documents: documents.filter(({ source }) => sources.has(source)),
      weights: SET_WEIGHTS.squad,
    };
  }
  const { documents } = await readFolder(corpus, { maxBytes: 2 ** 26 });
  return { questions: (await readQuestionSet(file)).questions, documents, weights: SET_WEIGHTS.own };
}

const overlaps = ({ passage, sentence }: Evidence, gold: Place[]): boolean =>
  gold.some(({ source, start, end }) => source === passage.source && start < sentence.end && end > sentence.start);

/** Answers so particular that a sentence which holds one is right, wherever it stands: dates with a year, and figures. */
const PARTICULAR = new Set(['date', 'temporal', 'number']);
const isParticular = ({ category, answers }: Question, text: string): boolean =>
  PARTICULAR.has(category) && answers.length > 0 && answers.every((pattern) => (new RegExp(pattern, 'i').exec(text)?.[0].match(/\d/g)?.length ?? 0) >= 3);

/** Whether a sentence holds one of a SQuAD question's answers, in the paragraph it was asked of. */
const holdsValue = ({ values, home }: Question, { passage, text }: Evidence): boolean =>
  Boolean(home?.includes(passage.source) && values?.some((value) => text.includes(value)));

/** A sentence is right when it holds gold evidence, or an answer that cannot be a coincidence. */
function labelSentences(evidence: Evidence[], question: Question, generation: Generation): boolean[] {
  const gold = question.evidence.flatMap(({ source, quote }) => {
    const document = generation.documents.get(source);
    const place = document && locateQuote(source, document, quote);
    return place ? [place] : [];
  });
  return evidence.map((item) => overlaps(item, gold) || isParticular(question, item.text) || holdsValue(question, item));
}

/** Whether all accepted answers stand in a sentence; another sentence than the gold one may say the same. */
const matchesAnswers = ({ answers }: Question, text: string): boolean => answers.length > 0 && answers.every((pattern) => new RegExp(pattern, 'i').test(text));

async function collect(generation: Generation, models: Pick<AnswerModels, 'embedding' | 'reader'>, { questions, weights }: Collection): Promise<FitExample[]> {
  const examples: FitExample[] = [];
  for (const question of questions) {
    if (question.history) continue;
    const { evidence } = await gatherEvidence(generation, models, question.question);
    if (evidence.length === 0) continue;
    const right = labelSentences(evidence, question, generation);
    examples.push({
      features: evidence.map(({ features }) => features),
      right,
      answers: evidence.map(({ text }, i) => (right[i] as boolean) || matchesAnswers(question, text)),
      answerable: question.answerable,
      weight: weights.ranking,
      confidenceWeight: weights.confidence,
    });
    if (examples.length % 50 === 0) console.error(`${examples.length}/${questions.length} questions read`);
  }
  return examples;
}

/**
 * Fits the weights of the evidence ranker. Usage: `npm run fit -- SET.jsonl=CORPUS_DIR ... [lookalikes] [SQUAD.json]`.
 * With `--ablate` it writes nothing and says what each group of features is worth.
 */
async function main(): Promise<void> {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { ablate: { type: 'boolean', default: false } } });
  const arguments_ = positionals.length > 0 ? positionals : ['eval/corpus-politics-economy.jsonl=corpus', 'eval/corpus-society-oic.jsonl=corpus', LOOKALIKES];
  const config = readConfig();
  const embedding = await loadEmbeddingModel(config);
  const reader = await loadReader(config.MODEL_CACHE_DIR, { threads: config.THREADS });
  const examples: FitExample[] = [];
  for (const argument of arguments_) {
    const collection = await readCollection(argument);
    const folder = await mkdtemp(path.join(tmpdir(), 'verbatim-fit-'));
    try {
      const generation = await buildGeneration(folder, { documents: collection.documents, skipped: [] }, embedding);
      examples.push(...(await collect(generation, { embedding, reader }, collection)));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  await embedding.encoder.dispose();
  await reader.dispose();
  if (values.ablate) return console.log(ablate(examples));
  const basic = examples.map((example) => ({ ...example, features: example.features.map((x) => x.slice(0, BASIC_FEATURES.length)) }));
  const [withReader, withoutReader] = [fitRanker(examples, true), fitRanker(basic, false)];
  const weights: RankerWeights = {
    withReader: withReader.model,
    withoutReader: withoutReader.model,
    fittedBy: `npm run fit -- ${arguments_.map((argument) => path.basename(argument.split('=')[0] as string)).join(' ')}: ${examples.length} questions; ${withReader.summary}; ${withoutReader.summary}`,
  };
  await writeFile(RANKER_FILE, `${JSON.stringify(weights, null, 2)}\n`);
  console.log(weights.fittedBy.replaceAll('; ', '\n'));
}

await main();
