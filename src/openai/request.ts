import { z } from '@hono/zod-openapi';
import type { AskRequest } from '../assistant/assistant.js';
import { WrongFieldError } from '../server/problem.js';
import { questionText } from '../server/schemas.js';

/** Earlier turns that go along with a question, and characters of each; what is older or longer is left out. */
const MAX_TURNS = 20;
const MAX_TURN_CHARACTERS = 20_000;

const part = z.looseObject({ type: z.string(), text: z.string().optional() });

/**
 * What is read of a request. Parameters that steer how a model samples say nothing here and are ignored, as are
 * parameters we do not know.
 */
export const completionRequest = z
  .looseObject({
    model: z.string().optional().openapi({ description: 'Any name; there is one model', example: 'verbatim' }),
    messages: z
      .array(
        z.looseObject({
          role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
          content: z.union([z.string(), z.array(part)]).nullish(),
        }),
      )
      .min(1)
      .openapi({ example: [{ role: 'user', content: 'When did Hungary become an observer?' }] }),
    stream: z.boolean().nullish(),
    stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
    n: z.number().nullish(),
    logprobs: z.boolean().nullish(),
    tools: z.array(z.unknown()).nullish(),
    functions: z.array(z.unknown()).nullish(),
    tool_choice: z.unknown().optional(),
    response_format: z.looseObject({ type: z.string() }).nullish(),
    modalities: z.array(z.string()).nullish(),
  })
  .openapi('ChatCompletionRequest');

export type CompletionRequest = z.infer<typeof completionRequest>;
type Message = CompletionRequest['messages'][number];

/** Refuses what would otherwise be left undone silently. */
function refuseUnsupported({ n, logprobs, tools, functions, tool_choice, response_format, modalities }: CompletionRequest): void {
  if (n && n !== 1) throw new WrongFieldError('n', 'there is one answer to a question; leave it out or send 1');
  if (logprobs) throw new WrongFieldError('logprobs', 'there are none; "verbatim.confidence" of the reply says how sure an answer is');
  if (tools?.length && tool_choice !== 'none') throw new WrongFieldError('tools', 'no tools are called; the documents alone are searched');
  if (functions?.length) throw new WrongFieldError('functions', 'no functions are called; the documents alone are searched');
  if (response_format && response_format.type !== 'text')
    throw new WrongFieldError('response_format', 'answers are text; the field "verbatim" of the reply is JSON');
  if (modalities?.some((modality) => modality !== 'text')) throw new WrongFieldError('modalities', 'answers are text');
}

function textOf({ content }: Message, field: string): string {
  if (!Array.isArray(content)) return content ?? '';
  const other = content.findIndex(({ type }) => type !== 'text' && type !== 'refusal');
  if (other >= 0) throw new WrongFieldError(`${field}.content.${other}.type`, 'only parts of type text are understood');
  return content.map(({ text = '' }) => text).join('\n');
}

/**
 * The question of a chat: what its user said last, with the turns before it as history. Instructions of a system or
 * developer do not make documents say anything else, so they are not read; nor are results of tools.
 *
 * @throws WrongFieldError that names the parameter.
 */
export function toQuestion(request: CompletionRequest): Required<Pick<AskRequest, 'question' | 'history'>> {
  refuseUnsupported(request);
  const turns = request.messages.flatMap((message, i) => {
    const { role } = message;
    return role === 'user' || role === 'assistant' ? [{ role, content: textOf(message, `messages.${i}`), field: `messages.${i}` }] : [];
  });
  const last = turns.pop();
  if (last?.role !== 'user') throw new WrongFieldError('messages', 'the last of them must be the question of a user');
  const { success, error } = questionText.safeParse(last.content);
  if (!success) throw new WrongFieldError(`${last.field}.content`, error.issues.map(({ message }) => message).join('; '));
  const history = turns
    .filter(({ content }) => content !== '')
    .slice(-MAX_TURNS)
    .map(({ role, content }) => ({ role, content: content.slice(0, MAX_TURN_CHARACTERS) }));
  return { question: last.content, history };
}
