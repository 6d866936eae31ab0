import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { problem } from './problem.js';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Why a request may not do what only the administrator may, or null where it may. */
function refusal(c: Context, key: string): Response | null {
  const [, given] = /^Bearer +(\S.*?) *$/i.exec(c.req.header('authorization') ?? '') ?? [];
  if (given === undefined) {
    c.header('www-authenticate', 'Bearer');
    return problem(c, 401, 'send the administrator’s key in the header "authorization: Bearer KEY"');
  }
  return timingSafeEqual(digest(given), digest(key)) ? null : problem(c, 403, 'this is not the administrator’s key');
}

/** Lets requests with the administrator's key through; where none is set, no request. */
export const adminOnly =
  (key: string): MiddlewareHandler =>
  async (c, next) => {
    if (key === '') return problem(c, 403, 'this is switched off; to switch it on, set ADMIN_KEY to a secret and start again');
    return refusal(c, key) ?? (await next());
  };

/** Lets requests with the administrator's key through; where none is set, every request. */
export const adminIfSet =
  (key: string): MiddlewareHandler =>
  async (c, next) =>
    (key === '' ? null : refusal(c, key)) ?? (await next());
