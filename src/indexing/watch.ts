import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';

/** Milliseconds between two looks at the folder, at least. */
const INTERVAL_MS = 1000;
/** The looking may take this share of the time: a folder of many files is looked at less often. */
const MAX_LOAD = 0.05;
/** After a failed reindex, milliseconds until the next try for the same files. */
const RETRY_MS = 30_000;

/** Size and time of each file below a folder as one text; hidden files are not looked at, as they are not indexed. */
async function snapshot(folder: string, below = ''): Promise<string> {
  const entries = await readdir(path.join(folder, below), { withFileTypes: true }).catch(() => []);
  const lines: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue;
    const name = path.posix.join(below, entry.name);
    if (entry.isDirectory()) lines.push(await snapshot(folder, name));
    else {
      const state = await lstat(path.join(folder, name)).catch(() => null);
      if (state) lines.push(`${name}\0${state.size}\0${state.mtimeMs}\0${state.ino}\n`);
    }
  }
  return lines.join('');
}

export interface WatchOptions {
  intervalMs?: number;
  retryMs?: number;
}

/**
 * Calls `onChange` when files of a folder came, went or changed, and have stayed the same from one look to the next: a
 * file that is still being copied grows. It looks at the folder again and again, because what file systems tell of
 * changes is lost on network drives and in containers.
 *
 * @param onChange Returns whether it dealt with the change; where it did not, it is called again after a while.
 * @returns Ends the watching.
 */
export async function watchFolder(
  folder: string,
  onChange: () => Promise<boolean>,
  { intervalMs = INTERVAL_MS, retryMs = RETRY_MS }: WatchOptions = {},
): Promise<() => void> {
  let settled = await snapshot(folder);
  let before = settled;
  let notBefore = 0;
  let timer: NodeJS.Timeout;
  let ended = false;
  const look = async () => {
    const began = performance.now();
    const now = await snapshot(folder);
    const took = performance.now() - began;
    if (now !== settled && now === before && Date.now() >= notBefore) {
      if (await onChange()) settled = now;
      else notBefore = Date.now() + retryMs;
    }
    before = now;
    if (!ended) wait(Math.max(intervalMs, took / MAX_LOAD));
  };
  const wait = (ms: number) => {
    timer = setTimeout(look, ms);
    timer.unref();
  };
  wait(intervalMs);
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
