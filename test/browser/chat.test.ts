/// <reference lib="dom" />
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { lines, makePdf } from '../documents/make/pdf.js';
import { type ModelServer, stallsAfter, startModelServer } from '../generative/model-server.js';
import { startVerbatim, type VerbatimServer } from './verbatim-server.js';

interface Citation {
  source: string;
  title: string;
  paragraph: number;
  start: number;
  end: number;
  quote: string;
}

const OBSERVER = 'When did Hungary become an observer?';

let browser: Browser;
let server: VerbatimServer;

/** What went wrong on the pages of a test; each test ends by looking at it. */
let faults: string[] = [];
let requests: URL[] = [];

/** Browser messages that a test provokes by having the server refuse. */
let expectedFaults: RegExp | null = null;

beforeAll(async () => {
  [server, browser] = await Promise.all([
    startVerbatim('corpus'),
    chromium.launch({ executablePath: process.env.CHROMIUM_PATH || '/usr/bin/chromium', args: ['--no-sandbox'] }),
  ]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  const unexpected = faults.filter((fault) => !expectedFaults?.test(fault));
  const foreign = requests.filter(({ hostname }) => hostname !== '127.0.0.1').map(String);
  faults = [];
  requests = [];
  expectedFaults = null;
  expect(unexpected, 'messages in the console').toEqual([]);
  expect(foreign, 'requests to other origins').toEqual([]);
});

/** Opens the page and waits until it knows the documents. */
async function open({ at = '', base = server, ...options }: { at?: string; base?: VerbatimServer } & BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`));
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    return dialog.dismiss();
  });
  page.on('request', (request) => requests.push(new URL(request.url())));
  await page.goto(`${base.url}/${at}`);
  await page.getByText(/\d documents?,/).waitFor({ state: 'attached' });
  return page;
}

/** Asks with the keyboard and waits for whatever the server says; returns its reply. */
async function ask(page: Page, question: string) {
  const turns = await page.locator('.turn').count();
  const response = page.waitForResponse((one) => new URL(one.url()).pathname === '/ask');
  await page.getByLabel('Your question').fill(question);
  await page.keyboard.press('Enter');
  const text = await (await response).text();
  const [, streamed] = /event: reply\ndata: (.*)/.exec(text) ?? [];
  const reply = streamed ? JSON.parse(streamed).reply : JSON.parse(text);
  const turn = page.locator('.turn').nth(turns);
  await turn.locator('.answer, .no-answer, .failure').first().waitFor();
  await page.locator('.turn[aria-busy]').waitFor({ state: 'detached' });
  return { turn, reply, citations: (reply.citations ?? []) as Citation[] };
}

async function readSource(base: VerbatimServer, source: string): Promise<{ text: string; paragraphs: { start: number; end: number }[] }> {
  const response = await fetch(`${base.url}/sources/${source.split('/').map(encodeURIComponent).join('/')}`);
  return response.json() as Promise<{ text: string; paragraphs: { start: number; end: number }[] }>;
}

describe('an answer', () => {
  it('shows each quote in its document, character by character', async () => {
    const page = await open();
    const { turn, reply, citations } = await ask(page, OBSERVER);
    expect(reply.answered).toBe(true);
    expect(await turn.locator('.answer').textContent()).toContain('3 September 2019');
    expect(citations.length).toBeGreaterThan(0);
    for (const [i, citation] of citations.entries()) {
      await turn
        .getByRole('link', { name: `Citation ${i + 1}: ${citation.title}, paragraph ${citation.paragraph}` })
        .first()
        .click();
      const panel = page.getByRole('complementary', { name: citation.title });
      await panel.getByText(`${citation.source}, paragraph ${citation.paragraph}`, { exact: true }).first().waitFor();
      const { text, paragraphs } = await readSource(server, citation.source);
      const highlighted = await panel.locator('mark').textContent();
      expect(highlighted).toBe(citation.quote);
      expect(highlighted).toBe(text.slice(citation.start, citation.end));
      expect(await panel.locator('.block.current .margin').textContent()).toBe(`Paragraph ${citation.paragraph}`);
      const { start, end } = paragraphs[citation.paragraph - 1] as { start: number; end: number };
      expect(await panel.locator('.block.current .words').textContent()).toBe(text.slice(start, end));
      await panel.getByText('The quote stands in the document exactly so.').waitFor();
      expect(await panel.locator('mark').evaluate((mark) => mark.getBoundingClientRect().top < innerHeight)).toBe(true);
    }
  });

  it('shows the short answer first and reads the answer out', async () => {
    const page = await open();
    const { turn, reply } = await ask(page, OBSERVER);
    expect(reply.shortAnswer).not.toBeNull();
    expect(await turn.locator('.short-answer').textContent()).toBe(reply.shortAnswer);
    expect(await page.getByRole('status').textContent()).toContain('3 September 2019');
  });

  it('gives the citation to copy', async () => {
    const page = await open({ permissions: ['clipboard-read', 'clipboard-write'] });
    const { turn, citations } = await ask(page, OBSERVER);
    await turn.locator('.mark-link').first().click();
    await page.getByRole('button', { name: 'Copy citation' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const { quote, title, source, paragraph } = citations[0] as Citation;
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`"${quote}" (${title}, ${source}, paragraph ${paragraph})`);
  });

  it('keeps quiet calm where the documents say nothing, with the nearest passages to open', async () => {
    const page = await open();
    const { turn, reply } = await ask(page, 'Who won the football world cup in 1998?');
    expect(reply.answered).toBe(false);
    expect(await turn.locator('.no-answer-title').textContent()).toBe(reply.answer);
    expect(await turn.locator('.answer, .short-answer, .mark-link').count()).toBe(0);
    const passages = turn.locator('.passages a');
    expect(await passages.count()).toBe(reply.passages.length);
    await passages.first().click();
    await page.locator('.block.current').waitFor();
    expect(await page.locator('.block.current .words').textContent()).toBe(reply.passages[0].text);
  });

  it('shows what the documents disagree on', async () => {
    const page = await open();
    const { reply } = await ask(page, OBSERVER);
    const [first] = reply.citations;
    const second = { ...first, id: 2 };
    const place = `${first.title}, paragraph ${first.paragraph}`;
    const conflicts = [
      {
        about: OBSERVER,
        values: [
          { value: '3 September 2019', citations: [1] },
          { value: '4 September 2019', citations: [2] },
        ],
      },
    ];
    await page.route('**/ask', (route) =>
      route.fulfill({ json: { ...reply, citations: [first, second], conflicts, rewrittenQuestion: 'When did Hungary become an observer, then?' } }),
    );
    const { turn } = await ask(page, 'And when was that?');
    const note = turn.getByRole('note');
    expect(await note.getByRole('listitem').allTextContents()).toEqual([`3 September 2019 [1]${place}`, `4 September 2019 [2]${place}`]);
    expect(await turn.locator('.read-as').textContent()).toBe('Understood as: When did Hungary become an observer, then?');
  });
});

describe('the conversation', () => {
  it('sends with Enter, breaks the line with Shift+Enter, and sends the earlier turns along', async () => {
    const page = await open();
    const { reply } = await ask(page, OBSERVER);
    const field = page.getByLabel('Your question');
    await field.fill('Where was');
    await field.press('Shift+Enter');
    await field.pressSequentially('it decided?');
    expect(await field.inputValue()).toBe('Where was\nit decided?');
    const sent = page.waitForRequest('**/ask');
    await field.press('Enter');
    expect((await sent).postDataJSON()).toEqual({
      question: 'Where was\nit decided?',
      history: [
        { role: 'user', content: OBSERVER },
        { role: 'assistant', content: reply.answer },
      ],
    });
    expect(await field.inputValue()).toBe('');
  });

  it('sends at most twenty earlier items, cut to size', async () => {
    const page = await open();
    const { reply } = await ask(page, OBSERVER);
    let history: { role: string; content: string }[] = [];
    await page.route('**/ask', (route) => {
      history = route.request().postDataJSON().history;
      return route.fulfill({ json: { ...reply, answer: `${'a'.repeat(1999)}😀` } });
    });
    for (let i = 0; i < 12; i++) await ask(page, `Question ${i}?`);
    expect(history).toHaveLength(20);
    expect(history[0]).toEqual({ role: 'user', content: 'Question 1?' });
    expect(history[1]?.content).toBe('a'.repeat(1999));
  });

  it('starts anew without the earlier turns', async () => {
    const page = await open();
    await ask(page, OBSERVER);
    await page.getByRole('button', { name: 'New conversation' }).click();
    expect(await page.locator('.turn').count()).toBe(0);
    const sent = page.waitForRequest('**/ask');
    await ask(page, OBSERVER);
    expect((await sent).postDataJSON()).toEqual({ question: OBSERVER });
  });

  it('begins with examples made from the titles of the documents', async () => {
    const page = await open();
    const example = page.locator('.example').first();
    await example.click();
    const field = page.getByLabel('Your question');
    expect(await field.inputValue()).toMatch(/^What does “.+” say about $/);
    expect(await field.evaluate((element) => element === document.activeElement)).toBe(true);
  });
});

describe('the panel', () => {
  it('opens at the paragraph that a link names', async () => {
    const page = await open({ at: '#source=budapest-office.md&p=4' });
    await page.locator('.block.current').waitFor();
    const { text, paragraphs } = await readSource(server, 'budapest-office.md');
    const { start, end } = paragraphs[3] as { start: number; end: number };
    expect(await page.locator('.block.current .words').textContent()).toBe(text.slice(start, end));
    expect(await page.locator('#panel-place').textContent()).toBe('budapest-office.md, paragraph 4');
    expect(await page.locator('mark').count()).toBe(0);
  });

  it('marks the characters that a link names, and says so when they are not there', async () => {
    const { paragraphs, text } = await readSource(server, 'budapest-office.md');
    const { start } = paragraphs[3] as { start: number };
    const page = await open({ at: `#source=budapest-office.md&p=4&at=${start}-${start + 7}` });
    await page.locator('mark').waitFor();
    expect(await page.locator('mark').textContent()).toBe(text.slice(start, start + 7));
    await page.evaluate(() => {
      location.hash = '#source=budapest-office.md&p=4&at=0-7';
    });
    await page.getByText('The characters this link names are not in this paragraph').waitFor();
    expect(await page.locator('mark').count()).toBe(0);
  });

  it('says when there is no such document', async () => {
    expectedFaults = /404/;
    const page = await open({ at: '#source=no-such-file.md&p=1' });
    await page.getByRole('heading', { name: 'There is no such document' }).waitFor();
  });

  it('closes with Escape and gives the focus back; the Back button opens it again', async () => {
    const page = await open();
    const { turn } = await ask(page, OBSERVER);
    const link = turn.locator('.mark-link').first();
    await link.focus();
    await page.keyboard.press('Enter');
    await page.locator('mark').waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('panel-title');
    await page.keyboard.press('Escape');
    expect(await page.locator('#panel').isVisible()).toBe(false);
    expect(await link.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.goBack();
    await page.locator('mark').waitFor();
  });

  it('says when the document no longer holds the quote', async () => {
    const page = await open();
    const { turn } = await ask(page, OBSERVER);
    await page.route('**/sources/*', async (route) => {
      const response = await route.fetch();
      const body = await response.json();
      return route.fulfill({ response, json: { ...body, text: body.text.replaceAll('September', 'Septembre') } });
    });
    await turn.locator('.mark-link').first().click();
    await page.getByText('The document has changed since this answer was given').waitFor();
    expect(await page.locator('mark').count()).toBe(0);
  });

  it('covers the conversation on a narrow screen', async () => {
    const page = await open({ viewport: { width: 390, height: 800 } });
    const { turn } = await ask(page, OBSERVER);
    await turn.locator('.mark-link').first().click();
    await page.locator('mark').waitFor();
    expect(await page.locator('#conversation').isVisible()).toBe(false);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await page.getByRole('button', { name: /^Close/ }).click();
    expect(await turn.isVisible()).toBe(true);
  });

  it('shows a long document around the place, and the rest on request', async () => {
    const lines = Array.from({ length: 1000 }, (_, i) => `Line ${i + 1} of a long list.`);
    const text = lines.join('\n');
    const paragraphs = lines.map((line, i) => ({ paragraph: i + 1, start: text.indexOf(line), end: text.indexOf(line) + line.length, heading: false }));
    const page = await open();
    await page.route('**/sources/long.txt', (route) =>
      route.fulfill({ json: { source: 'long.txt', title: 'Long', text, sha256: '0', paragraphs, metadata: {} } }),
    );
    await page.evaluate(() => {
      location.hash = '#source=long.txt&p=600';
    });
    await page.locator('.block.current').waitFor();
    expect(await page.locator('.block').count()).toBe(501);
    const more = page.getByRole('button', { name: 'Show 250 paragraphs before' });
    await more.scrollIntoViewIfNeeded();
    const first = page.locator('.block', { hasText: 'Line 350 of' });
    const before = await first.boundingBox();
    await more.click();
    expect(await page.locator('.block').first().textContent()).toContain('Line 100 of');
    expect((await first.boundingBox())?.y).toBeCloseTo(before?.y ?? 0, 0);
    await page.getByRole('button', { name: 'Show 99 paragraphs before' }).click();
    await page.getByRole('button', { name: 'Show 150 paragraphs after' }).click();
    expect(await page.locator('.block .words').allTextContents()).toEqual(lines);
    expect(await page.getByRole('button', { name: /^Show/ }).count()).toBe(0);
  });

  it('lists the documents and filters them', async () => {
    const page = await open();
    await page.getByRole('link', { name: 'Documents' }).click();
    await page.getByLabel('Filter').fill('budapest');
    expect(await page.locator('.documents li').count()).toBe(1);
    await page.locator('.documents a').click();
    await page.getByRole('heading', { name: 'The Budapest Representation Office' }).first().waitFor();
  });
});

