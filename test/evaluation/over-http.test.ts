import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openOverHttp } from '../../src/evaluation/over-http.js';
import { corpusIdentity } from '../../src/evaluation/system.js';
import { documents, LIBRARY, question, reply } from './fixtures.js';

let server: Server | undefined;
afterEach(() => server?.close());

type Answer = { status?: number; headers?: Record<string, string>; body: unknown };

/** A server that gives these answers, and notes the bodies it got. */
async function serving(answers: Record<string, () => Answer>): Promise<{ url: string; bodies: string[] }> {
  const bodies: string[] = [];
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    bodies.push(body);
    const { status = 200, headers = {}, body: said } = answers[request.url ?? '']?.() ?? { status: 404, body: {} };
    response.writeHead(status, headers).end(JSON.stringify(said));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, bodies };
}

const library = [...documents.values()];
const routes = {
  '/ready': () => ({ body: { ready: true, model: 'm' } }),
  '/sources': () => ({ body: { sources: [{ source: LIBRARY }] } }),
  [`/sources/${LIBRARY}`]: () => ({ body: library[0] }),
};

describe('a running server', () => {
  it('is known by its documents and model as the same product in process is', async () => {
    const { url } = await serving(routes);
    const system = await openOverHttp(url);
    expect(system.identity).toEqual({ where: url.slice(0, -1), model: 'm', threshold: null, ...corpusIdentity(library) });
    expect(system.documents.get(LIBRARY)?.paragraphs).toHaveLength(3);
  });

  it('is asked with the history, for the ten paragraphs that are measured', async () => {
    const { url, bodies } = await serving({ ...routes, '/ask': () => ({ body: reply() }) });
    const history = [{ role: 'user' as const, content: 'Hello' }];
    expect(await (await openOverHttp(url)).ask(question({ history }))).toEqual(reply());
    expect(JSON.parse(bodies.at(-1) as string)).toEqual({ question: 'When was it founded?', history, topK: 10 });
  });

  it('is asked again when it is busy', async () => {
    let asked = 0;
    const busy: Answer = { status: 503, headers: { 'retry-after': '0.01' }, body: {} };
    const { url } = await serving({ ...routes, '/ask': () => (++asked === 1 ? busy : { body: reply() }) });
    expect(await (await openOverHttp(url)).ask(question())).toEqual(reply());
    expect(asked).toBe(2);
  });

  it('fails with what it replied, or with the field that is not as expected', async () => {
    let said: Answer = { status: 500, body: { detail: 'broken' } };
    const { url } = await serving({ ...routes, '/ask': () => said });
    const system = await openOverHttp(url);
    await expect(system.ask(question())).rejects.toThrow(/\/ask replied 500: .*broken/);
    said = { body: { ...reply(), confidence: 'high' } };
    await expect(system.ask(question())).rejects.toThrow(/something else than expected: confidence/);
  });

  it('that is not there is named', async () => {
    await expect(openOverHttp('http://127.0.0.1:1')).rejects.toThrow(/127\.0\.0\.1:1\/ready does not reply .*is the server running\?/);
  });
});
