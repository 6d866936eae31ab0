import { deflateSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../src/documents/parse-document.js';
import { makeDocx } from './make/docx.js';
import { makeEpub } from './make/epub.js';
import { lines, makePdf } from './make/pdf.js';
import { paragraphsOf } from './make/read.js';

const MEGABYTE = 2 ** 20;

/** What the maintainer is told of a file. */
const refusal = (name: string, bytes: Uint8Array, limits = {}): Promise<string> =>
  parseDocument(name, bytes, limits).then(
    () => 'was read',
    (error: Error) => error.message,
  );

/** A PDF of one page whose content is `stream`, compressed. */
function pdfOf(stream: Uint8Array): Buffer {
  const content = deflateSync(stream, { level: 1 });
  const head = '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n';
  const page = `3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>endobj 4 0 obj<</Length ${content.length}/Filter/FlateDecode>>stream\n`;
  return Buffer.concat([Buffer.from(head + page), content, Buffer.from('\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF')]);
}

/** Sets the size that a ZIP archive declares for its entries, in the list at its end and before each. */
function declareSizes(archive: Uint8Array, size: number): Buffer {
  const bytes = Buffer.from(archive);
  for (let at = 0; at + 46 <= bytes.length; at++) {
    const mark = bytes.readUInt32LE(at);
    if (mark === 0x02014b50) bytes.writeUInt32LE(size, at + 24);
    if (mark === 0x04034b50) bytes.writeUInt32LE(size, at + 22);
  }
  return bytes;
}

describe('a hostile file', () => {
  it('that unpacks to very much is not unpacked', async () => {
    const bomb = declareSizes(zipSync({ 'word/document.xml': new Uint8Array(MEGABYTE), 'word/styles.xml': new Uint8Array(MEGABYTE) }), 200 * MEGABYTE);
    expect(await refusal('bomb.docx', bomb)).toMatch(/^would unpack to more than \d+ bytes/);
    expect(await refusal('bomb.epub', declareSizes(bomb, 2 ** 32 - 1))).toMatch(/^would unpack to more than/);
  });

  it('that declares less than it unpacks to gets no more memory than it declared', async () => {
    const bomb = declareSizes(zipSync({ 'word/document.xml': new Uint8Array(4 * MEGABYTE) }), 10);
    expect(await refusal('bomb.docx', bomb)).toMatch(/^is broken/);
  });

  it('of very many entries is not unpacked', async () => {
    const entries = Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`${i}.xml`, new Uint8Array()]));
    expect(await refusal('many.epub', zipSync(entries, { level: 0 }))).toBe('is an archive of more than 10000 entries');
  });

  it.each([
    ['page.html', '<div>'.repeat(200_000)],
    ['page.html', `<ul>${'<li><ul>'.repeat(2000)}`],
    ['page.md', `${'>'.repeat(20_000)} text`],
  ])('%s that is nested very deep is left out', async (name, text) => {
    expect(await refusal(name, Buffer.from(text), { timeoutMs: 2000 })).toMatch(/^(?:nests |takes longer)/);
  });

  it('that repeats the names of its columns without end is left out', async () => {
    const header = Array.from({ length: 20 }, (_, i) => `${'column'.repeat(500)}${i}`).join(',');
    const rows = `${Array.from({ length: 20 }, () => 'x').join(',')}\n`.repeat(5000);
    expect(await refusal('wide.csv', Buffer.from(`${header}\n${rows}`))).toMatch(
      /^holds more than the \d+ characters of text that MAX_EXTRACTED_CHARACTERS allows/,
    );
  });

  it('that takes longer than it may is given up, and the next one is read', async () => {
    expect(await refusal('slow.html', Buffer.from('<p>text</p>'.repeat(50_000)), { timeoutMs: 1 })).toBe(
      'takes longer than 1 ms to read; EXTRACT_TIMEOUT_MS sets the limit',
    );
    expect(await paragraphsOf('next.html', '<p>text</p>')).toEqual(['text']);
  });

  it('that needs more memory than it may is given up, and the next one is read', async () => {
    const bomb = pdfOf(new Uint8Array(600 * MEGABYTE));
    expect(await refusal('bomb.pdf', bomb, { memoryMb: 200 })).toMatch(/^(?:needs more than 200 MB of memory|takes longer)/);
    expect(await paragraphsOf('next.html', '<p>text</p>')).toEqual(['text']);
  });

  it('that was cut off anywhere is left out or read, and never ends the reader', async () => {
    const whole: [string, Uint8Array][] = [
      ['cut.pdf', await makePdf([lines(['The council met in Lomsa on 4 May 2011.'], 60, 80)])],
      ['cut.docx', await makeDocx([{ text: 'The council met in Lomsa.' }])],
      ['cut.epub', makeEpub('Book', ['<p>The council met in Lomsa.</p>'])],
    ];
    for (const [name, bytes] of whole) {
      for (const share of [0.05, 0.3, 0.6, 0.9, 0.99]) {
        const cut = bytes.slice(0, Math.floor(share * bytes.length));
        expect(await refusal(name, cut)).toMatch(/^(?:is (?:broken|a broken PDF|a scan|no )|was read)/);
      }
    }
  });

  it('of random bytes is left out', async () => {
    const noise = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919 * (i + 13)) % 251);
    for (const name of ['a.pdf', 'a.docx', 'a.epub', 'a.html', 'a.csv', 'a.jsonl']) expect(await refusal(name, noise)).toMatch(/^is /);
  });
});
