import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Reply } from './serve.js';

/** Threads are always plain JavaScript, also where the tests run this file as TypeScript. */
const COMPILED = new URL('../../dist/', import.meta.url);

/** Most copies of a model: each takes some 60 MiB. Beyond so many threads, the copies have several each. */
const MOST_COPIES = 4;

/** Copies of a model that run at the same time, each in a thread of its own. */
export interface Pool<Opened, Request, Result> {
  /** What the first copy said of itself. */
  opened: Opened;
  /**
   * Runs a request as soon as a copy is free.
   *
   * @param urgency The request goes before those that wait with a higher number.
   */
  run(request: Request, urgency: number): Promise<Result>;
  dispose(): Promise<void>;
}

interface Job<Request, Result> {
  request: Request;
  urgency: number;
  resolve: (result: Result) => void;
  reject: (error: Error) => void;
}

/** The next reply of a thread, which keeps the process alive from now on. @throws Error when there is none or it failed. */
function replyOf<T>(worker: Worker, model: string): Promise<T> {
  worker.ref();
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error(`the thread of the ${model} ended; the process may be short of memory`));
    worker.once('exit', onExit).once('message', (reply: Reply<T>) => {
      worker.off('exit', onExit);
      if ('failed' in reply) reject(new Error(reply.failed));
      else resolve(reply.done);
    });
  });
}

/**
 * Opens a model in a thread; with more than one thread to spend, further copies are opened when there is work for them.
 *
 * Two copies with one thread each run a third faster than one copy with two: the operators are short, and the threads of
 * one copy wait for each other after each of them. Whoever awaits a result keeps the event loop for other things.
 *
 * @param model What it is called in messages.
 * @param file The thread's file below `dist`, which calls `serve`.
 * @param options What the copies are opened with, besides the number of their threads.
 * @param threads Threads to spend on all copies.
 * @throws Error when the model cannot be loaded.
 */
export async function openPool<Opened, Request, Result>(model: string, file: string, options: object, threads: number): Promise<Pool<Opened, Request, Result>> {
  let most = Math.min(threads, MOST_COPIES);
  const workerData = { ...options, threads: Math.floor(threads / most) };
  const closedError = () => new Error(`the ${model} was closed`);
  const alive = new Set<Worker>();
  const idle = new Set<Worker>();
  const jobs: Job<Request, Result>[] = [];
  let closed = false;

  /** A copy that has nothing to do lets the process end; one that is to be closed is waited for. */
  const rest = (worker: Worker) => {
    if (closed || !alive.has(worker)) return;
    worker.unref();
    idle.add(worker);
  };

  const open = async () => {
    const worker = new Worker(new URL(file, COMPILED), { workerData });
    alive.add(worker);
    worker
      .on('error', () => {})
      .on('exit', () => {
        alive.delete(worker);
        idle.delete(worker);
        start();
      });
    try {
      const opened = await replyOf<Opened>(worker, model);
      rest(worker);
      return opened;
    } catch (error) {
      alive.delete(worker);
      throw error;
    }
  };

  const work = async (worker: Worker, { request, resolve, reject }: Job<Request, Result>) => {
    worker.postMessage(request);
    await replyOf<Result>(worker, model).then(resolve, reject);
    rest(worker);
    start();
  };

  const start = () => {
    for (const worker of idle) {
      const job = jobs.shift();
      if (!job) break;
      idle.delete(worker);
      void work(worker, job);
    }
    if (jobs.length === 0 || alive.size >= most) return;
    open().then(start, (error: Error) => {
      // Where there is no room for a further copy, those there are do the work.
      most = alive.size;
      if (most === 0) for (const { reject } of jobs.splice(0)) reject(error);
    });
  };

  return {
    opened: await open(),
    run: (request, urgency) =>
      new Promise((resolve, reject) => {
        if (closed) throw closedError();
        const later = jobs.findIndex((job) => job.urgency > urgency);
        jobs.splice(later < 0 ? jobs.length : later, 0, { request, urgency, resolve, reject });
        start();
      }),
    async dispose() {
      closed = true;
      for (const { reject } of jobs.splice(0)) reject(closedError());
      const ends = [...alive].map((worker) => {
        worker.ref();
        worker.postMessage(null);
        return once(worker, 'exit');
      });
      await Promise.all(ends);
    },
  };
}
