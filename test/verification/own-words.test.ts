import { describe, expect, it } from 'vitest';
import { plainSentence } from '../../src/answering/plain-sentence.js';
import { readFolder } from '../../src/documents/read-folder.js';
import { splitSentences } from '../../src/passages/sentences.js';
import { verify } from '../../src/verification/verify.js';

describe('what documents say in their own words', () => {
  it('is never refused: each sentence of the corpus rests on itself', async () => {
    const { documents } = await readFolder('corpus', { maxBytes: 2 ** 24 });
    const bySource = new Map(documents.map((document) => [document.source, document]));
    const draft = documents.flatMap(({ source, text, paragraphs }) =>
      paragraphs.flatMap((paragraph) =>
        splitSentences(text, paragraph).map(({ start, end }) => {
          const quote = text.slice(start, end);
          return { text: plainSentence(quote), quotes: [{ source, paragraph: paragraph.paragraph, start, end, quote }] };
        }),
      ),
    );
    const said = draft.filter(({ text }) => /[\p{L}\p{N}]/u.test(text));
    expect(said.length).toBeGreaterThan(100);
    expect(verify(said, { documents: bySource }).rejected).toEqual([]);
  });
});
