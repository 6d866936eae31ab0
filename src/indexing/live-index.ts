import { EXTRACTION_VERSION } from '../documents/parse-document.js';
import { type ReadLimits, readFolder } from '../documents/read-folder.js';
import type { EmbeddingModel } from '../embedding/load-model.js';
import { type BuildProgress, buildGeneration, corpusFingerprint } from '../generation/build.js';
import { clearAway } from '../generation/keep.js';
import { type Pointer, publish, readPointer } from '../generation/layout.js';
import { IndexLockedError, withLock } from '../generation/lock.js';
import { type Generation, openGeneration } from '../generation/open.js';
import { needsCompaction } from '../generation/plan.js';
import { SMALL_SEGMENT } from '../generation/write-segment.js';
import { earlierReading } from './earlier.js';
import { type ReindexJob, type ReindexResult, type TrackedJob, trackJob } from './job.js';
import { findIndex } from './open-index.js';

export interface LiveIndexOptions {
  indexFolder: string;
  corpusFolder: string;
  limits: ReadLimits;
  model: EmbeddingModel;
  log: (level: 'info' | 'warn', message: string) => void;
  /** Passages from which on a part of the index is not written again. */
  smallSegment?: number;
}

export interface ReindexOptions {
  /** Reads every file again, whatever the file system says of it. */
  full?: boolean;
  /** How long to wait for another process that writes the index, in milliseconds. */
  waitMs?: number;
  onProgress?: (progress: BuildProgress) => void;
}

/** The index that answers, and how it is brought up to date while it answers. */
export interface LiveIndex {
  /** The generation that answers now; null before the first one is built. Whoever holds it may use it as long as it likes. */
  generation(): Generation | null;
  /** Whether a rollback chose the generation: it is then left by a reindex that somebody asks for, and by nothing else. */
  isPinned(): boolean;
  /** Brings the index up to date. While that is under way, further calls join it. */
  reindex(options?: ReindexOptions): Promise<ReindexResult>;
  job(): ReindexJob | null;
  lastResult(): ReindexResult | null;
  /** What is not as it should be with the index, in words for the maintainer. */
  warnings(): string[];
  isUpToDate(): boolean;
  /** Changes to the generation that another process made the current one, such as by a rollback. */
  follow(): Promise<void>;
}

/** Why there is nothing to index. */
const nothingIn = (folder: string) => new Error(`no document in ${folder} can be read; put documents there or set CORPUS_DIR`);

/** Why a reindex failed and what to do, in words for the maintainer. */
function describeFailure(error: NodeJS.ErrnoException, indexFolder: string): string {
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') return `the disk is full (${error.code}); make room in ${indexFolder} or set INDEX_DIR`;
  if (['EACCES', 'EPERM', 'EROFS'].includes(error.code ?? ''))
    return `${indexFolder} cannot be written (${error.code}); change its permissions or set INDEX_DIR`;
  return error.message;
}

