import type { BuildProgress } from '../generation/build.js';

/** Where progress is shown: a terminal gets a bar that is redrawn, anything else a plain line now and then. */
export interface ProgressOutput {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

const BAR_WIDTH = 24;
/** Milliseconds between redraws of the bar, and between plain lines. */
const REDRAW = 100;
const LINE = 2000;

const seconds = (s: number): string => (s >= 90 ? `${Math.round(s / 60)} min` : `${Math.max(1, Math.round(s))} s`);

/** `12 files, 340/900 passages, 85 passages/s, 7 s left`. @param elapsed Seconds since the embedding began. */
export function describeProgress({ phase, files, passages, passagesDone }: BuildProgress, elapsed: number): string {
  const counts = `${files} file${files === 1 ? '' : 's'}, ${passagesDone}/${passages} passages`;
  if (phase === 'writing') return `${counts}, writing the index`;
  if (phase === 'verifying') return `${counts}, checking the index`;
  const rate = elapsed > 0 ? passagesDone / elapsed : 0;
  if (rate === 0) return counts;
  return `${counts}, ${rate.toFixed(rate < 10 ? 1 : 0)} passages/s, ${seconds((passages - passagesDone) / rate)} left`;
}

/** Shows the progress of a build. Call `end` when it is over, so that what follows starts on a fresh line. */
export function showProgress(output: ProgressOutput, now: () => number = () => performance.now()): { update(progress: BuildProgress): void; end(): void } {
  let began: number | null = null;
  let last = Number.NEGATIVE_INFINITY;
  let drawn = false;
  return {
    update(progress) {
      began ??= now();
      const complete = progress.phase !== 'embedding';
      if (now() - last < (output.isTTY ? REDRAW : LINE) && !complete) return;
      last = now();
      const text = describeProgress(progress, (now() - began) / 1000);
      if (!output.isTTY) {
        output.write(`indexing: ${text}\n`);
        return;
      }
      const filled = Math.round((BAR_WIDTH * progress.passagesDone) / Math.max(1, progress.passages));
      const line = `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}] ${text}`;
      output.write(`\r\x1b[2K${line.slice(0, (output.columns ?? 100) - 1)}`);
      drawn = true;
    },
    end() {
      if (drawn) output.write('\n');
      drawn = false;
    },
  };
}
