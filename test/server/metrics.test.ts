import { expect, it, onTestFinished } from 'vitest';
import { createApp } from '../../src/server/app.js';
import { listen } from '../../src/server/serve.js';
import { openTestAssistant } from '../fixtures.js';

async function serveHarbours(settings: Record<string, string> = { READER: 'off' }) {
  const { assistant, close } = await openTestAssistant(undefined, settings);
  const server = await listen(createApp(assistant), '127.0.0.1', 0);
  onTestFinished(async () => {
    await server.close();
    await close();
  });
  const ask = (question: string, signal?: AbortSignal) =>
    fetch(`${server.url}/ask`, {
      method: 'POST',
      body: JSON.stringify({ question, stream: true }),
      headers: { 'content-type': 'application/json' },
      ...(signal ? { signal } : {}),
    });
  const metrics = async () => (await fetch(`${server.url}/metrics`)).text();
  return { url: server.url, ask, metrics };
}

it('counts requests by route, never by what callers put into a path', async () => {
  const { url, metrics } = await serveHarbours();
  for (const path of ['/sources/varna-pact.md', '/sources/secret-name.md', '/wp-admin', '/health']) await (await fetch(url + path)).text();
  const text = await metrics();
  expect(text).toContain('verbatim_http_requests_total{method="GET",route="/sources/:source",status="200"} 1');
  expect(text).toContain('verbatim_http_requests_total{method="GET",route="/sources/:source",status="404"} 1');
  expect(text).toContain('verbatim_http_requests_total{method="GET",route="none",status="404"} 1');
  expect(text).toMatch(/verbatim_http_request_duration_seconds_bucket\{le="0.5",method="GET",route="\/health"\} \d/);
  expect(text).not.toMatch(/secret-name|wp-admin/);
});

it('counts answers and abstentions, and says what the index holds', async () => {
  const { ask, metrics } = await serveHarbours();
  for (const question of ['When was the Varna Pact signed?', 'When was the Varna Pact signed?', 'What is the boiling point of ethanol?'])
    await (await ask(question)).text();
  const text = await metrics();
  expect(text).toContain('verbatim_questions_total{outcome="answered"} 2');
  expect(text).toContain('verbatim_questions_total{outcome="abstained"} 1');
  expect(text).toContain('verbatim_answer_duration_seconds_count{mode="extractive"} 3');
  expect(text).toMatch(/verbatim_index_info\{generation="000001",built_at="[^"]+"\} 1/);
  expect(text).toContain('verbatim_index_size{kind="documents"} 2');
});

it('counts questions whose caller has left, and works at them no longer', async () => {
  const { ask, metrics } = await serveHarbours({ READER: 'on' });
  const left = new AbortController();
  const asked = Array.from({ length: 30 }, () => ask('When was the Varna Pact signed?', left.signal));
  // The stream begins when the work does.
  await Promise.race(asked);
  left.abort();
  await Promise.allSettled(asked);
  const outcome = async (name: string) => Number(new RegExp(`outcome="${name}"\\} (\\d+)`).exec(await metrics())?.[1]);
  await expect.poll(() => outcome('cancelled')).toBeGreaterThan(0);
  expect(await outcome('failed')).toBe(0);
});
