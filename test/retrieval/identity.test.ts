import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookalikes } from '../../src/evaluation/lookalikes.js';
import { openTestAssistant, type TestAssistant } from '../fixtures.js';

/** Twelve communiqués of three bodies: only title, date line or front matter tell them apart. */
const { documents = [], questions } = await lookalikes(4);
let opened: TestAssistant;

beforeAll(async () => {
  opened = await openTestAssistant(Object.fromEntries(documents.map(({ source, text }) => [source, text])), { READER: 'off', ANSWER_THRESHOLD: '0' });
});
afterAll(() => opened.close());

const firstSources = async (query: string, topK = 3) => (await opened.assistant.search({ query, topK })).passages.map(({ source }) => source);

describe('documents that look alike', () => {
  it('are told apart by a number in the title', async () => {
    expect(await firstSources('Who chaired the 2nd Summit of the Amber Coast League?', 1)).toEqual(['league/communique-02.md']);
  });

  it('are told apart by the number in words', async () => {
    const [source] = await firstSources('How many municipalities sent delegations to the 3rd General Assembly of the Northern Ports Forum?');
    expect(documents.find((document) => document.source === source)?.title).toMatch(/Third General Assembly/);
  });

  it('are told apart by the year of their date', async () => {
    const { metadata, source } = documents.find((document) => document.source === 'league/communique-03.md') as (typeof documents)[number];
    const year = metadata.date?.slice(-4);
    expect(await firstSources(`Which charter was signed at the ${year} summit of the Amber Coast League?`, 1)).toEqual([source]);
  });

  it('are told apart by a town in their first lines', async () => {
    const { text, source } = documents.find((document) => document.source.startsWith('mayors/')) as (typeof documents)[number];
    const town = /met in (\p{L}+)/u.exec(text)?.[1];
    expect(await firstSources(`Who was in the chair at the Council of Island Mayors meeting in ${town}?`, 1)).toEqual([source]);
  });

  it('are searched as before by a question that names none of them', async () => {
    const all = new Set(await firstSources('Who received the lighthouse medal?', 8));
    expect(all.size).toBeGreaterThan(3);
  });

  it('do not answer for one that the question names and that leaves the matter out', async () => {
    const unanswerable = questions.filter(({ id, answerable }) => !answerable && id.startsWith('look-amber'));
    expect(unanswerable.length).toBeGreaterThan(0);
    for (const { id, question } of unanswerable) {
      const { citations } = await opened.assistant.ask({ question });
      const named = `league/communique-${(id.split('-')[2] as string).padStart(2, '0')}.md`;
      expect(new Set([named, ...citations.map(({ source }) => source)])).toEqual(new Set([named]));
    }
  });
});
