/** A thread with a network of its own; `network-threads.ts` starts it and hands it batches, one at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import { type NetworkOptions, openNetwork, type Tokenized } from './network.js';

/** A batch to encode; null ends the thread. */
export type WorkerRequest = Tokenized[] | null;

/** What came of it; the first reply says what was opened. */
export type WorkerReply = { opened: { dimensions: number; positions: number | null } } | { vectors: Float32Array } | { failed: string };

const reply = (message: WorkerReply, hand: ArrayBuffer[] = []): void => parentPort?.postMessage(message, hand);
const fail = (error: unknown): void => reply({ failed: (error as Error).message });

try {
  const network = await openNetwork(workerData as NetworkOptions);
  const handle = async (request: WorkerRequest) => {
    if (request) {
      await network.run(request).then((vectors) => reply({ vectors }, [vectors.buffer as ArrayBuffer]), fail);
    } else {
      await network.dispose();
      parentPort?.close();
    }
  };
  // A batch is over before the end comes, which is sent while it runs.
  let turn = Promise.resolve();
  parentPort?.on('message', (request: WorkerRequest) => {
    turn = turn.then(() => handle(request));
  });
  reply({ opened: { dimensions: network.dimensions, positions: network.positions } });
} catch (error) {
  fail(error);
}
