/// <reference lib="dom" />
import { rm } from 'node:fs/promises';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HARBOURS, writeFolder } from '../fixtures.js';
import { HOSTILE, QUESTIONS } from '../untrusted/documents.js';
import { startVerbatim, type VerbatimServer } from './verbatim-server.js';

let folder: string;
let server: VerbatimServer;
let browser: Browser;
let page: Page;
/** What the page did that it should not: scripts that ran, windows, messages of the browser, requests to others. */
const faults: string[] = [];

beforeAll(async () => {
  folder = await writeFolder({ ...HARBOURS, ...HOSTILE });
  [server, browser] = await Promise.all([
    startVerbatim(folder),
    chromium.launch({ executablePath: process.env.CHROMIUM_PATH || '/usr/bin/chromium', args: ['--no-sandbox'] }),
  ]);
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('dialog', (dialog) => dialog.dismiss().finally(() => faults.push(dialog.message())));
  page.on('request', (request) => new URL(request.url()).hostname === '127.0.0.1' || faults.push(request.url()));
  await page.goto(server.url);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function expectNothingRan() {
  expect(await page.evaluate(() => (window as unknown as { hacked?: number }).hacked)).toBeUndefined();
  expect(await page.locator('main img, aside img, iframe, svg[onload], [onmouseover], [onerror], main script, aside script').count()).toBe(0);
  const links = await page.locator('a').evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href));
  for (const link of links) expect(new URL(link).origin, link).toBe(new URL(server.url).origin);
  expect(faults).toEqual([]);
}

it.each([
  ...QUESTIONS.slice(0, 1),
  ...QUESTIONS.slice(-3),
  'Who lit the red lantern of the mole?',
  'Who lit the green lantern of the mole?',
  'On how many pillars does the white lantern stand?',
])('the answer is text and nothing else: %s', async (question) => {
  const turns = await page.locator('.turn').count();
  await page.getByLabel('Your question').fill(question);
  await page.keyboard.press('Enter');
  const turn = page.locator('.turn').nth(turns);
  await turn.locator('.answer, .no-answer').first().waitFor();
  // Each link of the reply leads to the document beside it; none leads away.
  for (const link of await turn.locator('.sources a').all()) if (await link.isVisible()) await link.hover();
  await expectNothingRan();
});

it.each(Object.keys(HOSTILE))('the document is text and nothing else: %s', async (source) => {
  await page.goto(`${server.url}/#source=${source}&p=2`);
  await page.locator('.block.current').waitFor();
  await page.locator('.block.current .words').hover();
  await expectNothingRan();
});
