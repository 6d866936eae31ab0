import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { Progress } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Assistant } from '../../src/assistant/assistant.js';
import { createMcpServer } from '../../src/mcp/server.js';
import { lines, makePdf } from '../documents/make/pdf.js';
import { HARBOURS, openTestAssistant, type TestAssistant } from '../fixtures.js';
import { callTool, connectClient } from './connect.js';

const LONG = Array.from({ length: 60 }, (_, i) => `Rule ${i + 1}. ${'Pilots keep watch at night. '.repeat(20)}`).join('\n\n');

async function connectTo(assistant: Assistant | Promise<Assistant>, log?: (line: string) => void): Promise<Client> {
  const [near, far] = InMemoryTransport.createLinkedPair();
  await createMcpServer(assistant, log).connect(far);
  return connectClient(near);
}

let opened: TestAssistant;
let client: Client;
beforeAll(async () => {
  const quays = await makePdf([lines(['The old quay is 90 metres long.'], 60, 60), lines(['The new quay is 210 metres long.'], 60, 60)]);
  opened = await openTestAssistant({ ...HARBOURS, 'annex/rules & watches.md': `# Rules\n\n${LONG}`, 'quays.pdf': quays }, { READER: 'off' });
  client = await connectTo(opened.assistant);
});
afterAll(async () => {
  await client.close();
  await opened.close();
});