describe('a failure', () => {
  it('names the field that the server refused and gives the question back', async () => {
    expectedFaults = /400/;
    const page = await open();
    const { turn, reply } = await ask(page, '?!');
    expect(reply.errors[0].field).toBe('question');
    expect(await turn.locator('.failure-detail').textContent()).toBe(`Question: ${reply.errors[0].message}`);
    expect(await page.getByLabel('Your question').inputValue()).toBe('?!');
  });

  it.each([429, 503])('waits as long as a %i asks, then tries again', async (status) => {
    expectedFaults = new RegExp(String(status));
    const page = await open();
    await page.route(
      '**/ask',
      (route) =>
        route.fulfill({ status, headers: { 'retry-after': '2', 'content-type': 'application/problem+json' }, body: JSON.stringify({ detail: 'Later.' }) }),
      { times: 1 },
    );
    const { turn } = await ask(page, OBSERVER);
    const again = turn.getByRole('button', { name: /Try again/ });
    expect(await again.textContent()).toMatch(/^Try again in [12] seconds?$/);
    expect(await again.isDisabled()).toBe(true);
    await again.click();
    await turn.locator('.answer').waitFor();
    expect(await page.locator('.turn').count()).toBe(1);
  });

  it('says that the server is gone, and recovers', async () => {
    expectedFaults = /ERR_CONNECTION_REFUSED/;
    const page = await open();
    await page.route('**/{ask,ready}', (route) => route.abort('connectionrefused'));
    await page.getByLabel('Your question').fill(OBSERVER);
    await page.getByRole('button', { name: 'Ask' }).click();
    await page.locator('.failure').getByText('The server cannot be reached').waitFor();
    await page.locator('#state').getByText('The server cannot be reached').waitFor();
    await page.unroute('**/{ask,ready}');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.answer').waitFor();
    await page
      .locator('#state')
      .getByText(/documents,/)
      .waitFor();
  });

  it('stops waiting when told to', async () => {
    expectedFaults = /ERR_FAILED|ERR_ABORTED/;
    const page = await open();
    await page.route('**/ask', () => {});
    await page.getByLabel('Your question').fill(OBSERVER);
    await page.keyboard.press('Enter');
    await page.getByText('Searching the documents').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.locator('.failure').getByText('Stopped').waitFor();
    await page.getByRole('button', { name: 'Ask' }).waitFor();
  });
});

