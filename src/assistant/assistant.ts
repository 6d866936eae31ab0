import path from 'node:path';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { type UsedAlias, usedAliases } from '../aliases/expand.js';
import { mentionsIn } from '../aliases/mentions.js';
import { type Answer, type AnswerModels, answerFromDocuments, findPassages } from '../answering/answer.js';
import { isForeign, translateNames } from '../answering/foreign.js';
import { plainSentence } from '../answering/plain-sentence.js';
import { loadRanker } from '../answering/ranker.js';
import { askingPart, rewriteFollowUp, type Turn } from '../answering/rewrite.js';
import { correctSpelling, isKnownWord } from '../answering/spelling.js';
import type { Config } from '../config/config.js';
import type { Conversations } from '../conversations/store.js';
import type { Document } from '../documents/document.js';
import { readLimits } from '../documents/limits.js';
import { readOriginal } from '../documents/original.js';
import { loadEmbeddingModel } from '../embedding/load-model.js';
import type { BuildProgress } from '../generation/build.js';
import type { Generation } from '../generation/open.js';
import { LanguageModelError, type LanguageModelState, type WriteLimits } from '../generative/language-model.js';
import { openLanguageModel } from '../generative/open-model.js';
import { loadPrompts } from '../generative/prompt.js';
import { completeQuestion } from '../generative/rewrite-question.js';
import { type LiveIndex, openLiveIndex } from '../indexing/live-index.js';
import { loadReader, type Reader } from '../reading/reader.js';
import { ReaderUnavailableError } from '../reading/reader-weights.js';
import type { Candidate } from '../retrieval/retrieve.js';
import type { RetrievedParagraph } from '../retrieval/retriever.js';
import type { DraftSentence, Quote } from '../verification/verify.js';
import { continueConversation, openKept } from './conversation.js';
import type { AskEvent, AskOptions } from './events.js';
import { type Worded, type Writer, wordAnswer } from './word-answer.js';

export interface AskRequest {
  question: string;
  /** Earlier turns; instead of a `conversationId`. */
  history?: Turn[];
  /** A kept conversation that this question goes on with, or `new` for one that begins; without it nothing is kept. */
  conversationId?: string;
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
  /** Names in the question that the quotes have otherwise; missing where there are none. */
  aliases?: UsedAlias[];
  index: { generation: string; builtAt: string };
  mode: 'extractive' | 'generative';
  /** Name and version of the prompt that the language model was given, where it worded the answer: `answer@1`. */
  prompt?: string;
  /** What did not go as it should have, in words for the caller. */
  warnings?: string[];
  /** Name of the kept conversation, where it is kept. */
  conversationId?: string;
  tookMs: number;
}

/** Thrown when a request names a source that the index does not hold. */
export class UnknownSourceError extends Error {}

export interface Assistant {
  /**
   * Answers a question.
   *
   * @throws UnknownSourceError, ConversationError, or the reason of `signal` where the caller left before the reply.
   */
  ask(request: AskRequest, options?: AskOptions): Promise<Reply>;
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
  /** Kept conversations; null where none are kept. */
  conversations: Conversations<Reply> | null;
  /** How the language model is doing; null where answers are made without one. */
  languageModel(): LanguageModelState | null;
  /** Whether the index holds the documents as they were last read. */
  isUpToDate(): boolean;
  close(): Promise<void>;
}

const DEFAULT_PASSAGES = 5;

/** Said when the documents do not carry an answer. */
const NOT_IN_DOCUMENTS = 'The documents do not answer this question.';

/** Added where the question is in another language than the documents. */
const OTHER_LANGUAGE =
  'It seems to be in another language than the documents, of which the search understands only names, numbers and dates; ask in their language, or set EMBEDDING_MODEL to a multilingual model.';

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

/** Says the sentences of an answer one after the other, and numbers their quotes in the order they are first used. */
function startAnswer(documents: ReadonlyMap<string, Document>, onEvent: (event: AskEvent) => void) {
  const citations: Citation[] = [];
  let text = '';
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
  const say = (sentence: DraftSentence): void => {
    const known = citations.length;
    const citationIds = sentence.quotes.map(idOf);
    const said = `${text ? ' ' : ''}${sentence.text} [${citationIds.join(', ')}]`;
    text += said;
    onEvent({ type: 'sentence', text: said, citations: citations.slice(known), citationIds });
  };
  return { citations, idOf, say, text: () => text };
}

type SaidAnswer = ReturnType<typeof startAnswer>;

