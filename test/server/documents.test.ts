import { readdir } from 'node:fs/promises';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/server/app.js';
import { openTestAssistant, type TestAssistant } from '../fixtures.js';

const KEY = 'open sesame';
let opened: TestAssistant;
let app: OpenAPIHono;
beforeAll(async () => {
  opened = await openTestAssistant({ 'lamp.md': 'The lamp of the lighthouse was lit on 3 April 1901.' }, { READER: 'off', ADMIN_KEY: KEY });
  app = createApp(opened.assistant, () => {}, { documents: { adminKey: KEY, corpusFolder: opened.config.CORPUS_DIR, maxFileBytes: 1000 } });
});
afterAll(() => opened.close());

const authorized = { authorization: `Bearer ${KEY}` };
const upload = (name: string, content: string, headers: Record<string, string> = authorized) => {
  const form = new FormData();
  form.set('file', new File([content], name));
  return app.request('/documents', { method: 'POST', body: form, headers });
};
const remove = (source: string) => app.request(`/documents/${source}`, { method: 'DELETE', headers: authorized });
const answerTo = async (question: string) =>
  (await (await app.request('/ask', { method: 'POST', body: JSON.stringify({ question }), headers: { 'content-type': 'application/json' } })).json())
    .answer as string;

/** Starts a reindex and waits for its end. */
async function reindex() {
  const started = await app.request('/reindex', { method: 'POST', headers: authorized });
  expect(started.status).toBe(202);
  const { running } = await started.json();
  for (;;) {
    const status = await (await app.request('/reindex')).json();
    if (status.last?.id === running.id) return status.last;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('documents over HTTP', () => {
  it('are put there, answer after a reindex, are replaced, and go', async () => {
    expect((await upload('forts/bell.md', 'The bell of the fort was cast on 7 May 1688.')).status).toBe(201);
    expect(await reindex()).toMatchObject({ outcome: 'switched', passagesEmbedded: 1, error: null });
    expect(await answerTo('When was the bell of the fort cast?')).toContain('1688');
    const again = await upload('forts/bell.md', 'The bell of the fort was cast on 9 June 1690.');
    expect([again.status, await again.json()]).toEqual([200, { source: 'forts/bell.md', bytes: 45, replaced: true }]);
    await reindex();
    expect(await answerTo('When was the bell of the fort cast?')).toContain('1690');
    expect((await remove('forts/bell.md')).status).toBe(204);
    expect((await remove('forts/bell.md')).status).toBe(404);
    await reindex();
    expect((await app.request('/sources/forts/bell.md')).status).toBe(404);
  });

  it.each(['../escape.md', 'a.exe', '.hidden.md'])('are refused under the name %j', async (name) => {
    const response = await upload(name, 'x');
    expect(response.status).toBe(400);
    expect((await response.json()).errors[0].field).toBe('file');
    expect((await remove(encodeURIComponent(name))).status).toBe(400);
  });

  it('are refused when they are too large, empty, or not in a form', async () => {
    expect((await upload('a.md', 'x'.repeat(1001))).status).toBe(413);
    expect((await upload('a.md', 'x'.repeat(200_000))).status).toBe(413);
    expect((await upload('a.md', '')).status).toBe(400);
    expect((await app.request('/documents', { method: 'POST', body: '{}', headers: { ...authorized, 'content-type': 'application/json' } })).status).toBe(415);
    expect((await app.request('/documents', { method: 'POST', body: new FormData(), headers: authorized })).status).toBe(400);
    expect(await readdir(opened.config.CORPUS_DIR)).toEqual(['forts', 'lamp.md']);
  });
});

describe('the administrator’s key', () => {
  it('is asked for, and must be the right one', async () => {
    const missing = await upload('a.md', 'x', {});
    expect([missing.status, missing.headers.get('www-authenticate'), missing.headers.get('content-type')]).toEqual([401, 'Bearer', 'application/problem+json']);
    expect((await upload('a.md', 'x', { authorization: 'Bearer open' })).status).toBe(403);
    expect((await app.request('/reindex', { method: 'POST' })).status).toBe(401);
    expect((await app.request('/reindex', { method: 'POST', headers: { authorization: 'Bearer open' } })).status).toBe(403);
    expect((await app.request('/reindex')).status).toBe(200);
  });

  it('must be set before documents can be changed; a reindex does without', async () => {
    const open = createApp(opened.assistant);
    for (const [method, path] of [
      ['POST', '/documents'],
      ['DELETE', '/documents/lamp.md'],
    ] as const) {
      const response = await open.request(path, { method, headers: authorized });
      expect(response.status).toBe(403);
      expect((await response.json()).detail).toContain('ADMIN_KEY');
    }
    expect((await open.request('/reindex', { method: 'POST' })).status).toBe(202);
  });
});

describe('POST /reindex', () => {
  it('while one runs returns the same job, and says how the last one ended', async () => {
    await reindex();
    await upload('new.md', 'A new document.');
    const [first, second] = await Promise.all([0, 1].map(async () => (await app.request('/reindex', { method: 'POST', headers: authorized })).json()));
    expect(second.running.id).toBe(first.running.id);
    expect(first).toMatchObject({ running: { phase: 'reading', percent: 0 }, last: { outcome: 'unchanged' } });
    await reindex();
    expect(await (await app.request('/ready')).json()).toMatchObject({ upToDate: true, pinned: false, reindexing: false });
  });
});
