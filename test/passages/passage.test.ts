import { describe, expect, it } from 'vitest';
import type { Document } from '../../src/documents/document.js';
import { parseDocument } from '../../src/documents/parse-document.js';
import { splitPassages } from '../../src/passages/passage.js';

/** A stand-in for a tokenizer: a token for every four characters of a word, one at least. */
const countTokens = (text: string) =>
  text
    .split(/\s+/)
    .filter(Boolean)
    .reduce((sum, word) => sum + Math.ceil(word.length / 4), 0);

const markdown = (text: string): Promise<Document> => parseDocument('offices.md', Buffer.from(text));
const split = (document: Document, maxTokens = 64) => [...splitPassages(document, { countTokens, maxTokens })];

const sentence = (i: number) => `The office number ${i} was opened by the ministers of the member states in the year ${1990 + i}.`;
const long = Array.from({ length: 20 }, (_, i) => sentence(i)).join(' ');

describe('passages', () => {
  it('are the paragraphs where these fit the window; headings are none', async () => {
    const document = await markdown('# Offices\n\nThe first opened. It is in Budapest.\n\n## Baku\n\nThe second opened.\n');
    const passages = split(document);
    expect(passages.map(({ start, end }) => document.text.slice(start, end))).toEqual(['The first opened. It is in Budapest.', 'The second opened.']);
    expect(passages.map(({ source, paragraph }) => [source, paragraph])).toEqual([
      ['offices.md', 2],
      ['offices.md', 4],
    ]);
    expect(passages[0]?.sentences.map(({ start, end }) => document.text.slice(start, end))).toEqual(['The first opened.', 'It is in Budapest.']);
  });

  it('of a long paragraph are runs of whole sentences within the window, that cover it and stay inside it', async () => {
    const document = await markdown(`Before.\n\n${long}\n\nAfter.\n`);
    const passages = split(document);
    expect(passages.length).toBeGreaterThan(5);
    for (const passage of passages) {
      const paragraph = document.paragraphs[passage.paragraph - 1];
      expect(passage.start).toBeGreaterThanOrEqual(paragraph?.start ?? Number.NaN);
      expect(passage.end).toBeLessThanOrEqual(paragraph?.end ?? Number.NaN);
      expect(countTokens(document.text.slice(passage.start, passage.end))).toBeLessThanOrEqual(64);
    }
    const of = passages.filter(({ paragraph }) => paragraph === 2);
    expect(of.map(({ start, end }) => document.text.slice(start, end)).join(' ')).toBe(long);
  });

  it.each([
    ['words', `${Array.from({ length: 400 }, (_, i) => `word${i}`).join(' ')}.`],
    ['one word', 'x'.repeat(5000)],
    ['an address at its end', `${'word '.repeat(30)}https://example.org/${'path'.repeat(40)}`],
    ['emoji', `a${'🏛️👩‍👩‍👧'.repeat(300)}`],
    ['accents', 'e\u0301'.repeat(800)],
  ])('of an over-long sentence of %s stay within the window and cut no character', async (_, text) => {
    const document = await markdown(text);
    const passages = split(document);
    const graphemes = new Set([...new Intl.Segmenter('en').segment(document.text)].map(({ index }) => index)).add(document.text.length);
    let at = 0;
    for (const { start, end, sentences } of passages) {
      expect(countTokens(document.text.slice(start, end))).toBeLessThanOrEqual(64);
      expect(document.text.slice(at, start).trim()).toBe('');
      for (const piece of sentences) expect([graphemes.has(piece.start), graphemes.has(piece.end)]).toEqual([true, true]);
      at = end;
    }
    expect(document.text.slice(at).trim()).toBe('');
  });

  it('cut an over-long sentence at white space where there is any', async () => {
    const document = await markdown(`${'word '.repeat(60)}${'x'.repeat(60)}`);
    for (const { sentences } of split(document)) {
      for (const { start, end } of sentences) expect(document.text.slice(start, end)).toMatch(/^(?:word( |$))*(?:x{60})?$/);
    }
  });

  it('carry title, date, sections and lead as context, which is no part of the quoted text', async () => {
    const document = await markdown('---\ntitle: Offices\ndate: 2019\n---\n\n## Europe\n\n### Hungary\n\nThey are:\n\n- Budapest\n');
    const passage = split(document).at(-1);
    expect(passage?.context).toBe('Offices | 2019 | Europe | Hungary | They are:');
    expect(document.text.slice(passage?.start, passage?.end)).toBe('- Budapest');
  });

  it('leave most of the window to the text, however long the titles are', async () => {
    const document = await markdown(`# ${'Long title '.repeat(40)}\n\n## ${'Long section '.repeat(40)}\n\n${long}\n`);
    for (const { context } of split(document)) expect(countTokens(context)).toBeLessThanOrEqual(0.3 * 64);
  });

  it('do not take a file name of digits and hashes for a title', async () => {
    const document = await parseDocument('000_267cb66a99fe4970.txt', Buffer.from('The office opened in 2019.'));
    expect(split(document)[0]?.context).toBe('');
  });
});
