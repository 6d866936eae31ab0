import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { secureHeaders } from 'hono/secure-headers';
import { trimTrailingSlash } from 'hono/trailing-slash';
import type { Assistant } from '../assistant/assistant.js';
import { indexOf } from '../assistant/reply.js';
import { answerMcp } from '../mcp/http.js';
import { addOpenAiRoutes } from '../openai/routes.js';
import { version } from '../version.js';
import { mayRead, onlyAllowedHosts } from './allowed-hosts.js';
import { limitQuestions, TooManyQuestionsError } from './busy.js';
import { addConversationRoutes } from './conversation-routes.js';
import { addDocumentRoutes, type DocumentSettings } from './document-routes.js';
import { startMetrics } from './metrics.js';
import { body, failed, json } from './openapi.js';
import { describeError, problem, sendProblem, tooLarge, validationProblem } from './problem.js';
import { addReindexRoutes } from './reindex-routes.js';
import * as schema from './schemas.js';
import { sendFile } from './send-file.js';
import { originalHeaders } from './send-original.js';
import { addSourceRoutes } from './source-routes.js';
import { streamReply, wantsStream } from './stream.js';

/** Bodies larger than this are refused: a question and twenty long turns fit many times. */
const MAX_BODY_BYTES = 512 * 1024;

/** Questions worked on at once; more would only wait in memory for the two cores. */
const MAX_CONCURRENT_QUESTIONS = 64;

const PAGE_FOLDER = fileURLToPath(new URL('../../src/server/page/', import.meta.url));
const PAGE_FILES = new Set(readdirSync(PAGE_FOLDER));
const SWAGGER_FOLDER = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const SWAGGER_FILES = new Set(['swagger-ui.css', 'swagger-ui-bundle.js']);

const refusals = {
  400: failed('A field is missing, wrong or unknown; `errors` names it'),
  413: failed('The body is too large'),
  415: failed('The body is not JSON'),
  503: failed('Too many questions at once; try again after `Retry-After` seconds'),
};

const routes = {
  ask: createRoute({
    method: 'post',
    path: '/ask',
    summary: 'Answer a question with verified quotes',
    request: body(schema.askRequest),
    responses: {
      200: {
        description: 'The answer, or that the documents have none; with `stream: true` or `Accept: text/event-stream` as events',
        content: { 'application/json': { schema: schema.askReply }, 'text/event-stream': { schema: schema.askEvents } },
      },
      ...refusals,
    },
  }),
  search: createRoute({
    method: 'post',
    path: '/search',
    summary: 'Find paragraphs',
    request: body(schema.searchRequest),
    responses: { 200: json(schema.searchReply, 'Paragraphs, best first'), ...refusals },
  }),
  health: createRoute({ method: 'get', path: '/health', summary: 'Is the process alive?', responses: { 200: json(schema.healthReply, 'It is') } }),
  metrics: createRoute({
    method: 'get',
    path: '/metrics',
    summary: 'Figures for Prometheus',
    responses: { 200: { content: { 'text/plain': { schema: schema.metricsReply } }, description: 'Requests, answers and the index in numbers' } },
  }),
  ready: createRoute({
    method: 'get',
    path: '/ready',
    summary: 'What answers, and what is not as it should be',
    responses: { 200: json(schema.readyReply, 'State of index and model') },
  }),
};

/** Without the fields that are undefined. */
const defined = <T extends object>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };

const securityHeaders = (styleSrc: string[]) =>
  secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      styleSrc,
      imgSrc: ["'self'", 'data:'],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
    referrerPolicy: 'no-referrer',
  });
const headers = securityHeaders(["'self'"]);
/** Swagger UI sets styles in the page; everything else keeps the strict policy. */
const docsHeaders = securityHeaders(["'self'", "'unsafe-inline'"]);

/** Without settings, nobody may change the documents. */
const NO_ADMINISTRATOR: DocumentSettings = { adminKey: '', corpusFolder: '', maxFileBytes: 0 };

export interface AppOptions {
  /** Names this server may be called by, and whose pages may call it, beside addresses and local names. */
  allowedHosts?: readonly string[];
  /** What an administrator may do with the documents. */
  documents?: DocumentSettings;
}

/**
 * The HTTP door: the API, its description, and the chat page.
 *
 * @param log Takes lines about failures.
 */