function toReply(
  generation: Generation,
  answer: Answer,
  said: SaidAnswer,
  passages: RetrievedParagraph[],
): Omit<Reply, 'rewrittenQuestion' | 'mode' | 'tookMs'> {
  const answered = said.text() !== '';
  const { generation: name, builtAt } = generation.manifest;
  const conflicts = answered
    ? answer.conflicts.map(({ about, values }) => ({
        about,
        values: values.map(({ value, quotes }) => ({ value: plainSentence(value).replace(/\.$/, ''), citations: quotes.map(said.idOf) })),
      }))
    : [];
  return {
    answer: answered ? said.text() : NOT_IN_DOCUMENTS,
    answered,
    confidence: round(answer.confidence),
    shortAnswer: answer.shortAnswer,
    citations: said.citations,
    conflicts,
    passages,
    index: { generation: name, builtAt },
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

/** The language model with its prompts, which are checked before anything is asked; null where there is none. */
async function openWriter(config: Config, chatModel?: BaseChatModel): Promise<Writer | null> {
  const [prompts, model] = await Promise.all([loadPrompts(), openLanguageModel(config, chatModel)]);
  return model && { model, prompts, timeout: config.LLM_TIMEOUT_MS, passageTokens: config.LLM_PASSAGE_TOKENS };
}

/** Completes a follow-up question from the history: by the language model where there is one, else by rules. */
async function completed(question: string, history: Turn[], writer: Writer | null, limits: WriteLimits, warnings: string[]): Promise<string> {
  const byRules = rewriteFollowUp(question, history);
  if (byRules === null) return askingPart(question);
  if (!writer) return byRules;
  try {
    return (await completeQuestion(question, history, writer.model, writer.prompts.rewrite, limits)) ?? byRules;
  } catch (error) {
    if (!(error instanceof LanguageModelError)) throw error;
    warnings.push(`the language model could not complete the question: ${error.message}; it was completed by rules`);
    return byRules;
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
  /** A chat model of LangChain that words the answers, in place of the one that `LLM_BASE_URL` names. */
  chatModel?: BaseChatModel;
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
  { onProgress, log = () => {}, reindex = 'start', full = false, chatModel }: AssistantOptions = {},
): Promise<Assistant> {
  const writer = await openWriter(config, chatModel);
  const conversations = openKept(config);
  const [model, { reader, warning: readerWarning }, weights] = await Promise.all([loadEmbeddingModel(config), openReader(config), loadRanker()]);
  const models: AnswerModels = { embedding: model, reader, weights };
  if (readerWarning) log('warn', readerWarning);
  const index = await openLiveIndex({
    indexFolder: path.resolve(config.INDEX_DIR),
    corpusFolder: config.CORPUS_DIR,
    limits: readLimits(config),
    aliasFile: config.ALIASES_FILE,
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

  const isWord = (word: string) => isKnownWord(word, model.encoder.countTokens);
  const isInOtherLanguage = (current: Generation, text: string): boolean => isForeign(text, current.lexical, isWord);
  const spelled = (current: Generation, text: string): string =>
    isInOtherLanguage(current, text) ? translateNames(text, current.lexical) : (correctSpelling(text, current.lexical, isWord) ?? text);

  return {
    models,
    generation,
    index,
    conversations,
    languageModel: () => writer?.model.state() ?? null,
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
    async ask({ question, history: given = [], conversationId, sources, topK = DEFAULT_PASSAGES }, { signal, onEvent = () => {} } = {}) {
      const began = performance.now();
      const current = generation();
      const allowed = sourceSet(current, sources);
      const conversation = conversationId === undefined ? null : await continueConversation(conversations, conversationId);
      const history = conversation?.history ?? given;
      const warnings: string[] = [];
      const until = began + (writer?.timeout ?? 0);
      const leave = signal ? { signal } : {};
      const corrected = spelled(current, await completed(question, history, writer, { until, ...leave }, warnings));
      const rewrittenQuestion = corrected === question ? null : corrected;
      const found = await answerFromDocuments(current, models, corrected, {
        threshold: config.ANSWER_THRESHOLD,
        ...(allowed ? { sources: allowed } : {}),
        ...leave,
        onStage: (status) => onEvent({ type: 'status', status }),
      });
      for (const { sentence, reasons } of found.rejected) log('warn', `refused to say "${sentence.text.slice(0, 120)}": ${reasons.join('; ')}`);
      const passages = toPassages(current, found.candidates, topK);
      onEvent({ type: 'sources', passages });
      const said = startAnswer(current.documents, onEvent);
      let answers: Worded['answers'] = 'quotes';
      // Whether the documents answer is decided without the language model; it may only find that they do not.
      if (writer && found.sentences.length > 0) {
        onEvent({ type: 'status', status: 'writing' });
        const worded = await wordAnswer(corrected, found, {
          generation: current,
          embedding: model,
          writer,
          until,
          ...leave,
          onVerifying: () => onEvent({ type: 'status', status: 'verifying' }),
          say: said.say,
          log,
        });
        answers = worded.answers;
        warnings.push(...worded.warnings);
      }
      if (answers === 'quotes') for (const sentence of found.sentences) said.say(sentence);
      const quoted = found.sentences.flatMap(({ quotes }) => quotes.map(({ quote }) => quote)).join(' ');
      const aliases = found.sentences.length > 0 ? usedAliases(quoted, mentionsIn(current, corrected)) : [];
      const reply: Reply = {
        ...toReply(current, found, said, passages),
        // A language model may have answered without it.
        ...(answers === 'quotes' || said.text().includes(found.shortAnswer ?? '') ? {} : { shortAnswer: null }),
        rewrittenQuestion,
        mode: answers === 'quotes' ? 'extractive' : 'generative',
        ...(writer && answers !== 'quotes' ? { prompt: writer.prompts.answer.id } : {}),
        ...(aliases.length > 0 ? { aliases } : {}),
        ...(warnings.length > 0 ? { warnings } : {}),
        ...(conversation ? { conversationId: conversation.id } : {}),
        tookMs: round(performance.now() - began),
      };
      if (!reply.answered && isInOtherLanguage(current, question)) reply.answer = `${NOT_IN_DOCUMENTS} ${OTHER_LANGUAGE}`;
      signal?.throwIfAborted();
      await conversation?.keep(question, reply);
      onEvent({ type: 'reply', reply });
      return reply;
    },
    async search({ query, sources, topK = DEFAULT_PASSAGES }) {
      const current = generation();
      const allowed = sourceSet(current, sources);
      const { candidates, rest } = await findPassages(current, models, spelled(current, askingPart(query)), allowed ? { sources: allowed } : {});
      const { generation: name, builtAt } = current.manifest;
      return { passages: toPassages(current, [...candidates, ...rest], topK), index: { generation: name, builtAt } };
    },
  };
}
