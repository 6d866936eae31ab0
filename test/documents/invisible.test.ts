import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../src/documents/parse-document.js';
import { makeDocx } from './make/docx.js';
import { makeEpub } from './make/epub.js';
import { textOf } from './make/read.js';

const INVISIBLE = /[\u00ad\u200b\u202e\u{e0041}]/u;
/** A soft hyphen, a zero-width space, a directional override and a tag character among letters. */
const SAID = 'The har\u00adbour of Lom\u200bsa is \u202eopen\u{e0041}.';
const SEEN = 'The harbour of Lomsa is open.';
const ENTITIES = '<p>The har&shy;bour of Lom&#x200b;sa is &#x202e;open&#xe0041;.</p>';

describe('characters that nobody sees', () => {
  it.each<[string, () => string | Uint8Array | Promise<Uint8Array>]>([
    ['harbour.md', () => SAID],
    ['harbour.txt', () => SAID],
    ['harbour.html', () => `<title>Har&shy;bour</title><meta name="author" content="Ann&#x200b;a"><main>${ENTITIES}</main>`],
    ['harbour.docx', () => makeDocx([{ text: SAID }])],
    ['harbour.epub', () => makeEpub('Har&shy;bour', [ENTITIES])],
    ['harbour.csv', () => `${SAID}\n`],
    ['harbour.jsonl', () => '"The har\\u00adbour of Lom\\u200bsa is \\u202eopen\\udb40\\udc41."\n'],
  ])('are in no text, title or metadata of %s', async (name, make) => {
    const made = await make();
    const document = await parseDocument(name, typeof made === 'string' ? Buffer.from(made) : made);
    expect(document.paragraphs.map((paragraph) => textOf(document, paragraph))).toContain(SEEN);
    const { text, title, metadata } = document;
    expect(JSON.stringify({ text, title, metadata })).not.toMatch(INVISIBLE);
  });
});
