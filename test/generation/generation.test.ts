import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import type { Document, SkippedFile } from '../../src/documents/document.js';
import { parseDocument } from '../../src/documents/parse-document.js';
import { type EmbeddingModel, loadEmbeddingModel } from '../../src/embedding/load-model.js';
import { type BuildProgress, buildGeneration, corpusFingerprint } from '../../src/generation/build.js';
import { files, generationFolder, listGenerations, publish, readCurrent } from '../../src/generation/layout.js';
import { IndexLockedError } from '../../src/generation/lock.js';
import { openGeneration, UnusableGenerationError } from '../../src/generation/open.js';

const OFFICES = '# Offices 🏛️\n\nThe office in Budapest was opened in 2019. It employs seven people.\n\n## Baku\n\nThe office in Baku has twelve rooms.\n';
const document = (source: string, text: string): Promise<Document> => parseDocument(source, Buffer.from(text));
const corpus = async (extra = ''): Promise<{ documents: Document[]; skipped: SkippedFile[] }> => ({
  documents: [await document('offices.md', OFFICES), await document('farming.txt', `Farmers exported wheat and cotton. ${extra}`)],
  skipped: [{ source: 'image.md', reason: 'is a binary file, not text' }],
});

let model: EmbeddingModel;
let built: string;
beforeAll(async () => {
  model = await loadEmbeddingModel(readConfig({ MODEL_CACHE_DIR: process.env.MODEL_CACHE_DIR }));
  built = await mkdtemp(path.join(tmpdir(), 'verbatim-built-'));
  await buildGeneration(built, await corpus(), model);
});
afterAll(async () => {
  await model?.encoder.dispose();
  await rm(built, { recursive: true, force: true });
});

let index: string;
beforeEach(async () => {
  index = await mkdtemp(path.join(tmpdir(), 'verbatim-index-'));
  await cp(built, index, { recursive: true });
});
afterEach(() => rm(index, { recursive: true, force: true }));

const current = async () => (await readCurrent(index)) as string;
const open = async (fingerprint = model.fingerprint) => openGeneration(index, await current(), fingerprint);
const fileOf = async (name: string) => path.join(generationFolder(index, await current()), name);
const embed = async (text: string) => (await model.encoder.encode([[text]]))[0]?.vector ?? new Float32Array();

describe('a built generation', () => {
  it('is the current one and can be opened', async () => {
    const generation = await open();
    expect(await current()).toBe('000001');
    expect(generation.manifest).toMatchObject({ generation: '000001', model: model.fingerprint, dimensions: 384, skipped: (await corpus()).skipped });
    expect(generation.manifest.counts).toEqual({ documents: 2, paragraphs: 5, passages: 3, sentences: 4 });
    expect(generation.documents.get('offices.md')).toEqual((await corpus()).documents[0]);
  });

  it('holds passages whose text is what stands in the documents', async () => {
    const generation = await open();
    expect(generation.passages.map(generation.text)).toEqual([
      'The office in Budapest was opened in 2019. It employs seven people.',
      'The office in Baku has twelve rooms.',
      'Farmers exported wheat and cotton.',
    ]);
  });

  it('is searched by meaning and by words', async () => {
    const generation = await open();
    const vector = await embed('agricultural exports');
    const [best] = generation.dense.search(vector, 1);
    expect(generation.passages[best?.id ?? -1]?.source).toBe('farming.txt');
    expect(generation.passageScore(vector, 2)).toBeCloseTo(best?.score ?? Number.NaN, 4);
    expect(generation.lexical.search('wheat', 1)[0]?.id).toBe(2);
  });

  it('tells which sentence of a passage is nearest', async () => {
    const generation = await open();
    const [opened = 0, employs = 0] = generation.sentenceScores(await embed('How many people are employed?'), 0);
    expect(employs).toBeGreaterThan(opened);
  });

  it('says what was left out of it', async () => {
    expect((await open()).warnings[0]).toMatch(/image\.md is a binary file.*not in the index/);
  });

  it('is the same, but for its name and time, when built again', async () => {
    const manifest = async () => JSON.parse(await readFile(await fileOf(files.manifest), 'utf8')) as { files: Record<string, string> };
    const first = await manifest();
    await buildGeneration(index, await corpus(), model);
    expect((await manifest()).files).toEqual(first.files);
  });

  it('reports its progress', async () => {
    const seen: BuildProgress[] = [];
    await rm(index, { recursive: true });
    await buildGeneration(index, await corpus(), model, (progress) => seen.push(progress));
    expect(seen[0]).toEqual({ phase: 'embedding', files: 2, passages: 3, passagesDone: 0 });
    expect(seen.at(-1)).toEqual({ phase: 'verifying', files: 2, passages: 3, passagesDone: 3 });
  });
});

