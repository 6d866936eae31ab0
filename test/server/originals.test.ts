import { rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/server/app.js';
import { lines, makePdf } from '../documents/make/pdf.js';
import { openTestAssistant, type TestAssistant } from '../fixtures.js';

const PAGE = '<html><body><main><p>The port of Ardal was opened in 1961.</p><script>alert(1)</script></main></body></html>';
const NAME = 'Ünsal’s "notes" (1).md';

let opened: TestAssistant;
let app: OpenAPIHono;
let pdf: Buffer;
beforeAll(async () => {
  pdf = await makePdf([lines(['The ferry council met in Lomsa on 4 May 2011.'], 60, 80), lines(['It elected Irina Holm to chair it.'], 60, 80)]);
  const text = 'A note on the quay of Belmora.';
  opened = await openTestAssistant(
    { 'a/page.html': PAGE, 'report.pdf': pdf, [NAME]: text, 'gone.md': text, 'changed.md': text, 'linked.md': text, 'folder.md': text },
    { READER: 'off', ANSWER_THRESHOLD: '0.1' },
  );
  app = createApp(opened.assistant);
});
afterAll(() => opened?.close());

const get = (source: string) => app.request(`/originals/${source.split('/').map(encodeURIComponent).join('/')}`);
const inFolder = (name: string) => path.join(opened.config.CORPUS_DIR, name);

describe('GET /originals/{source}', () => {
  it('sends the bytes that were indexed', async () => {
    const response = await get('report.pdf');
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer()).equals(pdf)).toBe(true);
    expect(response.headers.get('content-type')).toBe('application/pdf');
    expect(response.headers.get('content-disposition')).toMatch(/^inline;/);
  });

  it('has a page of HTML saved, and run nowhere', async () => {
    const { headers } = await get('a/page.html');
    expect(headers.get('content-type')).toBe('application/octet-stream');
    expect(headers.get('content-disposition')).toBe(`attachment; filename="page.html"; filename*=UTF-8''page.html`);
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'; sandbox");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('keeps any file name', async () => {
    const response = await get(NAME);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(response.headers.get('content-disposition')).toBe(
      `inline; filename="_nsal_s _notes_ _1_.md"; filename*=UTF-8''%C3%9Cnsal%E2%80%99s%20%22notes%22%20%281%29.md`,
    );
  });

  it('says that the file is gone, that it has changed, or that there was none', async () => {
    const refused = async (source: string) => {
      const response = await get(source);
      return [response.status, (await response.json()).detail];
    };
    await rm(inFolder('gone.md'));
    await writeFile(inFolder('changed.md'), 'Another note.');
    await rm(inFolder('folder.md'));
    await rename(inFolder('a'), inFolder('folder.md'));
    expect(await refused('gone.md')).toEqual([404, expect.stringMatching(/^gone\.md is no longer in the document folder/)]);
    expect(await refused('changed.md')).toEqual([409, expect.stringMatching(/^changed\.md has changed since it was indexed/)]);
    expect(await refused('folder.md')).toEqual([409, expect.stringMatching(/^folder\.md has changed/)]);
    expect(await refused('never.md')).toEqual([404, expect.stringMatching(/^there is no source never\.md/)]);
    expect((await get('../report.pdf')).status).toBe(404);
  });

  it('follows no link out of the folder', async () => {
    await rm(inFolder('linked.md'));
    await symlink('/etc/passwd', inFolder('linked.md'));
    expect((await get('linked.md')).status).toBe(409);
  });
});

describe('the page of a PDF', () => {
  it('stands in the citation, in the passages and in the source', async () => {
    const reply = await opened.assistant.ask({ question: 'Whom did the ferry council elect to chair it?' });
    expect(reply.citations[0]).toMatchObject({ source: 'report.pdf', page: 2, quote: 'It elected Irina Holm to chair it.' });
    expect(reply.passages.find(({ source }) => source === 'report.pdf')).toMatchObject({ page: expect.any(Number) });
    const source = await (await app.request('/sources/report.pdf')).json();
    expect(source.paragraphs.map(({ page }: { page: number }) => page)).toEqual([1, 2]);
  });
});
