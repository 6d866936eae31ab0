import { readdir, rm } from 'node:fs/promises';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/server/app.js';
import { openTestAssistant, type TestAssistant, writeFolder } from '../fixtures.js';
import { parseEvents } from './events.js';

const FIRST = 'How many pilots has the Varna Pact trained?';

let folder: string;
let opened: TestAssistant;
let app: OpenAPIHono;
let off: TestAssistant;
beforeAll(async () => {
  folder = await writeFolder({});
  opened = await openTestAssistant(undefined, { READER: 'off', CONVERSATIONS: 'on', CONVERSATIONS_DIR: folder });
  app = createApp(opened.assistant);
  off = await openTestAssistant(undefined, { READER: 'off', CONVERSATIONS_DIR: folder });
});
afterAll(async () => {
  await opened.close();
  await off.close();
  await rm(folder, { recursive: true, force: true });
});

const post = (body: object, to = app) => to.request('/ask', { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
const ask = async (body: object) => (await post(body)).json();

describe('a kept conversation', () => {
  it('goes on where it was, without the history being sent', async () => {
    const { conversationId: id } = await ask({ question: FIRST, conversationId: 'new' });
    const second = await ask({ question: 'how many of them were women?', conversationId: id });
    expect(second).toMatchObject({ conversationId: id, rewrittenQuestion: expect.stringContaining(FIRST), answer: expect.stringContaining('46') });
    const { turns } = await (await app.request(`/conversations/${id}`)).json();
    expect(turns.map(({ question }: { question: string }) => question)).toEqual([FIRST, 'how many of them were women?']);
    expect(turns[1].reply).toEqual(second);
  });

  it('is told in a stream as well', async () => {
    const events = parseEvents(await (await post({ question: FIRST, conversationId: 'new', stream: true })).text());
    const { conversationId: id } = events.at(-1)?.data.reply ?? {};
    expect((await (await app.request(`/conversations/${id}`)).json()).turns).toHaveLength(1);
  });

  it('never turns a no into a yes', async () => {
    const { conversationId: id } = await ask({ question: 'What is the boiling point of ethanol?', conversationId: 'new' });
    expect(await ask({ question: 'are you sure about that boiling point?', conversationId: id })).toMatchObject({ answered: false });
  });

  it('can be deleted', async () => {
    const { conversationId: id } = await ask({ question: FIRST, conversationId: 'new' });
    expect((await app.request(`/conversations/${id}`, { method: 'DELETE' })).status).toBe(204);
    for (const method of ['GET', 'DELETE']) {
      const response = await app.request(`/conversations/${id}`, { method });
      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toContain('application/problem+json');
    }
    expect(await ask({ question: FIRST, conversationId: id })).toMatchObject({ status: 400, errors: [{ field: 'conversationId' }] });
  });

  it('is not begun by a question that does not ask for it', async () => {
    const before = await readdir(folder);
    const reply = await ask({ question: FIRST, history: [{ role: 'user', content: 'Where?' }] });
    expect(reply).not.toHaveProperty('conversationId');
    expect(await readdir(folder)).toEqual(before);
  });

  it('has its own history', async () => {
    const problem = await ask({ question: FIRST, conversationId: 'new', history: [] });
    expect(problem).toMatchObject({ status: 400, errors: [{ field: 'history' }] });
  });
});

describe('where conversations are off', () => {
  it('nothing is kept, and who asks for it is told', async () => {
    const without = createApp(off.assistant);
    const before = await readdir(folder);
    const response = await post({ question: FIRST, conversationId: 'new' }, without);
    expect(response.status).toBe(400);
    expect((await response.json()).detail).toContain('CONVERSATIONS=on');
    expect((await post({ question: FIRST }, without)).status).toBe(200);
    expect(await readdir(folder)).toEqual(before);
    for (const name of before) expect((await without.request(`/conversations/${name.replace('.jsonl', '')}`)).status).toBe(404);
    expect((await (await without.request('/conversations/abc')).json()).detail).toContain('CONVERSATIONS=on');
    expect(await (await without.request('/ready')).json()).toMatchObject({ conversations: false, languageModel: null });
    expect(await (await app.request('/ready')).json()).toMatchObject({ conversations: true });
  });
});
