import type { BuildProgress } from '../generation/build.js';

export type ReindexPhase = 'waiting' | 'reading' | BuildProgress['phase'] | 'compacting';

/** A reindex that is under way. */
export interface ReindexJob {
  id: number;
  startedAt: string;
  phase: ReindexPhase;
  files: { done: number; all: number };
  /** Passages that have to be embedded; those known from an earlier generation are not among them. */
  passages: { done: number; all: number };
  percent: number;
  /** Null until it can be told from the pace so far. */
  secondsLeft: number | null;
}

/** How a reindex ended. */
export interface ReindexResult {
  id: number;
  startedAt: string;
  endedAt: string;
  /** `unchanged`: the index held the documents as they are already. */
  outcome: 'switched' | 'unchanged' | 'failed';
  /** The generation that answers since. */
  generation: string | null;
  passagesEmbedded: number;
  warnings: string[];
  /** Why it failed and what to do; null where it did not. */
  error: string | null;
}

/** Where each phase begins and ends, in percent of the whole; embedding is nearly all of it where there is much to embed. */
const SPANS: Record<ReindexPhase, [number, number]> = {
  waiting: [0, 0],
  reading: [0, 10],
  embedding: [10, 90],
  writing: [90, 95],
  verifying: [95, 99],
  compacting: [99, 99],
};

/** A job whose figures follow the progress that is told to it. */
export interface TrackedJob {
  view(): ReindexJob;
  waiting(): void;
  reading(done: number, all: number): void;
  building(progress: BuildProgress): void;
  compacting(): void;
}

export function trackJob(id: number, now: () => number = () => performance.now()): TrackedJob {
  const startedAt = new Date().toISOString();
  let phase: ReindexPhase = 'reading';
  let files = { done: 0, all: 0 };
  let passages = { done: 0, all: 0 };
  let embeddingSince: number | null = null;
  return {
    view() {
      const [from, to] = SPANS[phase];
      const { done, all } = phase === 'reading' ? files : passages;
      const share = phase === 'reading' || phase === 'embedding' ? done / Math.max(1, all) : 0;
      const elapsed = embeddingSince === null ? 0 : (now() - embeddingSince) / 1000;
      const secondsLeft = phase === 'embedding' && passages.done > 0 ? Math.ceil((elapsed / passages.done) * (passages.all - passages.done)) : null;
      return { id, startedAt, phase, files, passages, percent: Math.round(from + (to - from) * share), secondsLeft };
    },
    waiting() {
      phase = 'waiting';
    },
    reading(done, all) {
      phase = 'reading';
      files = { done, all };
    },
    building(progress) {
      if (phase === 'compacting') return;
      phase = progress.phase;
      passages = { done: progress.passagesDone, all: progress.passages };
      embeddingSince ??= now();
    },
    compacting() {
      phase = 'compacting';
    },
  };
}
