import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { Reply } from '../assistant/assistant.js';
import type { AskEvent, AskOptions } from '../assistant/events.js';
import type { ProblemDocument } from './problem.js';

/** Milliseconds between comments that keep proxies from closing a quiet connection; they commonly wait for 30 s or more. */
const HEARTBEAT = 10_000;

/** Whether the caller wants events: `stream` says so, or, where it says nothing, the `Accept` header. */
export const wantsStream = (c: Context, stream: boolean | undefined): boolean => stream ?? /\btext\/event-stream\b/i.test(c.req.header('accept') ?? '');

/**
 * Answers with server-sent events: each {@link AskEvent} under its type, or `error` with a problem document.
 * What fails before the first event fails as it would without a stream. A closed connection stops the work.
 *
 * @param describe The problem document of an error.
 */
export async function streamReply(
  c: Context,
  ask: (options: Required<AskOptions>) => Promise<Reply>,
  describe: (error: Error, c: Context) => ProblemDocument,
): Promise<Response> {
  const left = new AbortController();
  const waiting: AskEvent[] = [];
  let wake = () => {};
  c.req.raw.signal.addEventListener('abort', () => left.abort());
  const asked = ask({
    signal: left.signal,
    onEvent: (event) => {
      waiting.push(event);
      wake();
    },
  });
  let failed: Error | null = null;
  let over = false;
  asked
    .catch((error: Error) => {
      failed = error;
    })
    .finally(() => {
      over = true;
      wake();
    });
  const something = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
      if (waiting.length > 0 || over) resolve();
    });
  await something();
  if (failed && waiting.length === 0) throw failed;
  return streamSSE(c, async (stream) => {
    stream.onAbort(() => left.abort());
    const heartbeat = setInterval(() => stream.write(': still at it\n\n'), HEARTBEAT);
    try {
      while (!over || waiting.length > 0) {
        await something();
        for (const { type, ...data } of waiting.splice(0)) await stream.writeSSE({ event: type, data: JSON.stringify(data) });
      }
      if (failed && !left.signal.aborted) await stream.writeSSE({ event: 'error', data: JSON.stringify(describe(failed, c)) });
    } finally {
      clearInterval(heartbeat);
    }
  });
}
