import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Assistant } from '../assistant/assistant.js';
import type { AskEvent } from '../assistant/events.js';
import { describeError, openAiError } from '../server/problem.js';
import { askReply, openAiErrorReply } from '../server/schemas.js';
import { type EventMessage, streamReply } from '../server/stream.js';
import { completion, modelList, sentenceContent, sourcesContent, startChunks, usageOf } from './completion.js';
import { completionRequest, toQuestion } from './request.js';

const usage = z.object({ prompt_tokens: z.number().int(), completion_tokens: z.number().int(), total_tokens: z.number().int() });

const completionReply = z
  .object({
    id: z.string(),
    object: z.literal('chat.completion'),
    created: z.number().int(),
    model: z.string(),
    choices: z.array(
      z.object({
        index: z.number().int(),
        message: z.object({ role: z.literal('assistant'), content: z.string(), refusal: z.null() }),
        logprobs: z.null(),
        finish_reason: z.literal('stop'),
      }),
    ),
    usage,
    verbatim: askReply,
  })
  .openapi('ChatCompletion');

const chunks = z.string().openapi('ChatCompletionChunks', {
  description:
    'Server-sent `chat.completion.chunk` objects, a sentence each; the last one with a choice holds `verbatim`, the whole reply. Ends with `[DONE]`.',
});

const model = z.object({ id: z.string(), object: z.literal('model'), created: z.number().int(), owned_by: z.string() });
const failed = (description: string) => ({ content: { 'application/json': { schema: openAiErrorReply } }, description });

const routes = {
  models: createRoute({
    method: 'get',
    path: '/v1/models',
    summary: 'List the one model, as OpenAI does',
    responses: {
      200: { content: { 'application/json': { schema: z.object({ object: z.literal('list'), data: z.array(model) }) } }, description: 'The model' },
    },
  }),
  completions: createRoute({
    method: 'post',
    path: '/v1/chat/completions',
    summary: 'Answer the last message of a chat, as OpenAI does',
    request: { body: { required: true, content: { 'application/json': { schema: completionRequest } } } },
    responses: {
      200: {
        content: { 'application/json': { schema: completionReply }, 'text/event-stream': { schema: chunks } },
        description: 'The answer with its sources as Markdown, and the whole reply in `verbatim`',
      },
      400: failed('A parameter is wrong or asks for what is not offered; `param` names it'),
      413: failed('The body is too large'),
      415: failed('The body is not JSON'),
      503: failed('Too many questions at once; try again after `Retry-After` seconds'),
    },
  }),
};

/** The door for programs that speak to OpenAI: they work with this server as their base URL. */
export function addOpenAiRoutes(app: OpenAPIHono, assistant: Assistant, log: (message: string) => void): void {
  const { countTokens } = assistant.models.embedding.encoder;

  app.openapi(routes.models, (c) => c.json(modelList(assistant.generation().manifest.builtAt), 200));

  app.openapi(routes.completions, async (c) => {
    const request = c.req.valid('json');
    const asked = toQuestion(request);
    if (!request.stream) return c.json(completion(asked, await assistant.ask(asked, { signal: c.req.raw.signal }), countTokens), 200);
    const chunk = startChunks();
    const data = (value: object): EventMessage => ({ data: JSON.stringify(value) });
    let content = '';
    const say = (text: string): EventMessage => {
      content += text;
      return data(chunk.say(text));
    };
    const messages = (event: AskEvent): EventMessage[] => {
      if (event.type === 'sentence') return [say(sentenceContent(event.text))];
      if (event.type !== 'reply') return [];
      const { reply } = event;
      const rest = (reply.answered ? '' : sentenceContent(reply.answer)) + sourcesContent(reply);
      const end = [say(rest), data(chunk.end(reply))];
      const counted = request.stream_options?.include_usage ? [data(chunk.usage(usageOf(asked, content, countTokens)))] : [];
      return [...end, ...counted, { data: '[DONE]' }];
    };
    return streamReply(c, (options) => assistant.ask(asked, options), {
      begin: [data(chunk.begin())],
      messages,
      failure: (error) => data(openAiError(describeError(error, c, log))),
    });
  });
}
