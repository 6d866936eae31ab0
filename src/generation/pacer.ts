/** Longest stretch in which a build may keep the event loop, in milliseconds: a question waits no longer for its turn. */
const SLICE_MS = 12;

/** Lets questions in. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * For long work in small steps: awaited after each step, it lets questions in when the work has kept the event loop
 * for a while.
 */
export function pacer(): () => Promise<void> {
  let began = performance.now();
  return async () => {
    if (performance.now() - began < SLICE_MS) return;
    await nextTurn();
    began = performance.now();
  };
}

/** What a generator makes, with questions let in between. */
export async function inTurns<T>(values: Iterable<T>, pause: () => Promise<void>): Promise<T[]> {
  const all: T[] = [];
  for (const value of values) {
    all.push(value);
    await pause();
  }
  return all;
}
