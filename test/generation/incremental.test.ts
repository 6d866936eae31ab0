import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { hashingModel } from '../../src/bench/hashing-encoder.js';
import type { Document } from '../../src/documents/document.js';
import { parseDocument } from '../../src/documents/parse-document.js';
import type { EmbeddingModel } from '../../src/embedding/load-model.js';
import { type BuildOptions, buildGeneration } from '../../src/generation/build.js';
import { generationFolder, listGenerations } from '../../src/generation/layout.js';
import { type Generation, openGeneration } from '../../src/generation/open.js';
import { needsCompaction } from '../../src/generation/plan.js';
import { temporaryFolder } from '../fixtures.js';

/** From so many passages on, a segment stays as it is. */
const SMALL = 8;

/** The title, which is encoded once for the paragraphs below it. */
const TITLE = 1;

let encoded: string[];
const counting = (): EmbeddingModel => {
  const model = hashingModel();
  const encode: EmbeddingModel['encoder']['encode'] = (inputs, onProgress) => {
    encoded.push(...inputs.map((parts) => parts.join('')));
    return model.encoder.encode(inputs, onProgress);
  };
  return { ...model, encoder: { ...model.encoder, encode } };
};

const paragraphs = (about: string, count: number) => Array.from({ length: count }, (_, i) => `Paragraph ${i} tells of ${about}. It is number ${i}.`);
const documentsOf = (texts: Record<string, string[]>): Promise<Document[]> =>
  Promise.all(Object.entries(texts).map(([source, parts]) => parseDocument(source, Buffer.from(`# About\n\n${parts.join('\n\n')}\n`))));

let index: string;
let model: EmbeddingModel;
beforeEach(async () => {
  index = await temporaryFolder();
  model = counting();
  encoded = [];
});
const build = async (texts: Record<string, string[]>, options: BuildOptions = {}) => {
  encoded = [];
  return buildGeneration(index, { documents: await documentsOf(texts), skipped: [] }, model, () => {}, { smallSegment: SMALL, ...options });
};
const open = (generation: Generation) => openGeneration(index, generation.manifest.generation, model.fingerprint);
const inodesOf = async ({ manifest }: Generation) => {
  const folder = generationFolder(index, manifest.generation);
  return new Set((await Promise.all(Object.keys(manifest.files).map((name) => stat(path.join(folder, name))))).map(({ ino }) => ino));
};

describe('a build after a change embeds', () => {
  const ships = paragraphs('ships', 20);
  const lamps = paragraphs('lamps', 3);

  it('the changed paragraph of a large file, and no other', async () => {
    const previous = await build({ 'ships.md': ships });
    expect(encoded).toHaveLength(TITLE + 20);
    await build({ 'ships.md': ships.with(7, 'Something else is told now.') }, { previous });
    expect(encoded).toEqual(['About', 'Something else is told now.']);
  });

  it('nothing of a file that was renamed, of a copy, or of a paragraph that moved', async () => {
    const previous = await build({ 'ships.md': ships, 'lamps.md': lamps });
    const renamed = await build({ 'fleet/vessels.md': ships, 'lamps.md': lamps }, { previous });
    expect(encoded).toEqual([]);
    expect([...renamed.documents.keys()]).toEqual(['fleet/vessels.md', 'lamps.md']);
    expect(renamed.passages[0]?.source).toBe('fleet/vessels.md');
    await build({ 'fleet/vessels.md': ships, 'copy.md': ships, 'lamps.md': lamps.toReversed() }, { previous: renamed });
    expect(encoded).toEqual([]);
  });

  it('nothing when an edit is taken back, because an older generation still knows it', async () => {
    const first = await build({ 'lamps.md': lamps });
    const second = await build({ 'lamps.md': [...lamps, 'More.'] }, { previous: first });
    await build({ 'lamps.md': lamps }, { previous: second });
    expect(encoded).toEqual([]);
  });

  it('nothing again when a generation is damaged in another part', async () => {
    const { manifest } = await build({ 'lamps.md': lamps });
    await writeFile(path.join(generationFolder(index, manifest.generation), `${manifest.segments[0]?.id}/documents.jsonl`), 'broken');
    await build({ 'lamps.md': lamps });
    expect(encoded).toEqual([]);
  });

  it('everything when another model is loaded', async () => {
    await build({ 'lamps.md': lamps });
    model = { ...model, fingerprint: 'another' };
    await build({ 'lamps.md': lamps });
    expect(encoded).toHaveLength(TITLE + 3);
  });
});

describe('a build after a change writes', () => {
  const large = { 'ships.md': paragraphs('ships', 20) };

  it('no large part again that did not change', async () => {
    const previous = await build(large);
    const next = await build({ ...large, 'lamps.md': paragraphs('lamps', 2) }, { previous });
    expect(next.segments).toHaveLength(2);
    expect(next.segments[0]).toBe(previous.segments[0]);
    const before = await inodesOf(previous);
    expect([...(await inodesOf(next))].filter((inode) => before.has(inode))).toHaveLength(Object.keys(previous.segments[0]?.files ?? {}).length);
    expect((await open(next)).documents).toEqual(next.documents);
  });

  it('small parts anew, so that the generations do not share their damage', async () => {
    const previous = await build({ 'lamps.md': paragraphs('lamps', 2) });
    const next = await build({ 'lamps.md': paragraphs('lamps', 2), 'more.md': ['More.'] }, { previous });
    const before = await inodesOf(previous);
    expect([...(await inodesOf(next))].filter((inode) => before.has(inode))).toEqual([]);
  });

  it('a large part anew whose file was damaged meanwhile', async () => {
    const previous = await build(large);
    const [segment] = previous.segments;
    const file = path.join(generationFolder(index, previous.manifest.generation), segment?.entry.id ?? '', 'passages.f32');
    const bytes = await readFile(file);
    await writeFile(file, bytes.fill(7, 100, 200));
    const next = await build({ ...large, 'lamps.md': paragraphs('lamps', 2) }, { previous });
    expect((await open(next)).documents.size).toBe(2);
    expect(encoded).toHaveLength(TITLE + 22);
  });
});

describe('parts that hold much that is gone', () => {
  it('are searched without it, and written anew when the index is compacted', async () => {
    const texts = { 'a.md': paragraphs('ships', 10), 'b.md': paragraphs('lamps', 10) };
    const previous = await build(texts);
    const { 'b.md': _, ...rest } = texts;
    const sparse = await build(rest, { previous });
    expect(sparse.segments[0]).toBe(previous.segments[0]);
    expect(sparse.lexical.search('lamps', 5)).toEqual([]);
    const vector = previous.vector(15);
    expect(sparse.dense.search(vector, 30)).toHaveLength(10);
    expect(needsCompaction(await documentsOf(rest), sparse.segments, SMALL)).toBe(true);
    const compacted = await build(rest, { previous: sparse, compact: true });
    expect(encoded).toEqual([]);
    expect(compacted.segments.map(({ entry }) => entry.passages)).toEqual([10]);
    expect(needsCompaction(await documentsOf(rest), compacted.segments, SMALL)).toBe(false);
    // What was compacted is not worth going back to.
    expect(await listGenerations(index)).toEqual(['000001', '000003']);
    expect(await readdir(index)).not.toContain('LOCK');
  });
});
