import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { measure, type ScaleBuild, type ScaleMeasurement } from './child.js';

const MIB = 2 ** 20;

/**
 * Builds indexes of growing size and prints what each costs.
 *
 * @param encoder `hashing` has cheap vectors for the passages and the real model's price for the questions; `model` the real vectors.
 * @param sets BEIR folders and SQuAD files whose documents are half of each folder, as far as they go.
 */
export async function scale(sizes: number[], encoder: string, sets: string[]): Promise<void> {
  for (const size of sizes) {
    const folder = await mkdtemp(path.join(tmpdir(), 'verbatim-scale-'));
    try {
      const args = [folder, String(size), encoder, ...sets.map((set) => path.resolve(set))];
      const built = await measure<ScaleBuild>('scale-child.js', ['build', ...args]);
      const used = await measure<ScaleMeasurement>('scale-child.js', ['ask', ...args], { SCALE_QUESTIONS: JSON.stringify(built.questions) });
      const ms = ({ p50, p95 }: { p50: number; p95: number }) => `p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms`;
      console.log(`${used.passages} passages in ${used.documents} files, ${encoder} vectors
  build             ${built.seconds.toFixed(1)} s, ${built.peakMiB} MiB peak
  open              ${used.openSeconds.toFixed(2)} s
  memory            ${used.bytesPerPassage} bytes a passage beyond the models
  index             ${(used.indexBytes / MIB).toFixed(1)} MiB, ${Math.round(used.indexBytes / used.passages)} bytes a passage
  search            ${ms(used.search)}
  search and read   ${ms(used.read)}
  recall@10         ${used.recall.toFixed(4)}
  one file changed  live in ${used.reindexSeconds.toFixed(2)} s, ${(used.reindexBytes / MIB).toFixed(1)} MiB written, longest pause ${used.longestPauseMs.toFixed(0)} ms`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
