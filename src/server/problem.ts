import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { UnknownSourceError } from '../assistant/assistant.js';
import { ConversationError } from '../assistant/conversation.js';
import { TooManyQuestionsError } from './busy.js';

/** A field of the request that is wrong, and what is wrong with it. */
export interface FieldError {
  field: string;
  message: string;
}

/** Thrown for a field that only a look at the whole request shows to be wrong. */
export class WrongFieldError extends Error {
  readonly field: FieldError;

  constructor(field: string, message: string) {
    super(`${field}: ${message}`);
    this.field = { field, message };
  }
}

const TITLES: Record<number, string> = {
  400: 'The request is not valid',
  401: 'Authentication is needed',
  403: 'This is not allowed',
  404: 'There is no such thing',
  405: 'The method is not allowed here',
  409: 'The file has changed',
  413: 'The request is too large',
  415: 'The content type is not the expected one',
  500: 'Something went wrong here',
  503: 'The service is busy',
};

/** What went wrong, as RFC 9457 has it. */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: FieldError[];
}

const describeProblem = (status: number, detail: string, errors?: FieldError[]): ProblemDocument => ({
  type: 'about:blank',
  title: TITLES[status] ?? 'Error',
  status,
  detail,
  ...(errors ? { errors } : {}),
});

/** The same in the form that clients of OpenAI read. */
export const openAiError = ({ status, detail, errors }: ProblemDocument) => ({
  error: {
    message: detail,
    type: status === 403 ? 'permission_error' : status < 500 ? 'invalid_request_error' : 'server_error',
    param: errors?.[0]?.field ?? null,
    code: status === 503 ? 'overloaded' : null,
  },
});

/** Sends a problem in the form that callers of the route read. */
export function sendProblem(c: Context, document: ProblemDocument): Response {
  const status = document.status as ContentfulStatusCode;
  if (c.req.path.startsWith('/v1/')) return c.json(openAiError(document), status);
  return c.body(JSON.stringify(document), status, { 'content-type': 'application/problem+json' });
}

/** An error as a response with a problem document. */
export const problem = (c: Context, status: ContentfulStatusCode, detail: string, errors?: FieldError[]): Response =>
  sendProblem(c, describeProblem(status, detail, errors));

/** A body that was given up before its end. */
export function tooLarge(c: Context, detail: string): Response {
  // What was not read of the body still stands in the connection.
  c.header('connection', 'close');
  return problem(c, 413, detail);
}

interface Issue {
  path: PropertyKey[];
  message: string;
}

/** A failed validation as a 400 that names each wrong field. */
export function validationProblem(c: Context, issues: readonly Issue[]): Response {
  const errors = issues.map(({ path, message }) => ({ field: path.map(String).join('.') || 'body', message }));
  const detail = errors.map(({ field, message }) => `${field}: ${message}`).join('; ');
  return problem(c, 400, detail, errors);
}

/** What a handler threw, as a problem document; the details of a defect of ours stay in the log. */
export function describeError(error: Error, c: Context, log: (message: string) => void): ProblemDocument {
  if (error instanceof UnknownSourceError) return describeProblem(400, `sources: ${error.message}`, [{ field: 'sources', message: error.message }]);
  if (error instanceof ConversationError)
    return describeProblem(400, `conversationId: ${error.message}`, [{ field: 'conversationId', message: error.message }]);
  if (error instanceof WrongFieldError) return describeProblem(400, error.message, [error.field]);
  if (error instanceof TooManyQuestionsError) return describeProblem(503, error.message);
  if (error instanceof HTTPException) {
    if (error.status === 400) return describeProblem(400, 'the body is not valid JSON', [{ field: 'body', message: 'is not valid JSON' }]);
    return describeProblem(error.status, error.message);
  }
  log(`${c.req.method} ${c.req.path} failed: ${error.stack ?? error.message}`);
  return describeProblem(500, 'the server failed at this request; its log says why');
}