/** Opens what is on the disk; nothing is built before {@link LiveIndex.reindex} is called. */
export async function openLiveIndex({ indexFolder, corpusFolder, limits, model, log, smallSegment = SMALL_SEGMENT }: LiveIndexOptions): Promise<LiveIndex> {
  const found = await findIndex(indexFolder, model.fingerprint);
  let live = found.generation;
  let pointer: Pointer | null = found.pointer;
  let incidents = found.problems;
  let failure: string | null = null;
  let running: { job: TrackedJob; result: Promise<ReindexResult> } | null = null;
  let last: ReindexResult | null = null;
  let jobs = 0;
  for (const problem of incidents) log('warn', problem);

  const switchTo = (generation: Generation) => {
    live = generation;
    pointer = { generation: generation.manifest.generation, pinned: false };
  };

  /** Takes over what another process published since. */
  const follow = async () => {
    const there = await readPointer(indexFolder);
    if (!there || (there.generation === pointer?.generation && there.pinned === pointer.pinned)) return;
    if (there.generation !== live?.manifest.generation) {
      try {
        live = await openGeneration(indexFolder, there.generation, model.fingerprint, live?.segments);
        failure = null;
        log('info', `answering from generation ${there.generation}, which another process made the current one`);
      } catch (error) {
        log('warn', `generation ${there.generation}, which another process made the current one, cannot be used: ${(error as Error).message}`);
      }
    }
    pointer = there;
  };

  const readCorpus = (job: TrackedJob, full: boolean) => {
    const earlier = live ? earlierReading(live, full) : undefined;
    return readFolder(corpusFolder, { ...limits, onFile: job.reading, ...(earlier ? { earlier } : {}) });
  };

  const run = async (job: TrackedJob, options: ReindexOptions): Promise<Pick<ReindexResult, 'outcome' | 'passagesEmbedded'>> => {
    const { waitMs = 0 } = options;
    try {
      return await bringUpToDate(job, options);
    } catch (error) {
      if (!(error instanceof IndexLockedError) || waitMs === 0) throw error;
      log('info', `waiting: ${error.message}`);
      job.waiting();
      // What the other process publishes may be all that is needed.
      await withLock(indexFolder, async () => {}, { waitMs });
      return bringUpToDate(job, options);
    }
  };

  const bringUpToDate = async (job: TrackedJob, { full = false, onProgress }: ReindexOptions): Promise<Pick<ReindexResult, 'outcome' | 'passagesEmbedded'>> => {
    await follow();
    job.reading(0, 0);
    const corpus = await readCorpus(job, full);
    if (corpus.documents.length === 0) throw nothingIn(corpusFolder);
    for (const { source, reason } of corpus.skipped) log('warn', `${source} ${reason}; left out`);
    const known = live?.manifest;
    if (live && known?.extraction === EXTRACTION_VERSION && known.corpus === corpusFingerprint(corpus.documents, corpus.skipped)) {
      if (pointer?.generation !== known.generation || pointer.pinned) {
        await withLock(indexFolder, () => publish(indexFolder, known.generation));
        switchTo(live);
      }
      await clearAway(indexFolder);
      return { outcome: 'unchanged', passagesEmbedded: 0 };
    }
    let passagesEmbedded = 0;
    const progress = (state: BuildProgress) => {
      passagesEmbedded = state.passagesDone;
      job.building(state);
      onProgress?.(state);
    };
    switchTo(await buildGeneration(indexFolder, corpus, model, progress, { previous: live, smallSegment, fileStates: corpus.states }));
    if (live && needsCompaction(corpus.documents, live.segments, smallSegment)) {
      job.compacting();
      log('info', 'writing parts of the index anew that hold much that is no longer there');
      switchTo(await buildGeneration(indexFolder, corpus, model, () => {}, { previous: live, smallSegment, fileStates: corpus.states, compact: true }));
    }
    return { outcome: 'switched', passagesEmbedded };
  };

  const start = (options: ReindexOptions) => {
    const id = ++jobs;
    const job = trackJob(id);
    const { startedAt } = job.view();
    const end = (outcome: ReindexResult['outcome'], passagesEmbedded: number, error: string | null): ReindexResult => {
      last = {
        id,
        startedAt,
        endedAt: new Date().toISOString(),
        outcome,
        generation: live?.manifest.generation ?? null,
        passagesEmbedded,
        warnings: live?.warnings ?? [],
        error,
      };
      running = null;
      return last;
    };
    const result = run(job, options).then(
      ({ outcome, passagesEmbedded }) => {
        failure = null;
        return end(outcome, passagesEmbedded, null);
      },
      (error: Error) => {
        const reason = describeFailure(error, indexFolder);
        failure = `the index could not be brought up to date: ${reason}`;
        log('warn', failure);
        return end('failed', 0, reason);
      },
    );
    running = { job, result };
    return result;
  };

  const pinWarning = () => `a rollback pinned generation ${pointer?.generation}; changed documents are not indexed until npm run index or POST /reindex`;
  return {
    generation: () => live,
    isPinned: () => pointer?.pinned ?? false,
    reindex(options = {}) {
      if (running) return running.result;
      if (jobs > 0) incidents = [];
      return start(options);
    },
    job: () => running?.job.view() ?? null,
    lastResult: () => last,
    warnings: () => [
      ...incidents,
      ...(failure ? [`${failure}${live ? `; answering from generation ${live.manifest.generation}` : ''}`] : []),
      ...(pointer?.pinned ? [pinWarning()] : []),
      ...(live?.warnings ?? []),
    ],
    isUpToDate: () => failure === null && !pointer?.pinned,
    follow: () => (running ? Promise.resolve() : follow()),
  };
}
