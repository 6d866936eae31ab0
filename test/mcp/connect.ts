import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';

/** The SDK's own client, connected; it checks structured results against the schemas that the server declares. */
export async function connectClient(transport: StdioClientTransport | StreamableHTTPClientTransport | InMemoryTransport): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  // One of them declares an optional property in a way that exact types do not take.
  await client.connect(transport as Transport);
  await client.listTools();
  return client;
}

export type ToolResult = {
  isError?: boolean;
  content: { type: string; text: string }[];
  // biome-ignore lint/suspicious/noExplicitAny: each tool has another form, which the client has checked already
  structuredContent: any;
};

export const callTool = async (client: Client, name: string, args: Record<string, unknown> = {}): Promise<ToolResult> =>
  (await client.callTool({ name, arguments: args })) as unknown as ToolResult;
