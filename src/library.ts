import { type AskRequest, type AssistantOptions, createAssistant as openAssistant } from './assistant/assistant.js';
import type { AskOptions } from './assistant/events.js';
import type { Reply } from './assistant/reply.js';
import { type Config, ConfigError, settings as known, readConfig } from './config/config.js';
import type { BuildProgress } from './generation/build.js';
import { type RetrievedParagraph, VerbatimRetriever, type VerbatimRetrieverInput } from './retrieval/retriever.js';

export type { AskRequest } from './assistant/assistant.js';
export { UnknownSourceError } from './assistant/assistant.js';
export { ConversationError } from './assistant/conversation.js';
export type { AskEvent, AskOptions } from './assistant/events.js';
export type { Citation, Reply } from './assistant/reply.js';
export { ConfigError } from './config/config.js';
export type { BuildProgress } from './generation/build.js';
export { type RetrievedParagraph, VerbatimRetriever } from './retrieval/retriever.js';

/** Settings of the command line and the server, under the names the README lists; the environment is not read. */
export type Settings = Partial<Omit<Config, 'CORPUS_DIR' | 'INDEX_DIR'>>;

/** Folders, settings, and what else an assistant takes: a chat model, and where progress and log lines go. */
export interface CreateAssistantOptions extends Omit<AssistantOptions, 'reindex' | 'full'> {
  /** Folder of the documents. */
  corpus: string;
  /** Folder of the index generations; `index` where it is not given. */
  index?: string;
  settings?: Settings;
}

export interface SearchRequest {
  query: string;
  /** Only paragraphs of these sources. */
  sources?: string[];
  /** Paragraphs to return; 5 where it is not given. */
  topK?: number;
}

/** Answers questions about the documents of a folder. */
export interface VerbatimAssistant {
  /**
   * Answers a question with verified quotes, or says that the documents do not.
   *
   * @throws UnknownSourceError, ConversationError, or the reason of `signal` where it was aborted.
   */
  ask(request: string | AskRequest, options?: AskOptions): Promise<Reply>;
  /** Finds paragraphs, best first. @throws UnknownSourceError */
  search(request: string | SearchRequest): Promise<{ passages: RetrievedParagraph[]; index: Reply['index'] }>;
  /**
   * Takes in what changed in the documents; answers go on meanwhile, and come from the new generation afterwards.
   *
   * @throws Error that says why it could not be done; the generation before then goes on answering.
   */
  reindex(onProgress?: (progress: BuildProgress) => void): Promise<{ changed: boolean; generation: string }>;
  /** The search as a retriever of LangChain. */
  asRetriever(options?: Omit<VerbatimRetrieverInput, 'search'>): VerbatimRetriever;
  /** What is not as it should be, in words for the maintainer. */
  warnings(): string[];
  /** Frees the models; the assistant cannot be used afterwards. */
  close(): Promise<void>;
}

/** @throws ConfigError that names each setting that is unknown or wrong. */
function toConfig(corpus: string, index: string | undefined, settings: Settings): Config {
  const unknown = Object.keys(settings).filter((name) => !Object.hasOwn(known, name));
  if (unknown.length > 0) throw new ConfigError(`there is no setting ${unknown.join(', ')}`);
  const given = Object.entries({ ...settings, CORPUS_DIR: corpus, INDEX_DIR: index }).filter(([, value]) => value !== undefined);
  return readConfig(Object.fromEntries(given.map(([name, value]) => [name, String(value)])));
}

/**
 * Opens an assistant over a folder of documents, after bringing its index up to date.
 *
 * @example
 * const assistant = await createAssistant({ corpus: './docs' });
 * const { answer, citations } = await assistant.ask('When did Hungary become an observer?');
 * await assistant.close();
 *
 * @throws ConfigError for a wrong setting; Error when there is neither a usable index nor a way to build one.
 */
export async function createAssistant({ corpus, index, settings = {}, ...options }: CreateAssistantOptions): Promise<VerbatimAssistant> {
  const { ask, search, index: live, generation, warnings, close } = await openAssistant(toConfig(corpus, index, settings), options);
  return {
    ask: (request, ...rest) => ask(typeof request === 'string' ? { question: request } : request, ...rest),
    search: (request) => search(typeof request === 'string' ? { query: request } : request),
    async reindex(onProgress) {
      const { outcome, error } = await live.reindex(onProgress ? { onProgress } : {});
      if (error !== null) throw new Error(error);
      return { changed: outcome === 'switched', generation: generation().manifest.generation };
    },
    asRetriever: (input = {}) => new VerbatimRetriever({ ...input, search }),
    warnings,
    close,
  };
}
