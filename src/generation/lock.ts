import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Who writes an index. */
export interface LockOwner {
  /** Tells one locking from another by the same process. */
  id: string;
  pid: number;
  host: string;
  startedAt: string;
  /** When the process began, as its system counts; another process may get the same number later. */
  processStart: string | null;
}

/** Thrown when another process writes the index. */
export class IndexLockedError extends Error {
  constructor(readonly owner: LockOwner) {
    super(
      `the index is being written by process ${owner.pid} on ${owner.host} since ${owner.startedAt}; wait until it is done, or end that process if it hangs`,
    );
  }
}

/** What a holder of the lock can do. */
export interface Lock {
  /** @throws Error when the lock was taken away, as happens to a process that slept for long. */
  assertHeld(): Promise<void>;
}

const LOCK = 'LOCK';

/** Milliseconds between two signs of life of the owner, and after which a silent owner on another machine counts as gone. */
const HEARTBEAT_MS = 5_000;
const SILENT_MS = 30_000;
/** A lock without content is being written; after this many milliseconds its writer is gone. */
const UNWRITTEN_MS = 5_000;
const POLL_MS = 250;

/** When a process of this machine began, where the system tells (Linux); null elsewhere and for a process that is not there. */
async function processStartOf(pid: number): Promise<string | null> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The process's name, in parentheses, may hold spaces; the start is the 20th value after it.
  return status.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function isGone(owner: LockOwner | null, silentMs: number): Promise<boolean> {
  if (!owner) return silentMs > UNWRITTEN_MS;
  if (owner.host !== hostname()) return silentMs > SILENT_MS;
  return !isRunning(owner.pid) || (owner.processStart !== null && owner.processStart !== (await processStartOf(owner.pid)));
}

async function readOwner(file: string): Promise<LockOwner | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as LockOwner;
  } catch {
    return null;
  }
}

/** Whether there is a lock, be its owner running or gone. */
export const isLocked = (indexFolder: string): Promise<boolean> => isThere(path.join(indexFolder, LOCK));

/** Milliseconds since a file was written; endless where it is not there. */
const ageOf = (file: string): Promise<number> =>
  stat(file).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => Number.POSITIVE_INFINITY,
  );

/** Who holds the lock, and whether that process is gone; null where there is no lock. */
async function holderOf(file: string): Promise<{ owner: LockOwner | null; gone: boolean } | null> {
  if (!(await isThere(file))) return null;
  const owner = await readOwner(file);
  return { owner, gone: await isGone(owner, await ageOf(file)) };
}

const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

/** Makes a file that must not be there yet. @returns Whether it was made. */
async function createNew(file: string, content: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx');
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Takes a gone owner's lock away, one process at a time: it is looked at again by the one whose turn it is, so that none
 * takes away a lock that was made meanwhile.
 */
async function removeStale(file: string): Promise<void> {
  const turn = `${file}.takeover`;
  if (!(await createNew(turn, ''))) {
    // Whoever has its turn is done in a moment, unless it was killed in it.
    if ((await ageOf(turn)) > UNWRITTEN_MS) await rm(turn, { force: true });
    await sleep(POLL_MS / 10);
    return;
  }
  try {
    if ((await holderOf(file))?.gone) await rm(file, { force: true });
  } finally {
    await rm(turn, { force: true });
  }
}

async function tryLock(file: string): Promise<{ id: string } | LockOwner> {
  const owner: LockOwner = {
    id: randomUUID(),
    pid: process.pid,
    host: hostname(),
    startedAt: new Date().toISOString(),
    processStart: await processStartOf(process.pid),
  };
  for (;;) {
    if (await createNew(file, JSON.stringify(owner))) return { id: owner.id };
    const holder = await holderOf(file);
    if (holder && !holder.gone) return holder.owner ?? { ...owner, pid: 0, host: 'an unknown machine' };
    if (holder) await removeStale(file);
  }
}

/**
 * Runs `work` while no other process may write the index. A lock whose owner is gone is taken over.
 *
 * @param waitMs How long to wait for another process, in milliseconds.
 * @throws IndexLockedError when another process still writes it then.
 */
export async function withLock<T>(indexFolder: string, work: (lock: Lock) => Promise<T>, { waitMs = 0 } = {}): Promise<T> {
  await mkdir(indexFolder, { recursive: true });
  const file = path.join(indexFolder, LOCK);
  const deadline = Date.now() + waitMs;
  let taken = await tryLock(file);
  while ('pid' in taken) {
    if (Date.now() >= deadline) throw new IndexLockedError(taken);
    await sleep(POLL_MS);
    taken = await tryLock(file);
  }
  const { id } = taken;
  const heartbeat = setInterval(() => {
    utimes(file, new Date(), new Date()).catch(() => {});
  }, HEARTBEAT_MS);
  heartbeat.unref();
  const isOurs = async () => (await readOwner(file))?.id === id;
  try {
    return await work({
      async assertHeld() {
        if (!(await isOurs())) throw new Error('another process took over the writing of the index while this one was suspended; run the reindex again');
      },
    });
  } finally {
    clearInterval(heartbeat);
    if (await isOurs()) await rm(file, { force: true });
  }
}
