import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { GENERATIONS, generationFolder, listGenerations } from './layout.js';

/** Generations kept for a rollback, the current one included. */
export const KEPT_GENERATIONS = 3;

/**
 * Removes generations that are not kept. What cannot be removed, such as a file that another process has open on some
 * systems, is removed after the next build.
 *
 * @param current The live generation.
 * @param superseded Generations that are not to be gone back to: rejected by a rollback, or compacted since.
 */
export async function removeOldGenerations(indexFolder: string, current: string, superseded: string[]): Promise<void> {
  const others = (await listGenerations(indexFolder)).filter((name) => name !== current);
  const kept = others.filter((name) => !superseded.includes(name)).slice(-(KEPT_GENERATIONS - 1));
  for (const name of others) if (!kept.includes(name)) await rm(generationFolder(indexFolder, name), { recursive: true, force: true }).catch(() => {});
}

/** Removes what a process that was killed left half-written. Only the holder of the lock may call it. */
export async function removeLeftovers(indexFolder: string): Promise<void> {
  for (const folder of [indexFolder, path.join(indexFolder, GENERATIONS)]) {
    const names = await readdir(folder).catch(() => []);
    for (const name of names) if (name.endsWith('.tmp')) await rm(path.join(folder, name), { recursive: true, force: true }).catch(() => {});
  }
}