describe('the tool ask', () => {
  it('gives the reply that every other door gives, and a text that names sources and quotes', async () => {
    const { structuredContent: reply, content } = await callTool(client, 'ask', { question: 'When was the Varna Pact signed?' });
    const expected = await opened.assistant.ask({ question: 'When was the Varna Pact signed?' });
    expect({ ...reply, tookMs: 0 }).toEqual({ ...expected, tookMs: 0 });
    expect(content[0]?.text).toContain('14 May 2009');
    expect(content[0]?.text).toMatch(/\[1\] varna-pact\.md, paragraph \d+: "/);
  });

  it('tells what it is at, where the client asks for it', async () => {
    const told: (string | undefined)[] = [];
    const onprogress = ({ message }: Progress) => told.push(message);
    await client.callTool({ name: 'ask', arguments: { question: 'When was the Varna Pact signed?' } }, undefined, { onprogress });
    expect(told).toEqual(['searching', 'reading']);
  });

  it('stops when the client cancels', async () => {
    const left = new AbortController();
    const asked = client.callTool({ name: 'ask', arguments: { question: 'When was the Varna Pact signed?' } }, undefined, {
      signal: left.signal,
      onprogress: () => left.abort(),
    });
    await expect(asked).rejects.toThrow();
  });

  it('says that the documents do not answer', async () => {
    const { structuredContent, content } = await callTool(client, 'ask', { question: 'What is the boiling point of ethanol?' });
    expect(structuredContent).toMatchObject({ answered: false, citations: [] });
    expect(content[0]?.text).toContain('nearest passages');
  });

  it.each([
    [{}, 'question'],
    [{ question: '?!' }, 'letter or a digit'],
    [{ question: 'Where?', topk: 3 }, 'topk'],
    [{ question: 'Where?', sources: ['nowhere.md'] }, 'there is no source nowhere.md'],
  ])('refuses %j and says what is wrong', async (args, message) => {
    const { isError, content } = await callTool(client, 'ask', args);
    expect(isError).toBe(true);
    expect(content[0]?.text).toContain(message);
  });
});

describe('the tool search', () => {
  it('finds paragraphs, best first', async () => {
    const { structuredContent } = await callTool(client, 'search', { query: 'seat of the training centre', topK: 2 });
    expect(structuredContent.passages).toHaveLength(2);
    expect(structuredContent.passages[0]).toMatchObject({ source: 'pilot-training.txt', paragraph: 4 });
  });
});

describe('the tool read_source', () => {
  it('reads paragraphs by number, with offsets into the text of the resource', async () => {
    const { structuredContent: part } = await callTool(client, 'read_source', { source: 'pilot-training.txt', from: 2, to: 3 });
    expect(part).toMatchObject({ paragraphCount: 4, next: null });
    expect(part.paragraphs.map(({ paragraph }: { paragraph: number }) => paragraph)).toEqual([2, 3]);
    const { contents } = await client.readResource({ uri: 'verbatim://sources/pilot-training.txt' });
    const text = String((contents[0] as { text: string }).text);
    for (const { start, end, text: quoted } of part.paragraphs) expect(text.slice(start, end)).toBe(quoted);
  });

  it('says on which page a paragraph stands, in a document that has pages', async () => {
    const { structuredContent: part, content } = await callTool(client, 'read_source', { source: 'quays.pdf' });
    expect(part.paragraphs.map(({ page }: { page?: number }) => page)).toEqual([1, 2]);
    expect(content[0]?.text).toContain('[p. 2, paragraph 2] The new quay is 210 metres long.');
  });

  it('gives a large source in parts that follow on each other and leave nothing out', async () => {
    const source = 'annex/rules & watches.md';
    const numbers: number[] = [];
    let parts = 0;
    for (let from: number | null = 1; from !== null; parts++) {
      const { structuredContent: part } = await callTool(client, 'read_source', { source, from });
      expect(JSON.stringify(part).length).toBeLessThan(30_000);
      numbers.push(...part.paragraphs.map(({ paragraph }: { paragraph: number }) => paragraph));
      from = part.next;
    }
    expect(parts).toBeGreaterThan(1);
    expect(numbers).toEqual(Array.from({ length: 61 }, (_, i) => i + 1));
  });

  it.each([
    [{ source: '../../etc/passwd' }, 'there is no source'],
    [{ source: 'pilot-training.txt', from: 5 }, 'has 4 paragraphs'],
    [{ source: 'pilot-training.txt', from: 3, to: 2 }, 'is empty'],
  ])('refuses %j', async (args, message) => {
    const { isError, content } = await callTool(client, 'read_source', args);
    expect(isError).toBe(true);
    expect(content[0]?.text).toContain(message);
  });
});

describe('the tool list_sources', () => {
  it('lists the documents a page at a time', async () => {
    const first = await callTool(client, 'list_sources', { limit: 2 });
    const second = await callTool(client, 'list_sources', { limit: 2, offset: 2 });
    expect(first.structuredContent).toMatchObject({ total: 4, index: { generation: '000001' } });
    const names = [...first.structuredContent.sources, ...second.structuredContent.sources].map(({ source }: { source: string }) => source);
    expect(names).toEqual([...opened.assistant.generation().documents.keys()]);
  });
});

describe('the resources', () => {
  it('are the documents, each with an address that leads to its text', async () => {
    const { resources } = await client.listResources();
    expect(resources.map(({ name }) => name)).toEqual([...opened.assistant.generation().documents.keys()]);
    for (const { uri, name, mimeType } of resources) {
      const { contents } = await client.readResource({ uri });
      expect(contents).toEqual([{ uri, mimeType, text: opened.assistant.generation().documents.get(name)?.text }]);
    }
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates).toMatchObject([{ uriTemplate: 'verbatim://sources/{+source}' }]);
  });

  it.each(['verbatim://sources/nowhere.md', 'verbatim://sources/%ff', 'file:///etc/passwd'])('do not hold %s', async (uri) => {
    await expect(client.readResource({ uri })).rejects.toThrow();
  });

  it('complete a name that was begun', async () => {
    const ref = { type: 'ref/resource' as const, uri: 'verbatim://sources/{+source}' };
    const { completion } = await client.complete({ ref, argument: { name: 'source', value: 'pil' } });
    expect(completion.values).toEqual(['pilot-training.txt']);
  });
});

describe('a client', () => {
  it('may connect before the assistant is there; its call waits', async () => {
    let open: (assistant: Assistant) => void = () => {};
    const early = await connectTo(new Promise<Assistant>((resolve) => (open = resolve)));
    const called = callTool(early, 'list_sources');
    open(opened.assistant);
    expect((await called).structuredContent.total).toBe(4);
    await early.close();
  });

  it('is not told what went wrong inside; the log is', async () => {
    const closed = await openTestAssistant(undefined, { READER: 'off' });
    await closed.close();
    const lines: string[] = [];
    const unlucky = await connectTo(closed.assistant, (line) => lines.push(line));
    const { isError, content } = await callTool(unlucky, 'ask', { question: 'Where?' });
    expect({ isError, content }).toEqual({ isError: true, content: [{ type: 'text', text: 'the server failed at this call; its log says why' }] });
    expect(lines.join()).toContain('Error');
    await unlucky.close();
  });
});
