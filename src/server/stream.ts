import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { AskEvent, AskOptions } from '../assistant/events.js';
import type { Reply } from '../assistant/reply.js';

/** Milliseconds between comments that keep proxies from closing a quiet connection; they commonly wait for 30 s or more. */
const HEARTBEAT = 10_000;

/** Whether the caller wants events: `stream` says so, or, where it says nothing, the `Accept` header. */
export const wantsStream = (c: Context, stream: boolean | undefined): boolean => stream ?? /\btext\/event-stream\b/i.test(c.req.header('accept') ?? '');

/** A server-sent event as it is written. */
export interface EventMessage {
  event?: string;
  data: string;
}

/** How a protocol says what happens. */
export interface StreamProtocol {
  /** Said before anything happens. */
  begin?: EventMessage[];
  messages: (event: AskEvent) => EventMessage[];
  failure: (error: Error) => EventMessage;
}

/**
 * Answers with server-sent events. What fails before the first event fails as it would without a stream. A closed
 * connection stops the work.
 */
export async function streamReply(
  c: Context,
  ask: (options: Required<AskOptions>) => Promise<Reply>,
  { begin = [], messages, failure }: StreamProtocol,
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
  const response = streamSSE(c, async (stream) => {
    stream.onAbort(() => left.abort());
    const heartbeat = setInterval(() => stream.write(': still at it\n\n'), HEARTBEAT);
    try {
      for (const message of begin) await stream.writeSSE(message);
      while (!over || waiting.length > 0) {
        await something();
        for (const message of waiting.splice(0).flatMap(messages)) await stream.writeSSE(message);
      }
      if (failed && !left.signal.aborted) await stream.writeSSE(failure(failed));
    } finally {
      clearInterval(heartbeat);
    }
  });
  // Events are UTF-8 by definition, yet some clients take any text that does not say so for Latin-1.
  response.headers.set('content-type', 'text/event-stream; charset=utf-8');
  return response;
}
