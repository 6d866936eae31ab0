import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Document } from '../../src/documents/document.js';
import { type EarlierReading, readFolder } from '../../src/documents/read-folder.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'verbatim-documents-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const put = async (name: string, content: string | Uint8Array) => {
  await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
  await writeFile(path.join(folder, name), content);
};
const read = (maxBytes = 10_000) => readFolder(folder, { maxBytes });

describe('reading a folder of documents', () => {
  it('reads Markdown and text files, also in folders below, in the order of their paths', async () => {
    await put('b.txt', 'The office opened in 2019.');
    await put('a.md', '# Title\n\nThe summit.');
    await put('below/deep/c.MARKDOWN', 'Deep text.');
    const { documents, skipped } = await read();
    expect(documents.map(({ source }) => source)).toEqual(['a.md', 'b.txt', 'below/deep/c.MARKDOWN']);
    expect(skipped).toEqual([]);
  });

  it('gives each document its decoded text, its hash and a title', async () => {
    const bytes = Buffer.from('\uFEFFThe office\r\nopened in Türkiye in 2019.\r\n');
    await put('annual-report_2019.md', bytes);
    const [document] = (await read()).documents;
    expect(document).toMatchObject({
      title: 'annual report 2019',
      text: 'The office\nopened in Türkiye in 2019.\n',
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
    const { start = 0, end = 0 } = document?.paragraphs[0] ?? {};
    expect(document?.text.slice(start, end)).toBe('The office\nopened in Türkiye in 2019.');
  });

  it.each([
    ['empty.md', '', /empty/],
    ['blank.txt', ' \n\n', /no paragraph/],
    ['only-heading.md', '# Title\n', /no paragraph/],
    ['image.md', Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0xff]), /binary/],
    ['broken.txt', Uint8Array.from([0xef, 0xbb, 0xbf, 0x41, 0xc3, 0x28]), /not valid utf-8/],
    ['huge.md', 'x'.repeat(10_001), /10001 bytes, more than the 10000 that MAX_FILE_BYTES allows/],
    ['slides.odp', '%PDF-1.7', /of a kind that cannot be read; supported are \.md, \.markdown, \.txt/],
  ])('leaves out %s with its reason', async (name, content, reason) => {
    await put(name, content);
    await put('good.md', 'The office opened.');
    const { documents, skipped } = await read();
    expect(documents.map(({ source }) => source)).toEqual(['good.md']);
    expect(skipped).toEqual([{ source: name, reason: expect.stringMatching(reason) }]);
  });

  it('leaves out a file of two gigabytes without reading it', async () => {
    await put('good.md', 'Text.');
    await put('large.pdf', '%PDF-1.7');
    await truncate(path.join(folder, 'large.pdf'), 2 * 2 ** 30);
    expect((await read()).skipped).toEqual([{ source: 'large.pdf', reason: expect.stringMatching(/^has 2147483648 bytes, more than/) }]);
  });

  it('keeps any name as it is, two that differ only in Unicode normalisation among them', async () => {
    const names = [
      'Rapport d’été.md',
      'Rapport d’été.md'.normalize('NFD'),
      ' spaces .md',
      'line\nbreak.md',
      '%2e%2e.md',
      '-rf.md',
      'x'.repeat(250).concat('.md'),
    ];
    for (const name of names) await put(name, `A text in the file ${names.indexOf(name)}.`);
    const { documents, skipped } = await read();
    expect(skipped).toEqual([]);
    expect(new Map(documents.map(({ source, text }) => [source, text]))).toEqual(new Map(names.map((name, i) => [name, `A text in the file ${i}.`])));
    const titles = documents.map(({ title }) => title).filter((title) => title.startsWith('Rapport'));
    expect(titles).toEqual(['Rapport d’été', 'Rapport d’été']);
  });

  it('says of a name that is no valid text that it must be changed', async () => {
    await put('good.md', 'Text.');
    await writeFile(Buffer.concat([Buffer.from(`${folder}/bad-`), Buffer.from([0xff]), Buffer.from('.md')]), 'Text.');
    expect((await read()).skipped).toEqual([{ source: 'bad-\ufffd.md', reason: 'has a name that is not valid UTF-8; rename it' }]);
  });

  it('leaves out a link that leads nowhere, and says so', async () => {
    await symlink(path.join(folder, 'nowhere.md'), path.join(folder, 'dangling.md'));
    expect((await read()).skipped).toEqual([{ source: 'dangling.md', reason: expect.stringMatching(/link.*does not exist/) }]);
  });

  it('leaves out a link to a file outside the folder', async () => {
    const outside = await mkdtemp(path.join(tmpdir(), 'verbatim-outside-'));
    await writeFile(path.join(outside, 'secret.md'), 'A secret.');
    await symlink(path.join(outside, 'secret.md'), path.join(folder, 'link.md'));
    await symlink(outside, path.join(folder, 'folder-link'));
    const { documents, skipped } = await read();
    await rm(outside, { recursive: true });
    expect(documents).toEqual([]);
    expect(skipped).toEqual([
      { source: 'folder-link', reason: expect.stringMatching(/outside the folder/) },
      { source: 'link.md', reason: expect.stringMatching(/outside the folder/) },
    ]);
  });

  it('follows a link to a file inside the folder, but not one to a folder', async () => {
    await put('below/a.md', 'The office opened.');
    await symlink(path.join(folder, 'below/a.md'), path.join(folder, 'b.md'));
    await symlink(folder, path.join(folder, 'loop.md'));
    const { documents, skipped } = await read();
    expect(documents.map(({ source }) => source)).toEqual(['b.md', 'below/a.md']);
    expect(skipped).toEqual([{ source: 'loop.md', reason: expect.stringMatching(/folder/) }]);
  });

  it('does not look at hidden files and folders', async () => {
    await put('.hidden.md', 'Hidden.');
    await put('.git/a.md', 'Hidden.');
    expect(await read()).toMatchObject({ documents: [], skipped: [] });
  });

  it('takes what an earlier reading knows, and asks it by state only for files that have settled', async () => {
    await put('a.md', 'The office opened.');
    await put('b.md', 'The office closed.');
    const { documents } = await read();
    const [a, b] = documents as [Document, Document];
    const asked: string[] = [];
    const earlier: EarlierReading = {
      unchanged: (source) => {
        asked.push(source);
        return source === 'a.md' ? a : null;
      },
      sameBytes: (_, sha256) => (sha256 === b.sha256 ? b : null),
    };
    const young = await readFolder(folder, { maxBytes: 10_000, earlier });
    expect(asked).toEqual([]);
    expect([...young.states.values()]).toEqual([null, null]);
    expect(young.documents[1]).toBe(b);
    // Files younger than two seconds are not known by their state.
    await new Promise((resolve) => setTimeout(resolve, 2100));
    const settled = await readFolder(folder, { maxBytes: 10_000, earlier });
    expect(settled.documents[0]).toBe(a);
    expect(asked).toEqual(['a.md', 'b.md']);
    expect(settled.states.get('a.md')).toMatchObject({ size: 18 });
  });

  it('says in one line what to do where the folder itself is missing', async () => {
    await expect(readFolder(path.join(folder, 'missing'), { maxBytes: 1 })).rejects.toThrow(/missing cannot be read \(ENOENT\); create it or set CORPUS_DIR/);
  });
});