describe('an answer that is being made', () => {
  const SAID = 'Hungary gained observer status in the Turkic Council on 3 September 2019';
  let model: ModelServer;
  let worded: VerbatimServer;
  beforeAll(async () => {
    model = await startModelServer();
    worded = await startVerbatim('corpus', { LLM_BASE_URL: model.url, LLM_MODEL: 'scripted', LLM_TIMEOUT_MS: '4000' });
  });
  afterAll(async () => {
    await worded?.stop();
    await model?.close();
  });

  it('shows each sentence when it is checked, and keeps it when the language model dries up', async () => {
    const page = await open({ base: worded });
    model.does(stallsAfter(`${SAID} [{gained observer status}]. The Turkic`));
    await page.getByLabel('Your question').fill(OBSERVER);
    await page.keyboard.press('Enter');
    const turn = page.locator('.turn[aria-busy]');
    await turn.locator('.answer').getByText(SAID).waitFor();
    await turn.getByRole('link', { name: /^Citation 1: / }).waitFor();
    await turn.getByText('Checking each sentence against its quote').waitFor();
    await turn.waitFor({ state: 'detached' });
    expect(await page.locator('.answer').textContent()).toContain(SAID);
    await page.locator('.reply-notes').getByText('not done in time').waitFor();
    await page.getByText('Worded by a language model').waitFor();
  });

  it('keeps what it showed when the connection breaks off, and can be asked for again', async () => {
    const page = await open();
    const sentence = JSON.stringify({ text: `${SAID}. [1]`, citations: [], citationIds: [1] });
    await page.route('**/ask', (route) => route.fulfill({ contentType: 'text/event-stream', body: `event: sentence\ndata: ${sentence}\n\n` }), { times: 1 });
    await page.getByLabel('Your question').fill(OBSERVER);
    await page.keyboard.press('Enter');
    await page.locator('.failure').getByText('The answer broke off').waitFor();
    await page.locator('.answer').getByText(SAID).waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.sources').first().waitFor();
  });
});

