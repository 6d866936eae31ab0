import { randomUUID } from 'node:crypto';
import type { AskRequest } from '../assistant/assistant.js';
import type { Reply } from '../assistant/reply.js';
import { underAnswer } from '../assistant/reply-text.js';
import { escapeMarkdown } from './markdown.js';

/** The one model that `GET /v1/models` lists. */
const MODEL = 'verbatim';

const seconds = (date: Date): number => Math.floor(date.getTime() / 1000);

/** What an answer's sentences, or the reply without one, look like in a chat. */
export const sentenceContent = escapeMarkdown;

/** What comes after the sentences: the sources in readable form. */
export const sourcesContent = (reply: Reply): string => underAnswer(reply, escapeMarkdown);

/** Tokens of what was read and of what is said, as the embedding model counts them. */
export function usageOf({ question, history = [] }: AskRequest, content: string, countTokens: (text: string) => number) {
  const prompt_tokens = [question, ...history.map((turn) => turn.content)].reduce((sum, text) => sum + countTokens(text), 0);
  const completion_tokens = countTokens(content);
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

type Usage = ReturnType<typeof usageOf>;

/** A reply as a `chat.completion`; the field `verbatim` is what `POST /ask` would return. */
export function completion(asked: AskRequest, reply: Reply, countTokens: (text: string) => number) {
  const content = sentenceContent(reply.answer) + sourcesContent(reply);
  const message = { role: 'assistant' as const, content, refusal: null };
  return {
    id: `chatcmpl-${randomUUID()}`,
    object: 'chat.completion' as const,
    created: seconds(new Date()),
    model: MODEL,
    choices: [{ index: 0, message, logprobs: null, finish_reason: 'stop' as const }],
    usage: usageOf(asked, content, countTokens),
    verbatim: reply,
  };
}

/** Makes the chunks of one streamed completion. */
export function startChunks() {
  const head = { id: `chatcmpl-${randomUUID()}`, object: 'chat.completion.chunk' as const, created: seconds(new Date()), model: MODEL };
  const choice = (delta: object, finish_reason: 'stop' | null = null) => ({ index: 0, delta, logprobs: null, finish_reason });
  return {
    begin: () => ({ ...head, choices: [choice({ role: 'assistant', content: '' })] }),
    say: (content: string) => ({ ...head, choices: [choice({ content })] }),
    end: (reply: Reply) => ({ ...head, choices: [choice({}, 'stop')], verbatim: reply }),
    usage: (usage: Usage) => ({ ...head, choices: [], usage }),
  };
}

/** What `GET /v1/models` says. @param builtAt When what it answers from was made. */
export const modelList = (builtAt: string) => ({
  object: 'list' as const,
  data: [{ id: MODEL, object: 'model' as const, created: seconds(new Date(builtAt)), owned_by: 'verbatim' }],
});
