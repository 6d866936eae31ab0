import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDocument } from '../../src/documents/parse-document.js';
import { LocalEmbeddings } from '../../src/embedding/embeddings.js';
import { prove } from '../../src/generative/prove.js';
import { openTestAssistant, type TestAssistant } from '../fixtures.js';

interface Wording {
  source: string;
  quote: string;
  faithful: string[];
  false: string[];
}

/** Faithful wordings that may be refused: it is better to lose a true sentence than to say a false one. */
const MAX_LOST = 8;

let wordings: Wording[];
let opened: TestAssistant;
beforeAll(async () => {
  const files = await Promise.all(['wordings', 'held-out'].map((name) => readFile(`eval/support/${name}.jsonl`, 'utf8')));
  wordings = files
    .join('')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  // The paragraphs alone: an index of the whole corpus takes longer than the test.
  const paragraphs: Record<string, string> = {};
  for (const { source, quote } of wordings) {
    const { text, paragraphs: all } = await parseDocument(source, await readFile(path.join('corpus', source)));
    const at = text.indexOf(quote);
    const paragraph = all.find(({ start, end }) => start <= at && at < end);
    paragraphs[source] = `${paragraphs[source] ?? ''}${text.slice(paragraph?.start, paragraph?.end)}\n\n`;
  }
  opened = await openTestAssistant(paragraphs, { READER: 'off' });
});
afterAll(() => opened.close());

describe('the proof of a sentence of a language model', () => {
  it('lets none of the false wordings of sentences of the corpus through, and few faithful ones fall', async () => {
    const { assistant } = opened;
    const generation = assistant.generation();
    const { encoder, prefixes } = assistant.models.embedding;
    const embeddings = new LocalEmbeddings(encoder, prefixes);
    const embed = async (text: string) => Float32Array.from((await embeddings.embedDocuments([text]))[0] as number[]);
    const lost: string[] = [];
    const passed: string[] = [];
    for (const { source, quote, faithful, false: wrong } of wordings) {
      const at = generation.documents.get(source)?.text.indexOf(quote) ?? -1;
      const cited = [generation.passages.findIndex((passage) => passage.source === source && passage.start <= at && at < passage.end)];
      for (const text of faithful) if ((await prove(text, { generation, embed, cited })).reasons) lost.push(text);
      for (const text of wrong) if ((await prove(text, { generation, embed, cited })).sentence) passed.push(text);
    }
    expect(passed).toEqual([]);
    expect(lost.length, lost.join('\n')).toBeLessThanOrEqual(MAX_LOST);
  });
});
