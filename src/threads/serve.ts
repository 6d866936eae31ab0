import { parentPort, workerData } from 'node:worker_threads';

/** What a thread answers: first what was opened, then what came of each request. */
export type Reply<T> = { done: T } | { failed: string };

/** A model that a thread serves. */
export interface Served<Opened, Request> {
  opened: Opened;
  /** @returns The result, and the memory that is handed over with it. */
  run(request: Request): Promise<{ result: unknown; hand: ArrayBufferLike[] }>;
  dispose(): Promise<void>;
}

const reply = (message: Reply<unknown>, hand: ArrayBufferLike[] = []): void => parentPort?.postMessage(message, hand as ArrayBuffer[]);
const fail = (error: unknown): void => reply({ failed: (error as Error).message });

/** Serves a model from this thread to the pool that started it, one request at a time; null ends the thread. */
export async function serve<Options, Opened, Request>(open: (options: Options) => Promise<Served<Opened, Request>>): Promise<void> {
  try {
    const model = await open(workerData as Options);
    const handle = async (request: Request | null) => {
      if (request !== null) {
        await model.run(request).then(({ result, hand }) => reply({ done: result }, hand), fail);
      } else {
        await model.dispose();
        parentPort?.close();
      }
    };
    // A request is over before the end comes, which is sent while it runs.
    let turn = Promise.resolve();
    parentPort?.on('message', (request: Request | null) => {
      turn = turn.then(() => handle(request));
    });
    reply({ done: model.opened });
  } catch (error) {
    fail(error);
  }
}
