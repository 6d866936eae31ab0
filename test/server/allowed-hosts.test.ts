import type { OpenAPIHono } from '@hono/zod-openapi';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApp } from '../../src/server/app.js';
import { openTestAssistant, type TestAssistant } from '../fixtures.js';

let opened: TestAssistant;
let app: OpenAPIHono;
beforeAll(async () => {
  opened = await openTestAssistant(undefined, { READER: 'off' });
  app = createApp(opened.assistant, console.error, { allowedHosts: ['docs.example.org'] });
});
afterAll(() => opened.close());

it.each(['localhost:3000', '127.0.0.1:3000', '[::1]:3000', '192.168.1.7', 'verbatim', 'docs.example.org'])('answers to %s', async (host) => {
  expect((await app.request(`http://${host}/sources`)).status).toBe(200);
});

it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example'])('does not answer to %s, which may have been pointed here', async (host) => {
  const response = await app.request(`http://${host}/sources`);
  expect(response.status).toBe(403);
  expect((await response.json()).detail).toContain('ALLOWED_HOSTS');
});

it.each([
  ['http://localhost:3000', 'http://localhost:3000', 200],
  ['http://192.168.1.7:3000', 'http://192.168.1.7:3000', 200],
  ['http://127.0.0.1:3000', 'https://docs.example.org', 200],
  ['http://127.0.0.1:3000', 'https://evil.example', 403],
  ['http://127.0.0.1:3000', 'http://203.0.113.5', 403],
  ['http://127.0.0.1:3000', 'null', 403],
])('at %s, pages of %s get %i', async (url, origin, status) => {
  const asked = await app.request(`${url}/search`, {
    method: 'POST',
    body: JSON.stringify({ query: 'pilots' }),
    headers: { 'content-type': 'application/json', origin },
  });
  expect(asked.status).toBe(status);
});

it.each([
  ['http://localhost:5173', 'http://localhost:5173'],
  ['https://docs.example.org', 'https://docs.example.org'],
  ['https://evil.example', null],
])('a chat front end at %s may read what it asks for: %s', async (origin, expected) => {
  const preflight = await app.request('http://127.0.0.1:3000/v1/chat/completions', {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type' },
  });
  expect(preflight.headers.get('access-control-allow-origin')).toBe(expected);
});
