import path from 'node:path';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { usedAliases } from '../aliases/expand.js';
import { type AnswerModels, answerFromDocuments, searchPassages } from '../answering/answer.js';
import { mentionsIn } from '../answering/mentions.js';
import { loadRanker } from '../answering/ranker.js';
import { askingPart, rewriteFollowUp, type Turn } from '../answering/rewrite.js';
import type { Config } from '../config/config.js';
import type { Conversations } from '../conversations/store.js';
import { readLimits } from '../documents/limits.js';
import { readOriginal } from '../documents/original.js';
import { loadEmbeddingModel } from '../embedding/load-model.js';
import type { BuildProgress } from '../generation/build.js';
import type { Generation } from '../generation/open.js';
import type { LanguageModelState } from '../generative/language-model.js';
import { type LiveIndex, openLiveIndex } from '../indexing/live-index.js';
import type { RetrievedParagraph } from '../retrieval/retriever.js';
import { continueConversation, openKept } from './conversation.js';
import type { AskOptions } from './events.js';
import { openReader, openWriter } from './open-models.js';
import { completeFollowUp, inWordsOfDocuments, isInOtherLanguage } from './read-question.js';
import { indexOf, NOT_IN_DOCUMENTS, OTHER_LANGUAGE, type Reply, round, startAnswer, toPassages, toReply } from './reply.js';
import { type Worded, wordAnswer } from './word-answer.js';

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

/** Thrown when a request names a source that the index does not hold. */
export class UnknownSourceError extends Error {}

export interface Assistant {
  /**
   * Answers a question.
   *
   * @throws UnknownSourceError, ConversationError, or the reason of `signal` where the caller left before the reply.
   */
  ask(request: AskRequest, options?: AskOptions): Promise<Reply>;
  search(request: { query: string; history?: Turn[]; sources?: string[]; topK?: number }): Promise<{ passages: RetrievedParagraph[]; index: Reply['index'] }>;
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
      const corrected = inWordsOfDocuments(current, model.encoder, await completeFollowUp(question, history, writer, { until, ...leave }, warnings));
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
      if (!reply.answered && isInOtherLanguage(current, model.encoder, question)) reply.answer = `${NOT_IN_DOCUMENTS} ${OTHER_LANGUAGE}`;
      signal?.throwIfAborted();
      await conversation?.keep(question, reply);
      onEvent({ type: 'reply', reply });
      return reply;
    },
    async search({ query, history = [], sources, topK = DEFAULT_PASSAGES }) {
      const current = generation();
      const allowed = sourceSet(current, sources);
      const found = await searchPassages(
        current,
        models,
        inWordsOfDocuments(current, model.encoder, rewriteFollowUp(query, history) ?? askingPart(query)),
        allowed ? { sources: allowed } : {},
      );
      return { passages: toPassages(current, found, topK), index: indexOf(current) };
    },
  };
}
