import { randomUUID } from 'node:crypto';
import { readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { GENERATIONS, generationFolder, listGenerations } from './layout.js';
import { isLocked, withLock } from './lock.js';

/** Generations kept for a rollback, the current one included. */
const KEPT_GENERATIONS = 3;

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
  for (const name of others) if (!kept.includes(name)) await removeGeneration(indexFolder, name).catch(() => {});
}

/** Removes a generation, whole or not at all to a reader: it loses its name first. */
async function removeGeneration(indexFolder: string, name: string): Promise<void> {
  const folder = `${generationFolder(indexFolder, name)}.${randomUUID()}.tmp`;
  await rename(generationFolder(indexFolder, name), folder);
  await rm(folder, { recursive: true, force: true });
}

async function listLeftovers(indexFolder: string): Promise<string[]> {
  const folders = [indexFolder, path.join(indexFolder, GENERATIONS)];
  const names = await Promise.all(folders.map(async (folder) => (await readdir(folder).catch(() => [])).map((name) => path.join(folder, name))));
  return names.flat().filter((name) => name.endsWith('.tmp'));
}

/** Removes what a process that was killed left half-written. Only the holder of the lock may call it. */
export async function removeLeftovers(indexFolder: string): Promise<void> {
  for (const name of await listLeftovers(indexFolder)) await rm(name, { recursive: true, force: true }).catch(() => {});
}

/** Removes leftovers and the lock of a killed process where there are any; nothing that a running one writes. */
export async function clearAway(indexFolder: string): Promise<void> {
  const left = (await listLeftovers(indexFolder)).length > 0 || (await isLocked(indexFolder));
  if (left) await withLock(indexFolder, () => removeLeftovers(indexFolder)).catch(() => {});
}
