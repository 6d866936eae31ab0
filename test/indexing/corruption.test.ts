import { cp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { hashingModel } from '../../src/bench/hashing-encoder.js';
import { openLiveIndex } from '../../src/indexing/live-index.js';
import { retrieve } from '../../src/retrieval/retrieve.js';
import { temporaryFolder } from '../fixtures.js';

const model = hashingModel();
const paragraphs = (about: string, count: number) => Array.from({ length: count }, (_, i) => `Paragraph ${i} tells of ${about}.`).join('\n\n');

/** An index of two generations that share a large segment, and each have a small one. */
async function sharedIndex() {
  const folder = await temporaryFolder({ 'corpus/ships.md': paragraphs('ships', 20) });
  const [corpusFolder, indexFolder] = [path.join(folder, 'corpus'), path.join(folder, 'index')];
  const open = (log: string[] = [], at = indexFolder) =>
    openLiveIndex({ indexFolder: at, corpusFolder, limits: { maxBytes: 10_000 }, model, log: (_, message) => log.push(message), smallSegment: 12 });
  const index = await open();
  for (const about of ['lamps', 'bells', 'cranes']) {
    await writeFile(path.join(corpusFolder, 'small.md'), paragraphs(about, 3));
    expect((await index.reindex()).error).toBeNull();
  }
  return { folder, indexFolder, open };
}

it('whatever file of the live generation is damaged, a whole one answers, says so, and is mended', async () => {
  const { folder, indexFolder, open } = await sharedIndex();
  const live = path.join('generations', '000003');
  const entries = await readdir(path.join(indexFolder, live), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.relative(indexFolder, path.join(entry.parentPath, entry.name)));
  expect(files.length).toBeGreaterThan(16);
  const damages: [string, (file: string, bytes: Buffer) => Promise<void>][] = [
    ['flipped', (file, bytes) => writeFile(file, bytes.fill((bytes[bytes.length >> 1] as number) ^ 0x11, bytes.length >> 1, (bytes.length >> 1) + 1))],
    ['cut short', (file, bytes) => truncate(file, bytes.length >> 1)],
    ['gone', (file) => rm(file)],
  ];
  let served = 0;
  for (const [i, file] of ['CURRENT', ...files].entries()) {
    // Each file in two of the three ways: enough for each way to meet each kind of file in some segment.
    for (const [damage, apply] of [damages[i % 3], damages[(i + 1) % 3]] as typeof damages) {
      const copy = path.join(folder, 'copy');
      await cp(indexFolder, copy, { recursive: true });
      await apply(path.join(copy, file), await readFile(path.join(copy, file)));
      const logged: string[] = [];
      const index = await open(logged, copy);
      const where = `${file} ${damage}`;
      expect(logged.join(), where).toMatch(file === 'CURRENT' ? /CURRENT of the index is missing or damaged/ : /generation 000003 cannot be used: its/);
      expect(index.warnings().join(), where).toContain(logged[0]);
      const before = index.generation();
      // Copies share nothing, so that the generation before is always whole.
      expect(before?.manifest.generation, where).toBe(file === 'CURRENT' ? '000003' : '000002');
      if (before) served += retrieve(before, 'ships', before.vector(0)).length > 0 ? 1 : 0;
      expect((await index.reindex()).error, where).toBeNull();
      const mended = await open([], copy);
      expect(mended.generation()?.documents.get('small.md')?.text, where).toContain('cranes');
      await rm(copy, { recursive: true });
    }
  }
  expect(served).toBe(2 * (files.length + 1));
});

it('where a damaged part is shared by all generations, the index is built anew with what is whole of it', async () => {
  const { indexFolder, open } = await sharedIndex();
  const manifest = JSON.parse(await readFile(path.join(indexFolder, 'generations/000003/manifest.json'), 'utf8'));
  const large = manifest.segments.find(({ passages }: { passages: number }) => passages > 12);
  await writeFile(path.join(indexFolder, 'generations/000003', large.id, 'postings.bin'), 'broken');
  const logged: string[] = [];
  const index = await open(logged);
  expect(index.generation()).toBeNull();
  expect(logged).toHaveLength(3);
  // The vectors were not damaged, so nothing is embedded again.
  expect(await index.reindex()).toMatchObject({ outcome: 'switched', generation: '000004', passagesEmbedded: 0 });
});
