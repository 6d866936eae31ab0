import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { openPool, type Pool } from '../../src/threads/pool.js';
import { temporaryFolder } from '../fixtures.js';

const WORKER = fileURLToPath(new URL('worker.mjs', import.meta.url));
const LONG = 300;

interface Request {
  number: number;
  wait?: number;
}

const pools: Pool<{ threads: number }, Request, number>[] = [];
const open = async (threads: number, options: object = {}) => {
  const pool = await openPool<{ threads: number }, Request, number>('test model', WORKER, options, threads);
  pools.push(pool);
  return pool;
};
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.dispose()));
});

describe('copies of a model in threads', () => {
  it('share the threads there are, four copies at most', async () => {
    expect((await open(1)).opened).toEqual({ threads: 1 });
    expect((await open(2)).opened).toEqual({ threads: 1 });
    expect((await open(9)).opened).toEqual({ threads: 2 });
  });

  it('answer each request with its own result', async () => {
    const pool = await open(3);
    const numbers = Array.from({ length: 20 }, (_, i) => i);
    expect(await Promise.all(numbers.map((number) => pool.run({ number, wait: (7 * number) % 5 }, 0)))).toEqual(numbers.map((number) => 2 * number));
  });

  it('take what is urgent before what waits', async () => {
    const pool = await open(1);
    const done: string[] = [];
    const run = (name: string, urgency: number) => pool.run({ number: 1, wait: 20 }, urgency).then(() => done.push(name));
    await Promise.all([run('begun', 5), run('build', 5), run('build too', 5), run('question', 1)]);
    expect(done).toEqual(['begun', 'question', 'build', 'build too']);
  });

  it('fail a request without failing others', async () => {
    const pool = await open(1);
    await expect(pool.run({ number: Number.NaN }, 0)).rejects.toThrow('not a number');
    expect(await pool.run({ number: 4 }, 0)).toBe(8);
  });

  it('go on with a new thread where one ends, and say so to whom it served', async () => {
    const pool = await open(1);
    const [ended, next] = await Promise.allSettled([pool.run({ number: -1 }, 0), pool.run({ number: 4 }, 0)]);
    expect(ended).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining('the thread of the test model ended') } });
    expect(next).toEqual({ status: 'fulfilled', value: 8 });
  });

  it('do the work alone where there is no room for a further one', async () => {
    const pool = await open(2, { onlyOne: path.join(await temporaryFolder(), 'opened') });
    expect(await Promise.all([1, 2, 3].map((number) => pool.run({ number, wait: LONG }, 0)))).toEqual([2, 4, 6]);
  });

  it('are refused where the first cannot be opened', async () => {
    await expect(open(2, { onlyOne: 'never' })).rejects.toThrow('no room');
  });

  it('finish what they do when they are closed, and refuse what waits and what comes', async () => {
    const pool = await open(1);
    const [begun, waiting] = [pool.run({ number: 1, wait: LONG }, 0), pool.run({ number: 2 }, 0)];
    const settled = Promise.allSettled([begun, waiting]);
    await pool.dispose();
    expect(await settled).toMatchObject([
      { status: 'fulfilled', value: 2 },
      { status: 'rejected', reason: { message: 'the test model was closed' } },
    ]);
    await expect(pool.run({ number: 3 }, 0)).rejects.toThrow('closed');
  });
});
