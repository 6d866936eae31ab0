import { z } from '@hono/zod-openapi';

const source = z.string().min(1).max(1024);
const sources = z
  .array(source)
  .min(1)
  .max(1000)
  .optional()
  .openapi({ description: 'Only these sources may answer', example: ['budapest-office.md'] });
const topK = z.number().int().min(1).max(20).optional().openapi({ description: 'Passages in the reply; 5 where it is not given' });

/** A text with something in it: 1 to 2000 characters beside white space. */
export const questionText = z
  .string({ error: ({ input }) => (input === undefined ? 'is missing' : 'must be a text') })
  .max(2000)
  .refine((text) => /[\p{L}\p{N}]/u.test(text), 'must hold a letter or a digit');

const history = z
  .array(z.strictObject({ role: z.enum(['user', 'assistant']), content: z.string().max(20_000) }))
  .max(20)
  .optional()
  .openapi({ description: 'Earlier turns of the conversation, oldest first' });

export const askRequest = z
  .strictObject({
    question: questionText.openapi({ example: 'When did Hungary become an observer?' }),
    history,
    conversationId: z
      .string()
      .max(64)
      .optional()
      .openapi({ description: 'A kept conversation to go on with, or "new" to begin one; without it nothing is kept. Instead of `history`', example: 'new' }),
    sources,
    topK,
    stream: z.boolean().optional().openapi({ description: 'Send server-sent events; where it is not given, the `Accept` header decides' }),
  })
  .refine(({ history: turns, conversationId }) => turns === undefined || conversationId === undefined, {
    path: ['history'],
    error: 'must not be given together with conversationId, which has its own',
  })
  .openapi('AskRequest');

export const searchRequest = z.strictObject({ query: questionText, history, sources, topK }).openapi('SearchRequest');

export const page = z.number().int().min(1).optional().openapi({ description: '1-based page on which the paragraph begins, in a document that has pages' });

const citation = z
  .object({
    id: z.number().int(),
    source,
    title: z.string(),
    paragraph: z.number().int(),
    start: z.number().int().openapi({ description: 'UTF-16 code units into the text that GET /sources/{source} returns' }),
    end: z.number().int(),
    quote: z.string(),
    page,
    url: z.string(),
  })
  .openapi('Citation');

const passage = z
  .object({ source, title: z.string(), paragraph: z.number().int(), start: z.number().int(), end: z.number().int(), text: z.string(), page, score: z.number() })
  .openapi('Passage');

export const index = z.object({ generation: z.string(), builtAt: z.string() });

export const askReply = z
  .object({
    answer: z.string(),
    answered: z.boolean(),
    confidence: z.number(),
    shortAnswer: z.string().nullable(),
    citations: z.array(citation),
    conflicts: z.array(z.object({ about: z.string(), values: z.array(z.object({ value: z.string(), citations: z.array(z.number().int()) })) })),
    passages: z.array(passage),
    rewrittenQuestion: z.string().nullable(),
    aliases: z.array(z.object({ said: z.string(), used: z.string() })).optional(),
    index,
    mode: z.enum(['extractive', 'generative']).openapi({ description: 'Whether a language model worded the answer, or the documents are quoted' }),
    prompt: z.string().optional().openapi({ description: 'Prompt of the language model, with its version', example: 'answer@1' }),
    warnings: z.array(z.string()).optional().openapi({ description: 'What did not go as it should have, such as a language model that failed' }),
    conversationId: z.string().optional().openapi({ description: 'Name of the conversation, where it is kept' }),
    tookMs: z.number(),
  })
  .openapi('AskReply');

export const conversationParameters = z.object({
  id: z
    .string()
    .max(64)
    .openapi({ param: { name: 'id', in: 'path' } }),
});

export const conversationReply = z
  .object({ id: z.string(), turns: z.array(z.object({ askedAt: z.string(), question: z.string(), reply: askReply })) })
  .openapi('Conversation');

