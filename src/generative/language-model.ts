import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { openCircuit } from './circuit.js';
import type { Message } from './prompt.js';
import { failureOf, retryDelay } from './retry.js';

/** Thrown when a language model gives no text, or no more; the message says why, in words for the caller. */
export class LanguageModelError extends Error {}

/** How a language model is doing. */
export interface LanguageModelState {
  model: string;
  /** `untried` before its first call, `resting` while it is not called because it kept failing. */
  state: 'untried' | 'ready' | 'failing' | 'resting';
  /** What went wrong the last time. */
  problem: string | null;
}

/** A chat model that cannot hold anybody up: within a time bound it writes, or says why it does not. */
export interface LanguageModel {
  name: string;
  /**
   * What the model writes, piece by piece.
   *
   * @throws LanguageModelError, or the reason of `signal` where the caller left.
   */
  write(messages: Message[], options: WriteLimits): AsyncGenerator<string, void, undefined>;
  state(): LanguageModelState;
}

export interface WriteLimits {
  /** When it must be done, retries included; milliseconds of `performance.now()`. */
  until: number;
  signal?: AbortSignal;
}

export interface LanguageModelLimits {
  /** Further tries after a failure that may pass, as long as nothing was written. */
  retries: number;
  /** Tokens of an answer. The model is told; one that goes on is cut off. */
  answerTokens: number;
}

/** Characters of a token, at most; 4 are usual in English. */
const CHARACTERS_PER_TOKEN = 8;

/** A promise that is rejected when the signal is, so that nobody waits for a model that does not listen to it. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

const wait = (milliseconds: number, signal: AbortSignal): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  return orAborted(
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, milliseconds);
    }),
    signal,
  ).finally(() => clearTimeout(timer));
};

/** Gives a chat model a time bound, retries, a token budget and a circuit breaker. @param name How it is called in replies. */
export function tameModel(model: BaseChatModel, name: string, limits: LanguageModelLimits): LanguageModel {
  const circuit = openCircuit();
  let tried = false;
  let problem: string | null = null;

  async function* pieces(messages: Message[], signal: AbortSignal): AsyncGenerator<string, void, undefined> {
    const stream = await orAborted(model.stream(messages, { signal }), signal);
    const reader = stream[Symbol.asyncIterator]();
    let room = limits.answerTokens * CHARACTERS_PER_TOKEN;
    try {
      while (room > 0) {
        const { done, value } = await orAborted(reader.next(), signal);
        if (done) break;
        const piece = value.text.slice(0, room);
        room -= piece.length;
        if (piece) yield piece;
      }
    } finally {
      // A model that does not listen to the signal would keep this waiting.
      reader.return?.()?.catch(() => {});
    }
  }

  return {
    name,
    state: () => ({ model: name, state: !tried ? 'untried' : problem === null ? 'ready' : circuit.isOpen() ? 'resting' : 'failing', problem }),
    async *write(messages, { until, signal: caller }) {
      caller?.throwIfAborted();
      if (!circuit.allows()) throw new LanguageModelError(`it is not asked for now, because it kept failing: ${problem}`);
      const stop = new AbortController();
      const leave = () => stop.abort(caller?.reason);
      caller?.addEventListener('abort', leave, { once: true });
      const timer = setTimeout(() => stop.abort(new LanguageModelError('it was not done in time')), Math.max(0, until - performance.now()));
      tried = true;
      let failed = false;
      try {
        for (let tries = 1; ; tries++) {
          let written = false;
          try {
            for await (const piece of pieces(messages, stop.signal)) {
              written = true;
              yield piece;
            }
            // Some clients end quietly when they are told to stop.
            stop.signal.throwIfAborted();
            break;
          } catch (error) {
            if (stop.signal.aborted) throw stop.signal.reason;
            const delay = written || tries > limits.retries ? null : retryDelay(error, tries);
            if (delay === null || performance.now() + delay >= until) throw new LanguageModelError(written ? `${failureOf(error)} half-way` : failureOf(error));
            await wait(delay, stop.signal);
          }
        }
      } catch (error) {
        failed = true;
        if (error instanceof LanguageModelError) {
          problem = error.message;
          circuit.failed();
        }
        throw error;
      } finally {
        if (!failed) {
          problem = null;
          circuit.succeeded();
        }
        clearTimeout(timer);
        caller?.removeEventListener('abort', leave);
        stop.abort();
      }
    },
  };
}
