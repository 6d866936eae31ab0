import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { NetworkOptions, Tokenized } from './network.js';
import type { WorkerReply, WorkerRequest } from './network-worker.js';

/** A thread is always plain JavaScript, also where the tests run this file as TypeScript. */
const WORKER = fileURLToPath(new URL('../../dist/embedding/network-worker.js', import.meta.url));

/** Most copies of the model: each takes some 60 MiB. Beyond so many threads, the copies have several each. */
const MOST_COPIES = 4;

const CLOSED = () => new Error('the embedding model was closed');

/** Copies of a network that run at the same time, each in a thread of its own. */
export interface NetworkThreads {
  dimensions: number;
  /** Tokens the model has positions for; null where its config does not say. */
  positions: number | null;
  /**
   * Runs a batch as soon as a copy is free.
   *
   * @param urgency The batch goes before those that wait with a higher number.
   * @returns The vectors one after the other: for each input that of the whole, then those of its parts.
   */
  run(batch: Tokenized[], urgency: number): Promise<Float32Array>;
  dispose(): Promise<void>;
}

interface Job {
  batch: Tokenized[];
  urgency: number;
  resolve: (vectors: Float32Array) => void;
  reject: (error: Error) => void;
}

/** The next reply of a thread, which keeps the process alive from now on. @throws Error when there is none or it failed. */
function replyOf(worker: Worker): Promise<Exclude<WorkerReply, { failed: string }>> {
  worker.ref();
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error('the thread of the embedding model ended; the process may be short of memory'));
    worker.once('exit', onExit).once('message', (reply: WorkerReply) => {
      worker.off('exit', onExit);
      if ('failed' in reply) reject(new Error(reply.failed));
      else resolve(reply);
    });
  });
}

/**
 * Opens a network in a thread; with more than one thread to spend, further copies are opened when there is work for them.
 *
 * Two copies with one thread each encode a third faster than one copy with two: the operators are short, and the threads
 * of one copy wait for each other after each of them. Whoever awaits a batch keeps the event loop for other things.
 *
 * @param threads Threads to spend on all copies.
 * @throws Error when the model cannot be loaded.
 */
export async function openNetworkThreads(options: Omit<NetworkOptions, 'threads'>, threads: number): Promise<NetworkThreads> {
  const most = Math.min(threads, MOST_COPIES);
  const workerData: NetworkOptions = { ...options, threads: Math.floor(threads / most) };
  const alive = new Set<Worker>();
  const idle = new Set<Worker>();
  const jobs: Job[] = [];
  let closed = false;

  /** A copy that has nothing to do lets the process end; one that is to be closed is waited for. */
  const rest = (worker: Worker) => {
    if (closed || !alive.has(worker)) return;
    worker.unref();
    idle.add(worker);
  };

  const open = async () => {
    const worker = new Worker(WORKER, { workerData });
    alive.add(worker);
    worker
      .on('error', () => {})
      .on('exit', () => {
        alive.delete(worker);
        idle.delete(worker);
        start();
      });
    const reply = await replyOf(worker);
    if (!('opened' in reply)) throw new Error('the thread of the embedding model answers out of turn');
    rest(worker);
    return reply.opened;
  };

  const work = async (worker: Worker, { batch, resolve, reject }: Job) => {
    worker.postMessage(batch satisfies WorkerRequest);
    try {
      const reply = await replyOf(worker);
      if ('vectors' in reply) resolve(reply.vectors);
    } catch (error) {
      reject(error as Error);
    }
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
    open().then(start, (error: Error) => jobs.shift()?.reject(error));
  };

  return {
    ...(await open()),
    run: (batch, urgency) =>
      new Promise((resolve, reject) => {
        if (closed) throw CLOSED();
        const later = jobs.findIndex((job) => job.urgency > urgency);
        jobs.splice(later < 0 ? jobs.length : later, 0, { batch, urgency, resolve, reject });
        start();
      }),
    async dispose() {
      closed = true;
      for (const { reject } of jobs.splice(0)) reject(CLOSED());
      const ends = [...alive].map((worker) => {
        worker.ref();
        worker.postMessage(null satisfies WorkerRequest);
        return once(worker, 'exit');
      });
      await Promise.all(ends);
    },
  };
}