describe('a conversation that the server keeps', () => {
  let keeping: VerbatimServer;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'verbatim-conversations-'));
    keeping = await startVerbatim('corpus', { CONVERSATIONS: 'on', CONVERSATIONS_DIR: folder });
  });
  afterAll(async () => {
    await keeping?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is there when the page is opened again, goes on, and is deleted by a new one', async () => {
    const page = await open({ base: keeping });
    const { reply } = await ask(page, OBSERVER);
    await page.reload();
    const [first] = [page.locator('.turn').first()];
    await first.getByText(OBSERVER).waitFor();
    expect(await first.locator('.answer').textContent()).toContain('3 September 2019');
    const sent = page.waitForRequest('**/ask');
    await page
      .locator('#state')
      .getByText(/documents,/)
      .waitFor();
    await ask(page, 'Where was it decided?');
    expect((await sent).postDataJSON()).toEqual({ question: 'Where was it decided?', conversationId: reply.conversationId });
    const deleted = page.waitForResponse((one) => one.request().method() === 'DELETE');
    await page.getByRole('button', { name: 'New conversation' }).click();
    expect((await deleted).status()).toBe(204);
    await page.reload();
    await page
      .locator('#state')
      .getByText(/documents,/)
      .waitFor();
    expect(await page.locator('.turn').count()).toBe(0);
  });
});