describe('a generation that cannot be trusted is refused', () => {
  it('with any of its files missing, cut short or changed, but for the line ends of the manifest', async () => {
    const folder = generationFolder(index, await current());
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const names = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
    expect(names.length).toBe(12);
    for (const file of names) {
      const bytes = await readFile(file);
      const refused = () => expect(open(), file).rejects.toThrow(UnusableGenerationError);
      await truncate(file, bytes.length - 1);
      await refused();
      const changed = Buffer.from(bytes);
      changed[bytes.length >> 1] = (changed[bytes.length >> 1] as number) ^ 1;
      await writeFile(file, changed);
      await refused();
      await rm(file);
      await refused();
      await writeFile(file, bytes);
    }
    await expect(open()).resolves.toBeDefined();
  });

  it('without its manifest, or with a manifest of no use', async () => {
    const file = await fileOf(files.manifest);
    const manifest = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    await writeFile(file, '{ "format": ');
    await expect(open()).rejects.toThrow('its manifest is not JSON');
    await writeFile(file, JSON.stringify({ ...manifest, format: 999 }));
    await expect(open()).rejects.toThrow(/another version/);
    await writeFile(file, JSON.stringify({ ...manifest, corpus: 'another' }));
    await expect(open()).rejects.toThrow('its manifest is damaged');
    await rm(file);
    await expect(open()).rejects.toThrow(/manifest cannot be read \(ENOENT\)/);
  });

  it('when another model made its vectors', async () => {
    await expect(open('other-model-0123')).rejects.toThrow(`it was built with the model ${model.fingerprint}, not other-model-0123`);
  });
});

describe('the pointer to the current generation', () => {
  it('moves in one step when a new generation is whole; the older one is kept', async () => {
    expect((await buildGeneration(index, await corpus('More.'), model)).manifest.generation).toBe('000002');
    expect(await current()).toBe('000002');
    expect(await listGenerations(index)).toEqual(['000001', '000002']);
    await expect(openGeneration(index, '000001', model.fingerprint)).resolves.toMatchObject({ manifest: { generation: '000001' } });
    expect((await readdir(index)).sort()).toEqual(['CURRENT', 'generations']);
  });

  it('is moved by one of two builds at once; the other is refused and says by whom', async () => {
    const builds = await Promise.allSettled([buildGeneration(index, await corpus('One.'), model), buildGeneration(index, await corpus('Two.'), model)]);
    expect(builds.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refusal = builds.find((build) => build.status === 'rejected')?.reason as Error;
    expect(refusal).toBeInstanceOf(IndexLockedError);
    expect(refusal.message).toContain(`process ${process.pid}`);
    expect(await current()).toBe('000002');
    expect((await readdir(index)).sort()).toEqual(['CURRENT', 'generations']);
  });

  it('can be moved back', async () => {
    await buildGeneration(index, await corpus('More.'), model);
    await publish(index, '000001');
    expect((await open()).manifest.generation).toBe('000001');
  });

  it('stays where it is when a build fails, and nothing half-built is left', async () => {
    const broken: EmbeddingModel = { ...model, encoder: { ...model.encoder, encode: () => Promise.reject(new Error('out of memory')) } };
    await expect(buildGeneration(index, await corpus('More.'), broken)).rejects.toThrow('out of memory');
    await expect(buildGeneration(path.join(await fileOf(files.manifest), 'no-folder'), await corpus(), model)).rejects.toThrow();
    expect(await current()).toBe('000001');
    expect(await readdir(path.join(index, 'generations'))).toEqual(['000001']);
  });

  it('is always whole to a reader', async () => {
    const seen = new Set<string | null>();
    let writing = true;
    const read = (async () => {
      while (writing) seen.add(await readCurrent(index));
    })();
    for (let i = 0; i < 50; i++) await publish(index, i % 2 ? '000001' : '000002');
    writing = false;
    await read;
    expect([...seen].filter((name) => name !== '000001' && name !== '000002')).toEqual([]);
  });

  it('names nothing where there is no index, or no generation’s name in it', async () => {
    expect(await readCurrent(path.join(index, 'missing'))).toBeNull();
    await writeFile(path.join(index, 'CURRENT'), '../../etc');
    expect(await readCurrent(index)).toBeNull();
  });

  it('never leads to what a crash left half-written, and the next build removes that', async () => {
    await cp(generationFolder(index, '000001'), path.join(index, 'generations', '000002.tmp'), { recursive: true });
    await writeFile(path.join(index, 'CURRENT.1234.tmp'), '0000');
    expect(await listGenerations(index)).toEqual(['000001']);
    expect((await buildGeneration(index, await corpus('More.'), model)).manifest.generation).toBe('000002');
    expect(await readdir(path.join(index, 'generations'))).toEqual(['000001', '000002']);
    expect((await readdir(index)).sort()).toEqual(['CURRENT', 'generations']);
  });
});

describe('older generations', () => {
  it('are kept for a rollback, but not for ever', async () => {
    for (const extra of ['A.', 'B.', 'C.']) await buildGeneration(index, await corpus(extra), model);
    expect(await listGenerations(index)).toEqual(['000002', '000003', '000004']);
  });
});

describe('the fingerprint of a corpus', () => {
  it('changes with any content, name or skipped file, and with nothing else', async () => {
    const { documents, skipped } = await corpus();
    const same = corpusFingerprint({ documents, skipped });
    expect(corpusFingerprint(await corpus())).toBe(same);
    const others = [
      corpusFingerprint({ documents: (await corpus('More.')).documents, skipped }),
      corpusFingerprint({ documents: documents.slice(1), skipped }),
      corpusFingerprint({ documents, skipped: [] }),
      corpusFingerprint({ documents, skipped, aliases: 'Harbour Council = HC' }),
      corpusFingerprint({ documents: [await document('renamed.md', OFFICES), ...documents.slice(1)], skipped }),
    ];
    expect(new Set([same, ...others]).size).toBe(6);
  });
});
