import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import type { Context } from 'hono';
import type { Assistant } from '../assistant/assistant.js';
import { createMcpServer } from './server.js';

/**
 * Answers one request of the streamable HTTP transport. No session is kept between requests, so that a restart, a
 * second process or a client that never says goodbye costs nothing; a caller who hangs up stops the work.
 */
export async function answerMcp(c: Context, assistant: Assistant, log: (message: string) => void): Promise<Response> {
  // Without sessions there is nothing to listen to and nothing to end.
  if (c.req.method !== 'POST') return c.body(null, 405, { allow: 'POST' });
  const server = createMcpServer(assistant, log);
  const transport = new WebStandardStreamableHTTPServerTransport({});
  c.req.raw.signal.addEventListener('abort', () => server.close());
  await server.connect(transport);
  return transport.handleRequest(c.req.raw);
}
