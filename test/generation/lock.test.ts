import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { IndexLockedError, withLock } from '../../src/generation/lock.js';
import { temporaryFolder } from '../fixtures.js';

let index: string;
let file: string;
beforeEach(async () => {
  index = await temporaryFolder();
  file = path.join(index, 'LOCK');
});
const lockOf = (owner: object) => writeFile(file, JSON.stringify({ id: 'theirs', startedAt: '2026-01-01', processStart: null, ...owner }));
const work = () => withLock(index, async () => 'done');
const secondsAgo = (seconds: number) => {
  const then = new Date(Date.now() - seconds * 1000);
  return utimes(file, then, then);
};

/** A process that has ended. */
async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid as number;
}

describe('the lock of an index', () => {
  it('lets one work at a time and is gone afterwards, also when the work fails', async () => {
    await withLock(index, async () => {
      const refusal = await work().catch((error: Error) => error);
      expect(refusal).toBeInstanceOf(IndexLockedError);
      expect((refusal as Error).message).toMatch(new RegExp(`process ${process.pid} on ${hostname()} since \\d{4}-`));
    });
    await expect(withLock(index, () => Promise.reject(new Error('full')))).rejects.toThrow('full');
    expect(await readdir(index)).toEqual([]);
  });

  it('is waited for where that is asked', async () => {
    const order: string[] = [];
    let first: Promise<void> = Promise.resolve();
    await new Promise<void>((held) => {
      first = withLock(index, async () => {
        held();
        await new Promise((resolve) => setTimeout(resolve, 50));
        order.push('first');
      });
    });
    await withLock(index, async () => void order.push('second'), { waitMs: 10_000 });
    await first;
    expect(order).toEqual(['first', 'second']);
  });

  it('is taken over from a process that is gone, or whose number another has now', async () => {
    await lockOf({ pid: await endedProcess(), host: hostname() });
    expect(await work()).toBe('done');
    if (process.platform !== 'linux') return;
    await lockOf({ pid: process.pid, host: hostname(), processStart: '1' });
    expect(await work()).toBe('done');
  });

  it('is respected while its owner on another machine gives signs of life, and taken over when it does not', async () => {
    await lockOf({ pid: 1, host: 'elsewhere' });
    await expect(work()).rejects.toThrow('process 1 on elsewhere');
    await secondsAgo(120);
    expect(await work()).toBe('done');
  });

  it('is taken over when its writer was killed before it wrote its name', async () => {
    await writeFile(file, '');
    await expect(work()).rejects.toThrow(IndexLockedError);
    await secondsAgo(60);
    expect(await work()).toBe('done');
  });

  it('is taken over by one of many', async () => {
    await lockOf({ pid: await endedProcess(), host: hostname() });
    let inside = 0;
    let most = 0;
    const enter = () =>
      withLock(index, async () => {
        most = Math.max(most, ++inside);
        await new Promise((resolve) => setTimeout(resolve, 20));
        inside--;
      });
    const entered = await Promise.allSettled(Array.from({ length: 8 }, enter));
    expect(entered.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
    expect(most).toBe(1);
  });

  it('tells its holder when it was taken away, and leaves the new owner’s alone', async () => {
    await withLock(index, async (lock) => {
      await lock.assertHeld();
      await lockOf({ pid: 1, host: 'elsewhere' });
      await expect(lock.assertHeld()).rejects.toThrow(/took over/);
    });
    expect(await readFile(file, 'utf8')).toContain('elsewhere');
  });
});
