import { appendFile, cp, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { hashingModel } from '../../src/bench/hashing-encoder.js';
import { generationFolder, publish, readPointer } from '../../src/generation/layout.js';
import { type LiveIndex, openLiveIndex } from '../../src/indexing/live-index.js';
import { rollBack } from '../../src/indexing/rollback.js';
import { verifyIndex } from '../../src/indexing/verify-index.js';
import { temporaryFolder } from '../fixtures.js';

const model = hashingModel();
let corpusFolder: string;
let indexFolder: string;
let logged: string[];
beforeEach(async () => {
  const folder = await temporaryFolder({ 'corpus/a.md': 'The lamp was lit in 1901.' });
  corpusFolder = path.join(folder, 'corpus');
  indexFolder = path.join(folder, 'index');
  logged = [];
});
const open = () => openLiveIndex({ indexFolder, corpusFolder, limits: { maxBytes: 10_000 }, model, log: (_, message) => logged.push(message) });
const put = (name: string, text: string) => writeFile(path.join(corpusFolder, name), text);
const nameOf = (index: LiveIndex) => index.generation()?.manifest.generation;
const textOf = (index: LiveIndex) => index.generation()?.documents.get('a.md')?.text;
/** An index of two generations. */
const openTwo = async () => {
  const index = await open();
  await index.reindex();
  await put('a.md', 'The lamp was lit in 1902.');
  await index.reindex();
  return index;
};

describe('a reindex', () => {
  it('switches to what changed, and to nothing where nothing did', async () => {
    const index = await open();
    expect(index.generation()).toBeNull();
    expect(await index.reindex()).toMatchObject({ id: 1, outcome: 'switched', generation: '000001', passagesEmbedded: 1, error: null });
    expect(await index.reindex()).toMatchObject({ id: 2, outcome: 'unchanged', generation: '000001', passagesEmbedded: 0 });
    await put('a.md', 'The lamp was lit in 1902.');
    expect(await index.reindex()).toMatchObject({ id: 3, outcome: 'switched', generation: '000002' });
    expect(index.lastResult()).toMatchObject({ id: 3 });
  });

  it('is joined by those who ask for one meanwhile', async () => {
    const index = await open();
    const both = [index.reindex(), index.reindex()];
    expect(index.job()).toMatchObject({ id: 1, percent: 0 });
    const [first, second] = await Promise.all(both);
    expect(second).toBe(first);
    expect(index.job()).toBeNull();
  });

  it('leaves the generation that answers to whoever uses it', async () => {
    const index = await openTwo();
    const used = index.generation();
    for (const year of [1903, 1904, 1905]) {
      await put('a.md', `The lamp was lit in ${year}.`);
      await index.reindex();
    }
    expect(nameOf(index)).toBe('000005');
    expect(used?.documents.get('a.md')?.text).toContain('1902');
    expect(used?.sentenceScores(used.vector(0), 0)).toHaveLength(1);
  });

  it('that fails leaves the last good generation, says why, and is over when the next goes well', async () => {
    const index = await openTwo();
    await rename(corpusFolder, `${corpusFolder}-away`);
    expect(await index.reindex()).toMatchObject({ outcome: 'failed', generation: '000002', error: expect.stringContaining('CORPUS_DIR') });
    expect(index.isUpToDate()).toBe(false);
    expect(index.warnings().join()).toMatch(/could not be brought up to date.*answering from generation 000002/);
    expect(logged.join()).toContain('could not be brought up to date');
    await rename(`${corpusFolder}-away`, corpusFolder);
    await index.reindex();
    expect([index.isUpToDate(), index.warnings()]).toEqual([true, []]);
  });

  it('that cannot write leaves the last good generation', async () => {
    const index = await openTwo();
    await put('a.md', 'The lamp was lit in 1903.');
    // A dangling link in the place of the folder cannot be written into, not even by root.
    await rename(path.join(indexFolder, 'generations'), path.join(indexFolder, 'aside'));
    await symlink('/nonexistent/folder', path.join(indexFolder, 'generations'));
    expect(await index.reindex()).toMatchObject({ outcome: 'failed', generation: '000002' });
    expect(textOf(index)).toContain('1902');
    await rm(path.join(indexFolder, 'generations'));
    await rename(path.join(indexFolder, 'aside'), path.join(indexFolder, 'generations'));
    expect(await index.reindex()).toMatchObject({ outcome: 'switched', generation: '000003' });
  });

  it('notices a change that left a file’s size and time as they were', async () => {
    const index = await open();
    await utimes(path.join(corpusFolder, 'a.md'), 1, 1);
    await index.reindex();
    await put('a.md', 'The lamp was lit in 1999.');
    await utimes(path.join(corpusFolder, 'a.md'), 1, 1);
    await index.reindex();
    expect(textOf(index)).toContain('1999');
    expect(await index.reindex({ full: true })).toMatchObject({ outcome: 'unchanged' });
  });
});

describe('a rollback', () => {
  it('is kept by a restart, shown, and ended by a reindex that is asked for', async () => {
    await openTwo();
    expect(await rollBack(indexFolder, model.fingerprint)).toMatchObject({ from: '000002', to: '000001', problems: [] });
    const index = await open();
    expect([nameOf(index), index.isPinned(), index.isUpToDate()]).toEqual(['000001', true, false]);
    expect(index.warnings().join()).toMatch(/rollback pinned generation 000001/);
    await index.reindex();
    expect([nameOf(index), index.isPinned(), textOf(index)]).toEqual(['000003', false, 'The lamp was lit in 1902.']);
    // The rejected generation is not one to go back to.
    expect(await rollBack(indexFolder, model.fingerprint)).toMatchObject({ from: '000003', to: '000001' });
  });

  it('passes over what is damaged, and says when there is nothing to go back to', async () => {
    const index = await openTwo();
    await put('a.md', 'The lamp was lit in 1903.');
    await index.reindex();
    await writeFile(path.join(generationFolder(indexFolder, '000002'), 'catalog.jsonl'), '');
    expect(await rollBack(indexFolder, model.fingerprint)).toMatchObject({ to: '000001', problems: [expect.stringContaining('000002')] });
    await expect(rollBack(indexFolder, model.fingerprint)).rejects.toThrow(/no older generation than 000001/);
  });

  it('is followed by a running server', async () => {
    const index = await openTwo();
    await rollBack(indexFolder, model.fingerprint);
    await index.follow();
    expect([nameOf(index), index.isPinned()]).toEqual(['000001', true]);
    await publish(indexFolder, '000002');
    await index.follow();
    expect([nameOf(index), index.isPinned()]).toEqual(['000002', false]);
  });
});

describe('a check of the index', () => {
  it('tells what is whole, what is damaged, and whether the documents changed', async () => {
    await openTwo();
    const check = async () => (await verifyIndex(indexFolder, corpusFolder, { maxBytes: 10_000 }, model)) as { lines: string[]; whole: boolean };
    expect(await check()).toMatchObject({ whole: true });
    await writeFile(path.join(generationFolder(indexFolder, '000001'), 'catalog.jsonl'), '');
    const { lines, whole } = await check();
    expect(whole).toBe(true);
    expect(lines.join('\n')).toMatch(/fail {2}generation 000001 cannot be used: its file catalog.jsonl is damaged[\s\S]*ok {4}generation 000002/);
    await appendFile(path.join(corpusFolder, 'a.md'), ' More.');
    expect(await check()).toMatchObject({ whole: false });
  });
});

describe('two processes', () => {
  it('do not build the same twice: the second finds what the first published', async () => {
    const [one, two] = [await open(), await open()];
    await Promise.all([one.reindex({ waitMs: 10_000 }), two.reindex({ waitMs: 10_000 })]);
    expect([nameOf(one), nameOf(two)]).toEqual(['000001', '000001']);
    expect(await readPointer(indexFolder)).toEqual({ generation: '000001', pinned: false });
  });

  it('can move an index, which is a folder like any other', async () => {
    await openTwo();
    await mkdir(`${indexFolder}-moved`);
    await cp(indexFolder, `${indexFolder}-moved`, { recursive: true });
    indexFolder = `${indexFolder}-moved`;
    expect(nameOf(await open())).toBe('000002');
  });
});