describe('a hostile document', () => {
  const SOURCE = 'notes & "lanterns" #1+é.md';
  const PARAGRAPH =
    'The Lantern Office <img src=x onerror="window.ran=1"> was opened in Tashkent on 4 March 2018 by **Minister Alimov** <svg onload="window.ran=6"></svg> himself.';
  let folder: string;
  let hostile: VerbatimServer;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'verbatim-corpus-'));
    const text = `---\ntitle: '<img src=x onerror="window.ran=3">Lanterns'\n---\n\n# <script>window.ran=4</script> Lanterns\n\n${PARAGRAPH}\n\n<script>window.ran=2</script> Turned off.\n\n[Click](javascript:window.ran=5) to read on about lamps.\n`;
    await writeFile(path.join(folder, SOURCE), text);
    hostile = await startVerbatim(folder);
  });

  afterAll(async () => {
    await hostile?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is shown, and does not run', async () => {
    const page = await open({ base: hostile });
    const { turn, reply, citations } = await ask(page, 'When was the Lantern Office opened?');
    expect(reply.answered).toBe(true);
    const [citation] = citations as [Citation];
    expect(citation.quote).toContain('<img src=x onerror');
    await turn.locator('.mark-link').first().click();
    await page.locator('mark').waitFor();
    const { text } = await readSource(hostile, SOURCE);
    expect(await page.locator('mark').textContent()).toBe(text.slice(citation.start, citation.end));
    expect(await page.locator('.block.current .words').textContent()).toBe(PARAGRAPH);
    expect(await page.locator('#panel-title').textContent()).toBe('<img src=x onerror="window.ran=3">Lanterns');
    await page.getByRole('link', { name: 'Documents' }).click();
    await page.locator('.documents li').first().waitFor();
    expect(await page.evaluate(() => (window as unknown as { ran?: number }).ran)).toBeUndefined();
    expect(await page.locator('main img, aside img, main script, aside script, aside .words svg, a[href^="javascript"]').count()).toBe(0);
    expect(requests.map(({ pathname }) => pathname)).not.toContain('/x');
  });
});

describe('a document with pages', () => {
  it('is cited by page, and its original can be opened there', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'verbatim-pages-'));
    await writeFile(
      path.join(folder, 'ferry report.pdf'),
      await makePdf([
        lines(['The ferry council met in Lomsa in the old customs house.'], 60, 80),
        lines(['It was founded in Ardal on 9 October 1971.'], 60, 80),
      ]),
    );
    const base = await startVerbatim(folder);
    try {
      const page = await open({ base, at: '#source=ferry%20report.pdf&p=2' });
      await page.getByText('ferry report.pdf, p. 2, paragraph 2').waitFor();
      expect(await page.locator('.page-turn').allTextContents()).toEqual(['Page 1', 'Page 2']);
      const original = page.getByRole('link', { name: 'Open the original' });
      expect(await original.getAttribute('href')).toBe('originals/ferry%20report.pdf#page=2');
      const response = await fetch(`${base.url}/${await original.getAttribute('href')}`);
      expect(response.headers.get('content-type')).toBe('application/pdf');
    } finally {
      await base.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
