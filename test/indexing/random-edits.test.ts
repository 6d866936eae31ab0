import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { hashingModel } from '../../src/bench/hashing-encoder.js';
import { randomNumbers } from '../../src/bench/random.js';
import { readFolder } from '../../src/documents/read-folder.js';
import { buildGeneration } from '../../src/generation/build.js';
import type { Generation } from '../../src/generation/open.js';
import { openLiveIndex } from '../../src/indexing/live-index.js';
import { retrieve } from '../../src/retrieval/retrieve.js';
import { temporaryFolder } from '../fixtures.js';

const WORDS = 'harbour pilot forum treaty varna odesa batumi samsun ship crane tide customs signed opened seat director lamp wheat'.split(' ');
/** A segment of this many passages stays as it is, so that a few files make many segments. */
const SMALL_SEGMENT = 12;
const model = hashingModel();

/** Makes random files and edits of a folder. */
function editor(folder: string, seed: number) {
  const random = randomNumbers(seed);
  const upTo = (n: number) => Math.floor(random() * n);
  const pick = <T>(values: T[]): T => values[upTo(values.length)] as T;
  const sentence = () => `The ${Array.from({ length: 3 + upTo(8) }, () => pick(WORDS)).join(' ')} of ${1990 + upTo(30)}.`;
  const paragraph = () => Array.from({ length: 1 + upTo(3) }, sentence).join(' ');
  const text = () => `${upTo(2) ? `# ${pick(WORDS)} ${pick(WORDS)}\n\n` : ''}${Array.from({ length: 1 + upTo(6) }, paragraph).join('\n\n')}\n`;
  const newName = () => path.join(upTo(3) ? '' : 'below', `${pick(WORDS)}-${upTo(1000)}${pick(['.md', '.txt'])}`);
  const put = async (name: string, content: string) => {
    await mkdir(path.join(folder, path.dirname(name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  };
  const names = async () => (await readdir(folder, { recursive: true })).filter((name) => /\.(?:md|txt)$/.test(name)).sort();
  const edits = {
    add: async () => put(newName(), text()),
    copy: async () => put(newName(), await readFile(path.join(folder, pick(await names())), 'utf8')),
    change: async () => {
      const name = pick(await names());
      const paragraphs = (await readFile(path.join(folder, name), 'utf8')).split('\n\n');
      paragraphs.splice(upTo(paragraphs.length), upTo(2), paragraph());
      await put(name, paragraphs.join('\n\n'));
    },
    rename: async () => {
      const name = newName();
      await mkdir(path.join(folder, path.dirname(name)), { recursive: true });
      await rename(path.join(folder, pick(await names())), path.join(folder, name));
    },
    remove: async () => {
      const all = await names();
      if (all.length > 4) await rm(path.join(folder, pick(all)));
    },
  };
  const fill = async () => {
    for (let i = 0; i < 10; i++) await edits.add();
  };
  const question = () => `${pick(WORDS)} ${pick(WORDS)} ${pick(['', 'haarbour', '1999'])} ${pick(WORDS)}?`;
  return { edit: () => pick(Object.values(edits))(), fill, question };
}

/** What a generation says of its documents, and what it finds. */
async function contentOf(generation: Generation, questions: string[]) {
  const searches = [];
  for (const question of questions) {
    const [encoding] = await model.encoder.encode([[question]]);
    searches.push(retrieve(generation, question, (encoding as { vector: Float32Array }).vector));
  }
  const { corpus, counts, skipped } = generation.manifest;
  const passages = generation.passages.map(({ source, paragraph, start, end, sentences, context }) => ({ source, paragraph, start, end, sentences, context }));
  return { corpus, counts, skipped, documents: [...generation.documents], passages, searches };
}

describe('after random edits', () => {
  it.each([1, 2, 3])('the incremental index is what a full rebuild is (seed %i)', async (seed) => {
    const folder = await temporaryFolder({ 'corpus/.keep': '' });
    const corpusFolder = path.join(folder, 'corpus');
    const { edit, fill, question } = editor(corpusFolder, seed);
    await fill();
    const index = await openLiveIndex({
      indexFolder: path.join(folder, 'index'),
      corpusFolder,
      limits: { maxBytes: 10_000 },
      model,
      log: () => {},
      smallSegment: SMALL_SEGMENT,
    });
    let mostSegments = 0;
    for (let round = 0; round < 12; round++) {
      for (let i = 0; i < 1 + (round % 3); i++) await edit();
      const { error } = await index.reindex();
      expect(error).toBeNull();
      const questions = Array.from({ length: 5 }, question);
      const rebuilt = await buildGeneration(path.join(folder, `full-${round}`), await readFolder(corpusFolder, { maxBytes: 10_000 }), model);
      const incremental = index.generation() as Generation;
      mostSegments = Math.max(mostSegments, incremental.segments.length);
      expect(await contentOf(incremental, questions)).toEqual(await contentOf(rebuilt, questions));
    }
    expect(mostSegments).toBeGreaterThan(2);
  });
});
