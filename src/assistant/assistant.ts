import path from 'node:path';
import { type Answer, type AnswerModels, answerFromDocuments, findPassages } from '../answering/answer.js';
import { plainSentence } from '../answering/plain-sentence.js';
import { loadRanker } from '../answering/ranker.js';
import { askingPart, rewriteFollowUp, type Turn } from '../answering/rewrite.js';
import { correctSpelling, isKnownWord } from '../answering/spelling.js';
import type { Config } from '../config/config.js';
import type { Document } from '../documents/document.js';
import { readLimits } from '../documents/limits.js';
import { readOriginal } from '../documents/original.js';
import { loadEmbeddingModel } from '../embedding/load-model.js';
import type { BuildProgress } from '../generation/build.js';
import type { Generation } from '../generation/open.js';
import { type LiveIndex, openLiveIndex } from '../indexing/live-index.js';
import { loadReader, type Reader } from '../reading/reader.js';
import { ReaderUnavailableError } from '../reading/reader-weights.js';
import type { Candidate } from '../retrieval/retrieve.js';
import type { RetrievedParagraph } from '../retrieval/retriever.js';
import type { Quote } from '../verification/verify.js';

export interface AskRequest {
  question: string;
  history?: Turn[];
  /** Only these sources may answer. */
  sources?: string[];
  /** How many passages the reply lists. */
  topK?: number;
}

export interface Citation extends Quote {
  /** 1-based; the answer refers to it as `[1]`. */
  id: number;
  title: string;
  url: string;
  /** 1-based page on which the paragraph begins, in a document that has pages. */
  page?: number;
}

export interface Reply {
  answer: string;
  answered: boolean;
  /** 0 to 1: how likely the best evidence is to answer the question. */
  confidence: number;
  shortAnswer: string | null;
  citations: Citation[];
  conflicts: { about: string; values: { value: string; citations: number[] }[] }[];
  passages: RetrievedParagraph[];
  rewrittenQuestion: string | null;
  index: { generation: string; builtAt: string };
  mode: 'extractive';
  tookMs: number;
}

/** Thrown when a request names a source that the index does not hold. */
export class UnknownSourceError extends Error {}

export interface Assistant {
  ask(request: AskRequest): Promise<Reply>;
  search(request: { query: string; sources?: string[]; topK?: number }): Promise<{ passages: RetrievedParagraph[]; index: Reply['index'] }>;
  /** The bytes a source was read from. @throws UnknownSourceError, OriginalLostError when the file is gone or has changed. */
  original(source: string): Promise<Uint8Array>;
  /** The models that answers are made with. */
  models: AnswerModels;
  /** The generation that answers now. */
  generation(): Generation;
  /** The index, and how it is brought up to date. */
  index: LiveIndex;
  /** What is not as it should be, in words for the maintainer. */
  warnings(): string[];
  /** Whether the index holds the documents as they were last read. */
  isUpToDate(): boolean;
  close(): Promise<void>;
}

const DEFAULT_PASSAGES = 5;

/** Said when the documents do not carry an answer. */
const NOT_IN_DOCUMENTS = 'The documents do not answer this question.';

/** Address of a source on the server, and of a paragraph in it. */
export const sourceUrl = (source: string, paragraph?: number): string =>
  `/sources/${source.split('/').map(encodeURIComponent).join('/')}${paragraph === undefined ? '' : `#p${paragraph}`}`;

const round = (x: number): number => Math.round(x * 1e4) / 1e4;

function toPassages(generation: Generation, candidates: Candidate[], count: number): RetrievedParagraph[] {
  const best = new Map<string, RetrievedParagraph>();
  for (const { id, score } of candidates) {
    const passage = generation.passages[id];
    const document = passage && generation.documents.get(passage.source);
    const paragraph = passage && document?.paragraphs[passage.paragraph - 1];
    if (!document || !paragraph) continue;
    const key = `${passage.source}#${passage.paragraph}`;
    if (best.has(key)) continue;
    const { start, end } = paragraph;
    best.set(key, {
      source: passage.source,
      title: document.title,
      paragraph: passage.paragraph,
      start,
      end,
      text: document.text.slice(start, end),
      score: round(score),
      ...(paragraph.page ? { page: paragraph.page } : {}),
    });
  }
  return [...best.values()].slice(0, count);
}

/** Numbers the quotes of an answer in the order they are first used. */
function numberQuotes(documents: ReadonlyMap<string, Document>) {
  const citations: Citation[] = [];
  const idOf = (quote: Quote): number => {
    const known = citations.find(({ source, start, end }) => source === quote.source && start === quote.start && end === quote.end);
    if (known) return known.id;
    const id = citations.length + 1;
    const document = documents.get(quote.source);
    const page = document?.paragraphs[quote.paragraph - 1]?.page;
    const url = sourceUrl(quote.source, quote.paragraph);
    citations.push({ id, title: document?.title ?? quote.source, url, ...quote, ...(page ? { page } : {}) });
    return id;
  };
  return { citations, idOf };
}