export function createApp(
  unlimited: Assistant,
  log: (message: string) => void = console.error,
  { allowedHosts = [], documents = NO_ADMINISTRATOR }: AppOptions = {},
): OpenAPIHono {
  const app = new OpenAPIHono({
    defaultHook: (result, c) => (result.success ? undefined : validationProblem(c, result.error.issues)),
  });
  const metrics = startMetrics(unlimited);
  const assistant = limitQuestions(metrics.counted(unlimited), MAX_CONCURRENT_QUESTIONS);

  app.use(metrics.requests);
  app.use((c, next) => (c.req.path === '/docs' ? docsHeaders : c.req.path.startsWith('/originals/') ? originalHeaders : headers)(c, next));
  const allowed = new Set(allowedHosts);
  app.use(onlyAllowedHosts(allowed));
  app.use(trimTrailingSlash());
  // Chat front ends and MCP clients may be pages themselves.
  for (const path of ['/v1/*', '/mcp']) app.use(path, cors({ origin: (origin, c) => (mayRead(c, origin, allowed) ? origin : null) }));
  const limit = bodyLimit({ maxSize: MAX_BODY_BYTES, onError: (c) => tooLarge(c, `the body may have ${MAX_BODY_BYTES} bytes`) });
  // A document may be larger than a question; its route has a limit of its own.
  app.use((c, next) => (c.req.path === '/documents' ? next() : limit(c, next)));
  app.on('POST', ['/ask', '/search', '/v1/*'], (c, next) => {
    if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(c.req.header('content-type') ?? ''))
      return problem(c, 415, 'send the body with the header content-type: application/json');
    return next();
  });

  app.openapi(routes.ask, async (c) => {
    const { stream, ...request } = c.req.valid('json');
    const asked = defined(request);
    if (wantsStream(c, stream))
      return streamReply(c, (options) => assistant.ask(asked, options), {
        messages: ({ type, ...data }) => [{ event: type, data: JSON.stringify(data) }],
        failure: (error) => ({ event: 'error', data: JSON.stringify(describeError(error, c, log)) }),
      });
    return c.json(await assistant.ask(asked, { signal: c.req.raw.signal }), 200);
  });
  app.openapi(routes.search, async (c) => {
    const { query, history, sources, topK } = c.req.valid('json');
    return c.json(await assistant.search({ query, ...(history ? { history } : {}), ...(sources ? { sources } : {}), ...(topK ? { topK } : {}) }), 200);
  });
  addSourceRoutes(app, assistant);
  addConversationRoutes(app, assistant);
  app.openapi(routes.health, (c) => c.json({ status: 'ok' as const }, 200));
  app.openapi(routes.ready, (c) => {
    const generation = assistant.generation();
    const { counts, model } = generation.manifest;
    const { index } = assistant;

    return c.json(
      {
        ready: true,
        index: indexOf(generation),
        model,
        search: generation.dense.kind,
        counts,
        upToDate: index.isUpToDate(),
        pinned: index.isPinned(),
        reindexing: index.job() !== null,
        warnings: assistant.warnings(),
        conversations: assistant.conversations !== null,
        languageModel: assistant.languageModel(),
      },
      200,
    );
  });

  addOpenAiRoutes(app, assistant, log);
  app.openAPIRegistry.registerPath({
    method: 'post',
    path: '/mcp',
    summary: 'Model Context Protocol, streamable HTTP without sessions',
    request: body(schema.jsonRpcMessage),
    responses: { 200: { description: 'The reply, as JSON-RPC in server-sent events' }, 403: failed('The host or the origin is not an allowed one') },
  });
  app.all('/mcp', (c) => answerMcp(c, assistant, log));

  app.openapi(routes.metrics, async (c) => {
    const { body: figures, contentType } = await metrics.text();
    return c.text(figures, 200, { 'content-type': contentType });
  });

  addReindexRoutes(app, assistant.index, documents.adminKey);
  addDocumentRoutes(app, documents);

  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'Verbatim', version, description: 'Answers questions about a folder of documents and proves each answer with verified quotes.' },
  });
  app.get('/', (c) => sendFile(c, PAGE_FOLDER, 'index.html'));
  app.get('/docs', (c) => sendFile(c, PAGE_FOLDER, 'docs.html'));
  app.get('/page/:file', (c) => (PAGE_FILES.has(c.req.param('file')) ? sendFile(c, PAGE_FOLDER, c.req.param('file')) : c.notFound()));
  app.get('/docs/:file', (c) => (SWAGGER_FILES.has(c.req.param('file')) ? sendFile(c, SWAGGER_FOLDER, c.req.param('file')) : c.notFound()));

  app.notFound((c) => {
    const methods = new Set(app.routes.filter(({ path, method }) => path === c.req.path && method !== 'ALL').map(({ method }) => method));
    if (methods.size === 0) return problem(c, 404, `there is nothing at ${c.req.path}; /docs lists what there is`);
    const allow = [...methods].join(', ');
    c.header('allow', allow);
    return problem(c, 405, `${c.req.path} takes ${allow}, not ${c.req.method}; /docs says how`);
  });
  app.onError((error, c) => {
    // Nobody reads this; it only ends the request.
    if (c.req.raw.signal.aborted) return problem(c, 503, 'the caller has left');
    if (error instanceof TooManyQuestionsError) c.header('retry-after', '1');
    return sendProblem(c, describeError(error, c, log));
  });
  return app;
}
