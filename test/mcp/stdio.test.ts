import { spawn } from 'node:child_process';
import path from 'node:path';
import { getDefaultEnvironment, StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { expect, it } from 'vitest';
import { HARBOURS, temporaryFolder } from '../fixtures.js';
import { callTool, connectClient } from './connect.js';

async function environment(): Promise<Record<string, string>> {
  const folder = await temporaryFolder(Object.fromEntries(Object.entries(HARBOURS).map(([name, content]) => [`corpus/${name}`, content])));
  return { ...getDefaultEnvironment(), CORPUS_DIR: path.join(folder, 'corpus'), INDEX_DIR: path.join(folder, 'index'), READER: 'off' };
}

it('npm run mcp serves the client of the SDK, which is let in while the index is being built', async () => {
  const transport = new StdioClientTransport({ command: 'npm', args: ['run', '--silent', 'mcp'], env: await environment(), stderr: 'ignore' });
  const client = await connectClient(transport);
  const { structuredContent } = await callTool(client, 'ask', { question: 'When was the Varna Pact signed?' });
  expect(structuredContent.answer).toContain('14 May 2009');
  await client.close();
});

it('writes nothing but protocol on standard output, and ends when the client closes the input', async () => {
  const child = spawn(process.execPath, ['dist/cli/main.js', 'mcp'], { env: await environment(), stdio: ['pipe', 'pipe', 'pipe'] });
  let [output, log] = ['', ''];
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (log += chunk));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const replied = new Promise<void>((resolve) => child.stdout.on('data', () => output.includes('"id":2') && resolve()));
  const say = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  say({ id: 1, method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } } });
  say({ method: 'notifications/initialized' });
  say({ id: 2, method: 'tools/call', params: { name: 'search', arguments: { query: 'pilots' } } });
  await replied;
  child.stdin.end();
  expect(await ended).toBe(0);
  for (const line of output.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' });
  expect(log).toContain('indexing');
});

it('ends with the reason when there is nothing to answer from', async () => {
  const child = spawn(process.execPath, ['dist/cli/main.js', 'mcp'], {
    env: { ...(await environment()), CORPUS_DIR: '/nowhere' },
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk) => (log += chunk));
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(1);
  expect(log).toContain('CORPUS_DIR');
});
