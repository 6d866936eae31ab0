import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { Config } from '../config/config.js';
import { type LanguageModel, tameModel } from './language-model.js';

/**
 * The language model that the settings name, or the one given; null where there is none.
 *
 * @param given Any chat model of LangChain; it takes the place of `LLM_BASE_URL`.
 */
export async function openLanguageModel(config: Config, given?: BaseChatModel): Promise<LanguageModel | null> {
  const { LLM_BASE_URL, LLM_MODEL, LLM_API_KEY, LLM_RETRIES, LLM_ANSWER_TOKENS } = config;
  if (!given && !LLM_BASE_URL) return null;
  // Its import takes a quarter of a second, which only those who use it wait for.
  const model =
    given ??
    new (await import('@langchain/openai')).ChatOpenAI({
      model: LLM_MODEL,
      // Servers that want no key refuse a request without one.
      apiKey: LLM_API_KEY || 'none',
      configuration: { baseURL: LLM_BASE_URL },
      temperature: 0,
      maxTokens: LLM_ANSWER_TOKENS,
      streaming: true,
      // Some servers do not know the field that asks for the count.
      streamUsage: false,
      // We retry ourselves, within the time bound.
      maxRetries: 0,
    });
  return tameModel(model, LLM_MODEL || (given?.getName() ?? ''), { retries: LLM_RETRIES, answerTokens: LLM_ANSWER_TOKENS });
}
