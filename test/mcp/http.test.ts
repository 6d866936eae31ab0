import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/server/app.js';
import { listen, type RunningServer } from '../../src/server/serve.js';
import { openTestAssistant, type TestAssistant } from '../fixtures.js';
import { callTool, connectClient } from './connect.js';

let opened: TestAssistant;
let server: RunningServer;
beforeAll(async () => {
  opened = await openTestAssistant(undefined, { READER: 'off' });
  server = await listen(createApp(opened.assistant), '127.0.0.1', 0);
});
afterAll(async () => {
  await server.close();
  await opened.close();
});

const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};
const post = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/mcp`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
  });

describe('/mcp', () => {
  it('serves the client of the SDK over streamable HTTP', async () => {
    const client = await connectClient(new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`)));
    const told: (string | undefined)[] = [];
    await client.callTool({ name: 'ask', arguments: { question: 'Where?' } }, undefined, { onprogress: ({ message }) => told.push(message) });
    expect(told).toContain('searching');
    const { structuredContent } = await callTool(client, 'ask', { question: 'When was the Varna Pact signed?' });
    expect(structuredContent.answer).toContain('14 May 2009');
    expect((await client.listResources()).resources.map(({ name }) => name)).toEqual(['pilot-training.txt', 'varna-pact.md']);
    await client.close();
  });

  it('serves many clients at once', async () => {
    const clients = await Promise.all(Array.from({ length: 5 }, () => connectClient(new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`)))));
    const totals = await Promise.all(clients.map((client) => callTool(client, 'list_sources')));
    expect(totals.map(({ structuredContent }) => structuredContent.total)).toEqual([2, 2, 2, 2, 2]);
    await Promise.all(clients.map((client) => client.close()));
  });

  it('refuses what is not protocol, is too large, or comes by another method', async () => {
    expect((await post('{"jsonrpc":')).status).toBe(400);
    expect((await post({ hello: 'there' })).status).toBe(400);
    expect((await post(initialize, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post({ ...initialize, padding: 'x'.repeat(600_000) })).status).toBe(413);
    expect((await fetch(`${server.url}/mcp`)).status).toBe(405);
  });

  it('answers a page of its own machine, and no page of another', async () => {
    expect((await post(initialize, { origin: 'http://localhost:5173' })).status).toBe(200);
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1.evil.example'])
      expect((await post(initialize, { origin })).status, origin).toBe(403);
  });
});
