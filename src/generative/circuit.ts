/** Failures in a row after which a model is left alone for a while. */
const FAILURES_TO_OPEN = 3;

/** Milliseconds it is left alone. A restart of a local model server takes about as long. */
const REST = 30_000;

/** Keeps from calling what keeps failing, so that callers need not wait for it each time. */
export interface Circuit {
  /** Whether a call may be made; after the rest one may, and its outcome decides. */
  allows(): boolean;
  /** Whether calls are held back now. */
  isOpen(): boolean;
  succeeded(): void;
  failed(): void;
}

/** @param now Milliseconds of a clock that never goes back. */
export function openCircuit(now: () => number = () => performance.now()): Circuit {
  let failures = 0;
  let until = Number.NEGATIVE_INFINITY;
  return {
    allows() {
      if (failures < FAILURES_TO_OPEN) return true;
      if (now() < until) return false;
      // The others keep waiting for the outcome of this call.
      until = now() + REST;
      return true;
    },
    isOpen: () => failures >= FAILURES_TO_OPEN && now() < until,
    succeeded() {
      failures = 0;
    },
    failed() {
      failures++;
      if (failures >= FAILURES_TO_OPEN) until = now() + REST;
    },
  };
}
