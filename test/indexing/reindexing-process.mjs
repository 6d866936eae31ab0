// A process that changes documents and reindexes them, again and again, until it is killed; it says when it begins.
// Usage: reindexing-process.mjs CORPUS INDEX SEED
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { hashingModel } from '../../dist/bench/hashing-encoder.js';
import { randomNumbers } from '../../dist/bench/random.js';
import { openLiveIndex } from '../../dist/indexing/live-index.js';

const [corpusFolder, indexFolder, seed] = process.argv.slice(2);
const random = randomNumbers(Number(seed));
const index = await openLiveIndex({ indexFolder, corpusFolder, limits: { maxBytes: 10_000 }, model: hashingModel(), log: () => {}, smallSegment: 12 });
for (let round = 0; ; round++) {
  const text = Array.from(
    { length: 1 + Math.floor(random() * 9) },
    (_, i) => `Paragraph ${i} of round ${seed}-${round} tells of ship ${Math.floor(random() * 1e6)}.`,
  );
  const temporary = path.join(corpusFolder, '.new.tmp');
  await writeFile(temporary, `${text.join('\n\n')}\n`);
  await rename(temporary, path.join(corpusFolder, `file-${Math.floor(random() * 12)}.md`));
  const names = (await readdir(corpusFolder)).filter((name) => name.endsWith('.md'));
  if (names.length > 8) await rm(path.join(corpusFolder, names[Math.floor(random() * names.length)]));
  process.stdout.write(`build ${round}\n`);
  const { error } = await index.reindex({ waitMs: 5000 });
  if (error) throw new Error(error);
}