function toReply(generation: Generation, answer: Answer, topK: number): Omit<Reply, 'rewrittenQuestion' | 'tookMs'> {
  const { citations, idOf } = numberQuotes(generation.documents);
  const text = answer.sentences.map((sentence) => `${sentence.text} [${sentence.quotes.map(idOf).join(', ')}]`).join(' ');
  const answered = answer.sentences.length > 0;
  const { generation: name, builtAt } = generation.manifest;
  return {
    answer: answered ? text : NOT_IN_DOCUMENTS,
    answered,
    confidence: round(answer.confidence),
    shortAnswer: answer.shortAnswer,
    citations,
    conflicts: answered
      ? answer.conflicts.map(({ about, values }) => ({
          about,
          values: values.map(({ value, quotes }) => ({ value: plainSentence(value).replace(/\.$/, ''), citations: quotes.map(idOf) })),
        }))
      : [],
    passages: toPassages(generation, answer.candidates, topK),
    index: { generation: name, builtAt },
    mode: 'extractive',
  };
}

/** Loads the reader where it is wanted; a missing or damaged one is a warning, not an end. */
async function openReader({ READER, MODEL_CACHE_DIR, THREADS }: Config): Promise<{ reader: Reader | null; warning: string | null }> {
  if (READER === 'off') return { reader: null, warning: null };
  try {
    return { reader: await loadReader(MODEL_CACHE_DIR, { threads: THREADS }), warning: null };
  } catch (error) {
    if (!(error instanceof ReaderUnavailableError)) throw error;
    return { reader: null, warning: `answering without the trained reader: ${error.message}` };
  }
}

export interface AssistantOptions {
  onProgress?: (progress: BuildProgress) => void;
  /** Takes lines for the log. */
  log?: (level: 'info' | 'warn', message: string) => void;
  /** Whether somebody asked for the index to be brought up to date: that also ends what a rollback pinned. */
  reindex?: 'asked' | 'start';
  /** With `asked`: reads every file again, whatever the file system says of it. */
  full?: boolean;
}

/** How long a start waits for another process that builds the first index, in milliseconds. */
const FIRST_INDEX_WAIT = 30 * 60_000;
/** The same where an older index can answer meanwhile: as long as it takes to notice that a killed process is gone. */
const INDEX_WAIT = 35_000;

/**
 * Loads the model, brings the index up to date with the documents, and answers questions.
 * When the index cannot be brought up to date but an older one is whole, that one answers, with a warning.
 *
 * @throws Error when there is neither a usable index nor a way to build one.
 */
export async function createAssistant(
  config: Config,
  { onProgress, log = () => {}, reindex = 'start', full = false }: AssistantOptions = {},
): Promise<Assistant> {
  const [model, { reader, warning: readerWarning }, weights] = await Promise.all([loadEmbeddingModel(config), openReader(config), loadRanker()]);
  const models: AnswerModels = { embedding: model, reader, weights };
  if (readerWarning) log('warn', readerWarning);
  const index = await openLiveIndex({
    indexFolder: path.resolve(config.INDEX_DIR),
    corpusFolder: config.CORPUS_DIR,
    limits: readLimits(config),
    model,
    log,
  });
  if (reindex === 'asked' || !index.isPinned() || !index.generation()) {
    const { error } = await index.reindex({ full, waitMs: index.generation() ? INDEX_WAIT : FIRST_INDEX_WAIT, ...(onProgress ? { onProgress } : {}) });
    if (!index.generation()) throw new Error(error ?? 'there is no index');
  }

  const generation = (): Generation => index.generation() as Generation;
  const sourceSet = (current: Generation, sources: string[] | undefined) => {
    const unknown = sources?.find((source) => !current.documents.has(source));
    if (unknown !== undefined) throw new UnknownSourceError(`there is no source ${unknown}`);
    return sources && new Set(sources);
  };

  const spelled = (current: Generation, text: string): string =>
    correctSpelling(text, current.lexical, (word) => isKnownWord(word, model.encoder.countTokens)) ?? text;

  return {
    models,
    generation,
    index,
    isUpToDate: index.isUpToDate,
    warnings: () => [...(readerWarning ? [readerWarning] : []), ...index.warnings()],
    async original(source) {
      const document = generation().documents.get(source);
      if (!document) throw new UnknownSourceError(`there is no source ${source}`);
      return readOriginal(config.CORPUS_DIR, document, config.MAX_FILE_BYTES);
    },
    async close() {
      await model.encoder.dispose();
      await reader?.dispose();
    },
    async ask({ question, history = [], sources, topK = DEFAULT_PASSAGES }) {
      const began = performance.now();
      const current = generation();
      const allowed = sourceSet(current, sources);
      const corrected = spelled(current, rewriteFollowUp(question, history) ?? askingPart(question));
      const rewrittenQuestion = corrected === question ? null : corrected;
      const answer = await answerFromDocuments(current, models, corrected, { threshold: config.ANSWER_THRESHOLD, ...(allowed ? { sources: allowed } : {}) });
      for (const { sentence, reasons } of answer.rejected) log('warn', `refused to say "${sentence.text.slice(0, 120)}": ${reasons.join('; ')}`);
      return { ...toReply(current, answer, topK), rewrittenQuestion, tookMs: round(performance.now() - began) };
    },
    async search({ query, sources, topK = DEFAULT_PASSAGES }) {
      const current = generation();
      const allowed = sourceSet(current, sources);
      const { candidates, rest } = await findPassages(current, models, spelled(current, askingPart(query)), allowed);
      const { generation: name, builtAt } = current.manifest;
      return { passages: toPassages(current, [...candidates, ...rest], topK), index: { generation: name, builtAt } };
    },
  };
}