export const askEvents = z.string().openapi('AskEvents', {
  description:
    'Server-sent events, each with a JSON object: `status` {status: searching, reading, writing or verifying}, `sources` {passages}, ' +
    '`sentence` {text, citations, citationIds}, and at the end `reply` {reply}, or `error` with a problem document. ' +
    'A sentence was verified before it is sent and is not taken back; the texts of all sentences together are the answer.',
  example: 'event: status\ndata: {"status":"searching"}\n\n',
});

export const searchReply = z.object({ passages: z.array(passage), index }).openapi('SearchReply');

export const sourceSummary = z.object({ source, title: z.string(), paragraphs: z.number().int(), sha256: z.string(), url: z.string() });

export const sourceList = z.object({ sources: z.array(sourceSummary), index }).openapi('SourceList');

export const sourceParameters = z.object({ source: source.openapi({ param: { name: 'source', in: 'path' }, example: 'budapest-office.md' }) });

export const sourceReply = z
  .object({
    source,
    title: z.string(),
    text: z.string(),
    sha256: z.string(),
    metadata: z.record(z.string(), z.string()),
    paragraphs: z.array(z.object({ paragraph: z.number().int(), start: z.number().int(), end: z.number().int(), heading: z.boolean(), page })),
    index,
  })
  .openapi('Source');

export const healthReply = z.object({ status: z.literal('ok') }).openapi('Health');

export const readyReply = z
  .object({
    ready: z.boolean(),
    index,
    model: z.string(),
    search: z.enum(['hnsw', 'exact']),
    counts: z.object({ documents: z.number().int(), paragraphs: z.number().int(), passages: z.number().int(), sentences: z.number().int() }),
    upToDate: z.boolean().openapi({ description: 'Whether the last reindex went well and no rollback pinned the generation' }),
    pinned: z.boolean().openapi({ description: 'Whether a rollback chose the generation; a reindex that is asked for ends it' }),
    reindexing: z.boolean(),
    warnings: z.array(z.string()),
    conversations: z.boolean().openapi({ description: 'Whether conversations are kept for callers who ask for it' }),
    languageModel: z
      .object({ model: z.string(), state: z.enum(['untried', 'ready', 'failing', 'resting']), problem: z.string().nullable() })
      .nullable()
      .openapi({ description: 'How the language model is doing; null where answers are made without one' }),
  })
  .openapi('Ready');

const progress = z.object({ done: z.number().int(), all: z.number().int() });

export const reindexReply = z
  .object({
    running: z
      .object({
        id: z.number().int(),
        startedAt: z.string(),
        phase: z.enum(['waiting', 'reading', 'embedding', 'writing', 'verifying', 'compacting']),
        files: progress,
        passages: progress.openapi({ description: 'Passages to embed; those known from an earlier generation are not among them' }),
        percent: z.number(),
        secondsLeft: z.number().nullable(),
      })
      .nullable(),
    last: z
      .object({
        id: z.number().int(),
        startedAt: z.string(),
        endedAt: z.string(),
        outcome: z.enum(['switched', 'unchanged', 'failed']),
        generation: z.string().nullable(),
        passagesEmbedded: z.number().int(),
        warnings: z.array(z.string()),
        error: z.string().nullable(),
      })
      .nullable(),
    warnings: z.array(z.string()),
  })
  .openapi('Reindex');

export const documentUpload = z
  .object({ file: z.any().openapi({ type: 'string', format: 'binary', description: 'Its file name, which may hold folders, becomes the source' }) })
  .openapi('DocumentUpload');

export const documentReply = z.object({ source, bytes: z.number().int(), replaced: z.boolean() }).openapi('Document');

export const metricsReply = z.string().openapi('Metrics', { example: 'verbatim_questions_total{outcome="answered"} 12\n' });

export const jsonRpcMessage = z.looseObject({ jsonrpc: z.literal('2.0') }).openapi('JsonRpcMessage');

export const openAiErrorReply = z
  .object({ error: z.object({ message: z.string(), type: z.string(), param: z.string().nullable(), code: z.string().nullable() }) })
  .openapi('OpenAiError');

export const problemReply = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  })
  .openapi('Problem');
