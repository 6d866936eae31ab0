import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { Config } from '../config/config.js';
import { openLanguageModel } from '../generative/open-model.js';
import { loadPrompts } from '../generative/prompt.js';
import { loadReader, type Reader } from '../reading/reader.js';
import { ReaderUnavailableError } from '../reading/reader-weights.js';
import type { Writer } from './word-answer.js';

/** Loads the reader where it is wanted; a missing or damaged one is a warning, not an end. */
export async function openReader({ READER, MODEL_CACHE_DIR, THREADS }: Config): Promise<{ reader: Reader | null; warning: string | null }> {
  if (READER === 'off') return { reader: null, warning: null };
  try {
    return { reader: await loadReader(MODEL_CACHE_DIR, { threads: THREADS }), warning: null };
  } catch (error) {
    if (!(error instanceof ReaderUnavailableError)) throw error;
    return { reader: null, warning: `answering without the trained reader: ${error.message}` };
  }
}

/** The language model with its prompts, which are checked before anything is asked; null where there is none. */
export async function openWriter(config: Config, chatModel?: BaseChatModel): Promise<Writer | null> {
  const [prompts, model] = await Promise.all([loadPrompts(), openLanguageModel(config, chatModel)]);
  return model && { model, prompts, timeout: config.LLM_TIMEOUT_MS, passageTokens: config.LLM_PASSAGE_TOKENS };
}
