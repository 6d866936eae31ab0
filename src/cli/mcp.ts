import { once } from 'node:events';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { Config } from '../config/config.js';
import { createMcpServer } from '../mcp/server.js';
import { openAssistant } from './open-assistant.js';

/**
 * Speaks the Model Context Protocol on standard input and output until the client closes the input. The client can
 * connect at once; its calls wait until the index is up to date.
 */
export async function mcpCommand(config: Config): Promise<number> {
  // A line that is not protocol would break the connection, whichever library prints it.
  console.log = console.error;
  const opened = openAssistant(config);
  const server = createMcpServer(opened);
  const left = once(process.stdin, 'end');
  await server.connect(new StdioServerTransport());
  try {
    await Promise.all([opened, left]);
  } finally {
    await server.close();
  }
  await (await opened).close();
  return 0;
}
