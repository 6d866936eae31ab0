import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { hashingModel } from '../../src/bench/hashing-encoder.js';
import { randomNumbers } from '../../src/bench/random.js';
import { openLiveIndex } from '../../src/indexing/live-index.js';
import { verifyIndex } from '../../src/indexing/verify-index.js';
import { retrieve } from '../../src/retrieval/retrieve.js';
import { temporaryFolder } from '../fixtures.js';

/** At how many points the indexer is killed; `npm run test:crash` kills it at 200. */
const POINTS = Number(process.env.CRASH_POINTS ?? 25);
/** The kill falls into one of this many builds of the indexer. */
const BUILDS = 3;
/** Time for one point: start of a process, kill, check of the index. */
const POINT_TIMEOUT_MS = 15_000;

const model = hashingModel();

it(
  `an indexer killed at ${POINTS} points leaves an index that opens whole and answers`,
  async () => {
    const folder = await temporaryFolder({ 'corpus/file-0.md': 'The first paragraph tells of a ship.' });
    const [corpusFolder, indexFolder] = [path.join(folder, 'corpus'), path.join(folder, 'index')];
    const random = randomNumbers(7);
    let generations = 0;
    let leftovers = 0;
    let buildMs = 100;
    for (let point = 0; point < POINTS; point++) {
      const child = spawn(process.execPath, ['test/indexing/reindexing-process.mjs', corpusFolder, indexFolder, String(point)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      // It writes a line before each build; a build takes about as long as the last one did.
      const last = Math.floor(random() * BUILDS);
      for (let build = 0; build <= last; build++) {
        const began = performance.now();
        await once(child.stdout, 'data');
        if (build > 0) buildMs = performance.now() - began;
      }
      await sleep(random() * buildMs);
      child.kill('SIGKILL');
      const [code, signal] = await once(child, 'exit');
      expect([code, signal]).toEqual([null, 'SIGKILL']);

      const left = (await readdir(indexFolder, { recursive: true }).catch(() => [])) as string[];
      if (left.some((name) => name.endsWith('.tmp') || name === 'LOCK')) leftovers++;
      const logged: string[] = [];
      const index = await openLiveIndex({
        indexFolder,
        corpusFolder,
        limits: { maxBytes: 10_000 },
        model,
        log: (_, message) => logged.push(message),
        smallSegment: 12,
      });
      // What the kill left needs no repair: the generation that is pointed at is whole.
      expect(logged).toEqual([]);
      const generation = index.generation();
      if (generation) {
        generations = Math.max(generations, Number(generation.manifest.generation));
        const found = retrieve(generation, 'ship', generation.vector(0));
        expect(Math.max(...found.map(({ cosine }) => cosine))).toBeCloseTo(1, 4);
      }
      // The next build takes over the lock and clears away what was left.
      if (point % 5 === 0) {
        expect((await index.reindex({ waitMs: 10_000 })).error).toBeNull();
        expect((await verifyIndex(indexFolder, corpusFolder, { maxBytes: 10_000 }, model)).lines.filter((line) => line.startsWith('fail'))).toEqual([]);
        expect((await readdir(indexFolder, { recursive: true })).filter((name) => name.endsWith('.tmp') || name === 'LOCK')).toEqual([]);
      }
    }
    // The kills fell into builds, not beside them.
    expect(leftovers).toBeGreaterThan(POINTS / 4);
    expect(generations).toBeGreaterThan(1);
  },
  POINTS * POINT_TIMEOUT_MS,
);
