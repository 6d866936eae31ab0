import type { OpenAPIHono } from '@hono/zod-openapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/server/app.js';
import { HARBOURS, openTestAssistant, type TestAssistant } from '../fixtures.js';

let opened: TestAssistant;
let app: OpenAPIHono;
beforeAll(async () => {
  opened = await openTestAssistant({ ...HARBOURS, 'annex/ports and rules.md': '# Rules\n\nA pilot must be 21 years old.' }, { READER: 'off' });
  app = createApp(opened.assistant);
});
afterAll(() => opened.close());

const post = (path: string, body: unknown, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  app.request(path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), headers });

describe('POST /ask', () => {
  it('answers with citations into the text that GET /sources returns', async () => {
    const reply = await (await post('/ask', { question: 'When was the Varna Pact signed?' })).json();
    const [citation] = reply.citations;
    const source = await (await app.request(`/sources/${citation.source}`)).json();
    expect(source.text.slice(citation.start, citation.end)).toBe(citation.quote);
    expect(reply.answer).toContain('14 May 2009');
  });

  it.each([
    [{}, 'question'],
    [{ question: '' }, 'question'],
    [{ question: '  ?! ' }, 'question'],
    [{ question: 'x'.repeat(2001) }, 'question'],
    [{ question: 7 }, 'question'],
    [{ question: 'Where?', topK: 0 }, 'topK'],
    [{ question: 'Where?', topK: 21 }, 'topK'],
    [{ question: 'Where?', history: [{ role: 'system', content: 'x' }] }, 'history.0.role'],
    [{ question: 'Where?', history: Array.from({ length: 21 }, () => ({ role: 'user', content: 'x' })) }, 'history'],
    [{ question: 'Where?', sources: ['no-such-file.md'] }, 'sources'],
    [{ question: 'Where?', sources: [] }, 'sources'],
  ])('refuses %j and names the field %s', async (body, field) => {
    const response = await post('/ask', body);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    const problem = await response.json();
    expect(problem).toMatchObject({ status: 400, title: expect.any(String), detail: expect.any(String) });
    expect(problem.errors.map((error: { field: string }) => error.field)).toContain(field);
  });

  it('names an unknown field, because a misspelt one would be ignored silently', async () => {
    const problem = await (await post('/ask', { question: 'Where?', topk: 3 })).json();
    expect(problem.detail).toContain('topk');
  });

  it('says of a question that is missing no more than that', async () => {
    expect((await (await post('/ask', {})).json()).errors).toEqual([{ field: 'question', message: 'is missing' }]);
  });

  it('takes a question of 2000 characters, and any script', async () => {
    expect((await post('/ask', { question: `Where is the seat? ${'x '.repeat(990)}`.slice(0, 2000) })).status).toBe(200);
    expect((await post('/ask', { question: 'Где находится центр? 🚢' })).status).toBe(200);
  });

  it('refuses what is not JSON, is not sent as JSON, or is too large', async () => {
    expect((await post('/ask', '{"question":')).status).toBe(400);
    expect((await post('/ask', 'question=Where', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415);
    expect((await post('/ask', { question: 'Where?', history: [{ role: 'user', content: 'x'.repeat(600_000) }] })).status).toBe(413);
  });

  it('asks a caller to come back when too many questions are under way', async () => {
    const responses = await Promise.all(Array.from({ length: 80 }, () => post('/ask', { question: 'When was the Varna Pact signed?' })));
    const refused = responses.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await post('/ask', { question: 'When was the Varna Pact signed?' })).status).toBe(200);
  });
});

describe('POST /search', () => {
  it('returns paragraphs, best first, each once', async () => {
    const { passages, index } = await (await post('/search', { query: 'seat of the training centre', topK: 3 })).json();
    expect(passages).toHaveLength(3);
    expect(passages[0]).toMatchObject({ source: 'pilot-training.txt', paragraph: 4 });
    expect(passages.map(({ score }: { score: number }) => score)).toEqual([...passages.map(({ score }: { score: number }) => score)].sort((a, b) => b - a));
    expect(index.generation).toBe('000001');
  });

  it('searches for what a follow-up question means', async () => {
    const history = [
      { role: 'user', content: 'When was the 4th Harbour Forum?' },
      { role: 'assistant', content: 'It took place on 7 September 2021. [1]' },
    ];
    const first = async (body: object) => (await (await post('/search', body)).json()).passages[0].text as string;
    expect(await first({ query: 'and where was it held?', history })).toContain('4th Harbour Forum');
  });
});

describe('GET /sources', () => {
  it('lists the documents, and finds one in a sub-folder by its encoded name', async () => {
    const { sources } = await (await app.request('/sources')).json();
    const listed = sources.find(({ source }: { source: string }) => source === 'annex/ports and rules.md');
    expect(listed).toMatchObject({ title: 'Rules', url: '/sources/annex/ports%20and%20rules.md' });
    const found = await (await app.request(listed.url)).json();
    expect(found.text).toContain('21 years');
    expect(found.paragraphs[1]).toMatchObject({ paragraph: 2, heading: false });
  });

  it('leads from an address with a slash too much to the one meant', async () => {
    const response = await app.request('/docs/');
    expect(response.status).toBe(301);
    expect(new URL(response.headers.get('location') ?? '').pathname).toBe('/docs');
  });

  it.each(['/sources/nothing.md', '/sources/..%2f..%2fetc%2fpasswd', '/sources/__proto__', '/page/..%2fapp.ts', '/docs/package.json', '/nowhere'])(
    'answers %s with a 404 problem',
    async (path) => {
      const response = await app.request(path);
      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toContain('application/problem+json');
    },
  );

  it('says how an address is called that is called in another way', async () => {
    const response = await app.request('/ask');
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
    expect((await response.json()).detail).toContain('/ask takes POST, not GET');
  });
});

describe('the other doors', () => {
  it('tells what answers and what was left out', async () => {
    expect(await (await app.request('/health')).json()).toEqual({ status: 'ok' });
    expect(await (await app.request('/ready')).json()).toMatchObject({ ready: true, index: { generation: '000001' }, counts: { documents: 3 }, warnings: [] });
  });

  it('describes itself, with every route that is there', async () => {
    const { openapi, paths } = await (await app.request('/openapi.json')).json();
    expect(openapi).toMatch(/^3\.1/);
    expect(Object.keys(paths).sort()).toEqual([
      '/ask',
      '/conversations/{id}',
      '/documents',
      '/documents/{source}',
      '/health',
      '/mcp',
      '/metrics',
      '/originals/{source}',
      '/ready',
      '/reindex',
      '/search',
      '/sources',
      '/sources/{source}',
      '/v1/chat/completions',
      '/v1/models',
    ]);
  });

  it('serves its pages without anything from elsewhere', async () => {
    for (const path of ['/', '/docs', '/docs/swagger-ui-bundle.js', '/docs/swagger-ui.css']) {
      const response = await app.request(path);
      expect(response.status, path).toBe(200);
      expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
    }
    for (const path of ['/', '/docs']) expect(await (await app.request(path)).text()).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });
});
