import { isIP } from 'node:net';
import type { Context, MiddlewareHandler } from 'hono';
import { problem } from './problem.js';

const withoutBrackets = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '::1' || /^127(?:\.\d{1,3}){3}$/.test(hostname);

/**
 * Whether a name cannot be one that an attacker has pointed at this machine (DNS rebinding): an address is no name,
 * and nobody can register a name without a dot.
 */
const cannotBeRebound = (hostname: string): boolean => isIP(hostname) !== 0 || !hostname.includes('.') || isLoopback(hostname);

function hostnameOf(url: string): string | null {
  try {
    return withoutBrackets(new URL(url).hostname);
  } catch {
    return null;
  }
}

/** Whether a page of this origin may read replies. @param allowed Names beside those of this machine. */
export function mayRead(c: Context, origin: string, allowed: ReadonlySet<string>): boolean {
  const hostname = hostnameOf(origin);
  return hostname !== null && (hostname === hostnameOf(c.req.url) || isLoopback(hostname) || allowed.has(hostname));
}

/**
 * Keeps web pages of others away from a server that trusts whoever can reach it: the name it is called by must be an
 * address, a local name or an allowed one, and a page that asks must come from here or from an allowed name.
 */
export function onlyAllowedHosts(allowed: ReadonlySet<string>): MiddlewareHandler {
  return async (c, next) => {
    const hostname = hostnameOf(c.req.url) ?? '';
    if (!cannotBeRebound(hostname) && !allowed.has(hostname))
      return problem(c, 403, `this server does not answer to the name ${hostname}; its owner can add it to ALLOWED_HOSTS`);
    const origin = c.req.header('origin');
    if (origin !== undefined && !mayRead(c, origin, allowed))
      return problem(c, 403, `pages of ${origin} may not use this server; its owner can add their host name to ALLOWED_HOSTS`);
    return next();
  };
}
