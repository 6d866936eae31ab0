import type { OpenAPIHono } from '@hono/zod-openapi';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Assistant } from '../../src/assistant/assistant.js';
import { createApp } from '../../src/server/app.js';
import { listen } from '../../src/server/serve.js';
import { openTestAssistant, type TestAssistant } from '../fixtures.js';
import { parseEvents } from './events.js';

let opened: TestAssistant;
let app: OpenAPIHono;
beforeAll(async () => {
  opened = await openTestAssistant(undefined, { READER: 'off' });
  app = createApp(opened.assistant);
});
afterAll(() => opened.close());

const post = (body: object, headers: Record<string, string> = {}, to = app) =>
  to.request('/ask', { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } });
const eventsOf = async (response: Response) => parseEvents(await response.text());

describe('a streamed answer', () => {
  it('tells what is done, what was found, each sentence, and the reply that /ask gives without a stream', async () => {
    const question = 'When was the 3rd Harbour Forum held?';
    const response = await post({ question, stream: true });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const events = await eventsOf(response);
    expect([...new Set(events.map(({ event }) => event))]).toEqual(['status', 'sources', 'sentence', 'reply']);
    expect(events.filter(({ event }) => event === 'status').map(({ data }) => data.status)).toEqual(['searching', 'reading']);
    const whole = await (await post({ question })).json();
    const { reply } = events.at(-1)?.data ?? {};
    expect({ ...reply, tookMs: 0 }).toEqual({ ...whole, tookMs: 0 });
    const sentences = events.filter(({ event }) => event === 'sentence').map(({ data }) => data);
    expect(sentences.length).toBeGreaterThan(1);
    expect(sentences.map(({ text }) => text).join('')).toBe(whole.answer);
    expect(sentences.flatMap(({ citations }) => citations)).toEqual(whole.citations);
    for (const { text, citationIds } of sentences) expect(text).toMatch(new RegExp(`\\[${citationIds.join(', ')}\\]$`));
    expect(events.find(({ event }) => event === 'sources')?.data.passages).toEqual(whole.passages);
  });

  it('is sent to whoever accepts events, unless told otherwise', async () => {
    const accept = { accept: 'text/event-stream' };
    const question = 'When was the Varna Pact signed?';
    expect((await eventsOf(await post({ question }, accept))).at(-1)?.event).toBe('reply');
    expect((await post({ question, stream: false }, accept)).headers.get('content-type')).toContain('application/json');
  });

  it('has no sentence where the documents have no answer', async () => {
    const events = await eventsOf(await post({ question: 'What is the boiling point of ethanol?', stream: true }));
    expect(events.filter(({ event }) => event === 'sentence')).toEqual([]);
    expect(events.at(-1)?.data.reply).toMatchObject({ answered: false, citations: [] });
  });

  it.each([[{ question: '' }], [{ question: 'Where?', sources: ['nowhere.md'] }]])('is a plain 400 for %j', async (body) => {
    const response = await post({ ...body, stream: true });
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
  });

  it('ends with a problem document where the work fails half-way', async () => {
    const failing: Assistant = {
      ...opened.assistant,
      ask: async (_, options) => {
        options?.onEvent?.({ type: 'status', status: 'searching' });
        throw new Error('the disk is full');
      },
    };
    const logged: string[] = [];
    const events = await eventsOf(
      await post(
        { question: 'Where?', stream: true },
        {},
        createApp(failing, (line) => logged.push(line)),
      ),
    );
    expect(events.map(({ event }) => event)).toEqual(['status', 'error']);
    expect(events.at(-1)?.data).toMatchObject({ status: 500, title: expect.any(String) });
    expect(JSON.stringify(events)).not.toContain('disk');
    expect(logged.join()).toContain('the disk is full');
  });

  it.each([true, false])('stops the work when the caller hangs up (stream: %s)', async (stream) => {
    let stopped = () => {};
    const stop = new Promise<void>((resolve) => {
      stopped = resolve;
    });
    let begun = () => {};
    const begin = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const slow: Assistant = {
      ...opened.assistant,
      ask: (_, { signal, onEvent } = {}) => {
        onEvent?.({ type: 'status', status: 'searching' });
        begun();
        return new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => {
            reject(signal.reason);
            stopped();
          });
        });
      },
    };
    const server = await listen(createApp(slow), '127.0.0.1', 0);
    const caller = new AbortController();
    const answer = fetch(`${server.url}/ask`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ question: 'Where?', stream }),
      signal: caller.signal,
    }).then((response) => response.text());
    await begin;
    caller.abort();
    await expect(answer).rejects.toThrow();
    await stop;
    await server.close();
  });

  it('sends comments while nothing happens, so that no proxy takes the connection for dead', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    let finish = () => {};
    const slow: Assistant = {
      ...opened.assistant,
      ask: async (request, options) => {
        options?.onEvent?.({ type: 'status', status: 'searching' });
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
        return opened.assistant.ask(request);
      },
    };
    const response = await post({ question: 'When was the Varna Pact signed?', stream: true }, {}, createApp(slow));
    const text = response.text();
    vi.advanceTimersByTime(25_000);
    finish();
    expect((await text).match(/^:/gm)).toHaveLength(2);
  });

  it('counts as under way until it is over', async () => {
    const finish: (() => void)[] = [];
    const slow: Assistant = {
      ...opened.assistant,
      ask: async (request, options) => {
        options?.onEvent?.({ type: 'status', status: 'searching' });
        await new Promise<void>((resolve) => finish.push(resolve));
        return opened.assistant.ask(request);
      },
    };
    const busy = createApp(slow);
    const question = 'When was the Varna Pact signed?';
    const streams = await Promise.all(Array.from({ length: 64 }, () => post({ question, stream: true }, {}, busy)));
    expect((await post({ question, stream: true }, {}, busy)).status).toBe(503);
    for (const end of finish.splice(0)) end();
    await Promise.all(streams.map((response) => response.text()));
    const again = post({ question, stream: true }, {}, busy);
    expect((await again).status).toBe(200);
    for (const end of finish) end();
    await (await again).text();
  });
});
