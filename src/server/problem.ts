import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** A field of the request that is wrong, and what is wrong with it. */
export interface FieldError {
  field: string;
  message: string;
}

const TITLES: Record<number, string> = {
  400: 'The request is not valid',
  401: 'Authentication is needed',
  403: 'This is not allowed',
  404: 'There is no such thing',
  405: 'The method is not allowed here',
  409: 'The file has changed',
  413: 'The request is too large',
  415: 'The request must be JSON',
  500: 'Something went wrong here',
  503: 'The service is busy',
};

/** An error as an RFC 9457 problem document. */
export function problem(c: Context, status: ContentfulStatusCode, detail: string, errors?: FieldError[]): Response {
  const body = { type: 'about:blank', title: TITLES[status] ?? 'Error', status, detail, ...(errors ? { errors } : {}) };
  return c.body(JSON.stringify(body), status, { 'content-type': 'application/problem+json' });
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

/** Turns whatever a handler threw into a problem document; the details of a defect of ours stay in the log. */
export function errorProblem(error: Error, c: Context, log: (message: string) => void): Response {
  if (error instanceof HTTPException) {
    if (error.status === 400) return problem(c, 400, 'the body is not valid JSON', [{ field: 'body', message: 'is not valid JSON' }]);
    return problem(c, error.status as ContentfulStatusCode, error.message);
  }
  log(`${c.req.method} ${c.req.path} failed: ${error.stack ?? error.message}`);
  return problem(c, 500, 'the server failed at this request; its log says why');
}
