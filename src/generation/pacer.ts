/** Longest stretch in which a build may keep the event loop, in milliseconds: a question waits no longer for its turn. */
const SLICE_MS = 12;

/**
 * For long work in small steps: awaited after each step, it lets questions in when the work has kept the event loop
 * for a while.
 */
export function pacer(): () => Promise<void> {
  let began = performance.now();
  return async () => {
    if (performance.now() - began < SLICE_MS) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
    began = performance.now();
  };
}
