import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Communique, makeMixedFolder } from '../documents/make/mixed-folder.js';
import { openTestAssistant, type TestAssistant } from '../fixtures.js';

let opened: TestAssistant;
let communiques: Communique[];
beforeAll(async () => {
  const made = await makeMixedFolder();
  communiques = made.communiques;
  opened = await openTestAssistant(made.files, { READER: 'off', ANSWER_THRESHOLD: '0.2' });
});
afterAll(() => opened?.close());

/** Asks, and says where the answer's first citation stands and what it quotes. */
async function cited(question: string) {
  const { citations } = await opened.assistant.ask({ question });
  const [citation] = citations;
  const document = citation && opened.assistant.generation().documents.get(citation.source);
  const paragraph = document?.paragraphs[citation ? citation.paragraph - 1 : 0];
  return {
    source: citation?.source,
    page: citation?.page,
    quote: citation?.quote,
    paragraph: paragraph && document?.text.slice(paragraph.start, paragraph.end),
  };
}

describe('a folder of 45 PDF, DOCX and HTML files', () => {
  it('is indexed whole', () => {
    expect(opened.assistant.generation().documents.size).toBe(45);
    expect(opened.assistant.warnings()).toEqual([]);
  });

  it('gives answers that cite the file, the page and the paragraph', async () => {
    for (const [i, { name, organisation, founding, election, budget, pages }] of communiques.entries()) {
      const asked = [
        { question: `When was the ${organisation} founded?`, text: founding, page: pages?.founding },
        { question: `Who was elected to chair the ${organisation}?`, text: election, page: pages?.election },
        { question: `What is the budget of the ${organisation} for the coming year?`, text: budget, page: pages?.budget },
      ];
      const { question, text, page } = asked[i % asked.length] as (typeof asked)[number];
      expect(await cited(question)).toEqual({ source: name, page, quote: text, paragraph: text });
    }
  });

  it('has no header, footer or navigation among its paragraphs', () => {
    for (const { text } of opened.assistant.generation().documents.values()) expect(text).not.toMatch(/ - Communiqué|\/ 3|Home|Imprint/);
  });
});
