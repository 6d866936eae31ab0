import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Extracted } from './blocks.js';
import { UnreadableError } from './document.js';
import type { ExtractionReply, ExtractionRequest } from './extract-worker.js';

/** Bounds on the extraction of text from one file. */
export interface ExtractionLimits {
  /** Milliseconds after which the extraction is given up. */
  timeoutMs: number;
  /** Megabytes of memory after which it is given up. */
  memoryMb: number;
  /** Characters a document may have; larger ones are left out. */
  maxCharacters: number;
}

/** A thread is always plain JavaScript, also where the tests run this file as TypeScript. */
const WORKER = fileURLToPath(new URL('../../dist/documents/extract-worker.js', import.meta.url));

/** How long the thread waits for another file before it gives its memory back. */
const IDLE_MS = 2000;

/** How often the memory is looked at: a hostile file fills a few hundred megabytes in this time. */
const MEMORY_CHECK_MS = 50;

const MEGABYTE = 2 ** 20;

let worker: Worker | null = null;
let idle: NodeJS.Timeout | undefined;
/** The file before; one is read at a time. */
let queue: Promise<unknown> = Promise.resolve();

function startWorker(memoryMb: number): Worker {
  const started = new Worker(WORKER, { resourceLimits: { maxOldGenerationSizeMb: memoryMb } });
  // A thread that is stopped may still fail; nobody waits for it then.
  started.on('error', () => {});
  started.on('exit', () => {
    if (worker === started) worker = null;
  });
  return started;
}

function stopWorker(): void {
  void worker?.terminate();
  worker = null;
}

function read(request: ExtractionRequest, { timeoutMs, memoryMb }: ExtractionLimits): Promise<ExtractionReply> {
  clearTimeout(idle);
  worker ??= startWorker(memoryMb);
  const running = worker;
  running.ref();
  return new Promise((resolve) => {
    const giveUp = (unreadable: string) => {
      stopWorker();
      finish({ unreadable });
    };
    const tooMuchMemory = () => giveUp(`needs more than ${memoryMb} MB of memory to read; EXTRACT_MEMORY_MB sets the limit`);
    const onError = (error: NodeJS.ErrnoException) =>
      error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooMuchMemory() : giveUp(`is broken or of an unknown form (${error.message})`);
    const onExit = () => giveUp('is broken: reading it ended the reader');
    const timer = setTimeout(() => giveUp(`takes longer than ${timeoutMs} ms to read; EXTRACT_TIMEOUT_MS sets the limit`), timeoutMs);
    // The limit of the thread itself counts objects, not the bytes that a library unpacks into buffers.
    const before = process.memoryUsage.rss();
    const memory = setInterval(() => {
      if (process.memoryUsage.rss() - before > memoryMb * MEGABYTE) tooMuchMemory();
    }, MEMORY_CHECK_MS);
    const finish = (reply: ExtractionReply) => {
      clearTimeout(timer);
      clearInterval(memory);
      running.off('message', finish).off('error', onError).off('exit', onExit);
      running.unref();
      idle = setTimeout(stopWorker, IDLE_MS).unref();
      resolve(reply);
    };
    running.on('message', finish).on('error', onError).on('exit', onExit);
    running.postMessage(request);
  });
}

/**
 * Extracts the text of a file in a thread of its own, one file at a time.
 *
 * @param format One of the kinds that `extract-worker.ts` knows.
 * @throws UnreadableError when there is no text, or not within the limits; the message says why.
 */
export async function extract(format: string, bytes: Uint8Array, limits: ExtractionLimits): Promise<Extracted> {
  const turn = queue.then(() => read({ format, bytes, maxCharacters: limits.maxCharacters }, limits));
  queue = turn.catch(() => {});
  const reply = await turn;
  if ('unreadable' in reply) throw new UnreadableError(reply.unreadable);
  return reply.extracted;
}
