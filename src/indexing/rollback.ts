import { generationFolder, listGenerations, publish, readCurrent } from '../generation/layout.js';
import { withLock } from '../generation/lock.js';
import { openGeneration } from '../generation/open.js';
import { verifyGeneration } from '../generation/verify.js';

/** What a rollback did. */
export interface Rollback {
  from: string;
  to: string;
  builtAt: string;
  documents: number;
  /** Older generations that could not be used, and why. */
  problems: string[];
}

/**
 * Points the index at the newest older generation that is whole and passes its check, and pins it: it stays until
 * somebody asks for a reindex.
 *
 * @throws Error when there is none, or another process writes the index.
 */
export async function rollBack(indexFolder: string, fingerprint: string): Promise<Rollback> {
  return withLock(indexFolder, async (lock) => {
    const from = await readCurrent(indexFolder);
    if (!from) throw new Error(`there is no index in ${indexFolder} to roll back; npm run index builds one`);
    const older = (await listGenerations(indexFolder)).filter((name) => Number(name) < Number(from)).reverse();
    const problems: string[] = [];
    for (const name of older) {
      try {
        const generation = await openGeneration(indexFolder, name, fingerprint);
        await verifyGeneration(generationFolder(indexFolder, name), generation);
        await lock.assertHeld();
        await publish(indexFolder, name, { pinned: true });
        return { from, to: name, builtAt: generation.manifest.builtAt, documents: generation.documents.size, problems };
      } catch (error) {
        problems.push(`generation ${name} cannot be used: ${(error as Error).message}`);
      }
    }
    throw new Error(`there is no older generation than ${from} to roll back to${problems.map((problem) => `; ${problem}`).join('')}`);
  });
}
