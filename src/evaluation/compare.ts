import { type Difference, pairedDifference } from './bootstrap.js';
import { counted } from './counted.js';
import { failureOf, type Outcome } from './judge.js';
import type { OldReport, SetReport } from './report-json.js';
import { METRICS } from './summary.js';

/** How a set's figures changed between two runs. */
export interface Comparison {
  name: string;
  /** Questions scored in both runs; the figures are over these. */
  questions: number;
  /** What else changed between the runs, in words: model, documents, threshold, questions not scored in both. */
  caveats: string[];
  differences: Record<string, Difference>;
  /** Questions that went from failure to success. */
  gained: Outcome[];
  /** Questions that went from success to failure. */
  lost: Outcome[];
}

/** Thrown when two runs did not ask the same questions. */
export class IncomparableError extends Error {}

const IDENTITY = { model: 'embedding model', corpus: 'corpus', threshold: 'threshold', where: 'place asked' } as const;

function caveatsOf(old: OldReport['sets'][number], now: SetReport, shared: number): string[] {
  const differing = (Object.keys(IDENTITY) as (keyof typeof IDENTITY)[]).filter((key) => old.identity[key] !== now.identity[key]);
  const changed = differing.map((key) => {
    const [before, after] = [old.identity[key], now.identity[key]].map((value) => String(value ?? 'unknown').slice(0, 40));
    return `another ${IDENTITY[key]}: ${before} before, ${after} now`;
  });
  const unshared = Math.max(old.outcomes.length, now.outcomes.length) - shared;
  return unshared > 0 ? [...changed, `left out, because only one of the runs scored them: ${counted(unshared, 'question')}`] : changed;
}

/**
 * The earlier run of the same questions.
 *
 * @param fingerprint As `fingerprintQuestions` gives it for the questions asked now.
 * @throws IncomparableError when the earlier report has no such set, or other questions in it.
 */
export function earlierRun(old: OldReport, { name, fingerprint }: { name: string; fingerprint: string }): OldReport['sets'][number] {
  const before = old.sets.find((set) => set.name === name);
  if (!before) throw new IncomparableError(`the report of ${old.createdAt} has no set ${name}; it has ${old.sets.map((set) => set.name).join(', ')}`);
  if (before.fingerprint !== fingerprint) {
    throw new IncomparableError(`the questions of ${name} are not those of ${old.createdAt}; run both products on the same file and --limit`);
  }
  return before;
}

/**
 * Compares a set's run with an earlier one, question by question.
 *
 * @throws IncomparableError when the earlier report has no such set, or other questions in it.
 */
export function compareSet(old: OldReport, now: SetReport): Comparison {
  const before = earlierRun(old, now);
  const earlier = new Map(before.outcomes.map((outcome) => [outcome.id, outcome]));
  const pairs = now.outcomes.flatMap((outcome): (readonly [Outcome, Outcome])[] => {
    const match = earlier.get(outcome.id);
    return match ? [[match, outcome]] : [];
  });
  const differences = METRICS.flatMap((metric) => {
    // A metric of given answers counts other questions in each run, so each side is averaged over its own.
    const either = pairs.filter(([a, b]) => metric.applies(a) || metric.applies(b));
    const difference = pairedDifference(either, (sample) => metric.of(sample.filter((outcome) => metric.applies(outcome))));
    return difference ? [[metric.name, difference] as const] : [];
  });
  const failed = (outcome: Outcome) => failureOf(outcome) !== null;
  return {
    name: now.name,
    questions: pairs.length,
    caveats: caveatsOf(before, now, pairs.length),
    differences: Object.fromEntries(differences),
    gained: pairs.filter(([a, b]) => failed(a) && !failed(b)).map(([, b]) => b),
    lost: pairs.filter(([a, b]) => !failed(a) && failed(b)).map(([, b]) => b),
  };
}
