import { bootstrapInterval, type Interval } from './bootstrap.js';
import type { Outcome } from './judge.js';
import {
  areaUnderRiskCoverage,
  calibrationError,
  type Judged,
  mean,
  percentile,
  type ReliabilityBin,
  type RiskPoint,
  reliability,
  riskCoverage,
} from './metrics.js';
import { RANKS } from './system.js';

/** A figure that sums up outcomes. */
export interface Metric {
  name: string;
  group: 'overall' | 'retrieval' | 'answers' | 'citations' | 'abstention' | 'latency';
  better: 'higher' | 'lower';
  unit: 'share' | 'ms';
  /** What it says, in words. */
  meaning: string;
  /** Whether a question counts in it. */
  applies(outcome: Outcome): boolean;
  /** Its value over questions that count; null where there are none. */
  of(outcomes: readonly Outcome[]): number | null;
}

/** A metric's value, the 95 % bootstrap interval where there are two questions or more, and how many questions count. */
export interface Estimate {
  value: number;
  interval: Interval | null;
  n: number;
}

export type Estimates = Record<string, Estimate>;

const perQuestion = (name: string, group: Metric['group'], better: Metric['better'], meaning: string): Metric => ({
  name,
  group,
  better,
  unit: 'share',
  meaning,
  applies: ({ measures }) => measures[name] !== undefined,
  of: (outcomes) => mean(outcomes.map(({ measures }) => measures[name] as number)),
});

const overAnswers = (name: string, better: Metric['better'], meaning: string, of: (answers: Judged[]) => number | null): Metric => ({
  name,
  group: 'abstention',
  better,
  unit: 'share',
  meaning,
  applies: ({ regardless }) => regardless !== null,
  of: (outcomes) => of(outcomes.map(({ regardless }) => regardless as Judged)),
});

const overCitations = (name: string, meaning: string, kept: (outcome: Outcome) => boolean, holds: 'gold' | 'valid'): Metric => ({
  name,
  group: 'citations',
  better: 'higher',
  unit: 'share',
  meaning,
  applies: (outcome) => outcome.citations.length > 0 && kept(outcome),
  of(outcomes) {
    let [good, all] = [0, 0];
    for (const { citations } of outcomes) {
      all += citations.length;
      for (const citation of citations) if (citation[holds]) good++;
    }
    return all === 0 ? null : good / all;
  },
});

const latency = (name: string, share: number, meaning: string): Metric => ({
  name,
  group: 'latency',
  better: 'lower',
  unit: 'ms',
  meaning,
  applies: ({ error }) => error === undefined,
  of: (outcomes) =>
    percentile(
      outcomes.map(({ ms }) => ms),
      share,
    ),
});

/** Every metric, in the order of the reports. `eval/thresholds.json` uses these names. */
export const METRICS: readonly Metric[] = [
  perQuestion('success', 'overall', 'higher', 'answerable questions answered right with the evidence cited, others refused'),
  perQuestion('recall@1', 'retrieval', 'higher', 'needed gold paragraphs that are the first found'),
  perQuestion('recall@5', 'retrieval', 'higher', 'needed gold paragraphs among the first 5'),
  perQuestion('recall@10', 'retrieval', 'higher', 'needed gold paragraphs among the first 10'),
  perQuestion('recall@100', 'retrieval', 'higher', 'needed gold paragraphs among the first 100'),
  perQuestion('ndcg@10', 'retrieval', 'higher', 'order of the first 10 against the best order of all gold'),
  perQuestion('mrr', 'retrieval', 'higher', 'mean of one over the rank of the first gold paragraph'),
  perQuestion('accuracy', 'answers', 'higher', 'answerable questions answered right, refusals counted as wrong'),
  perQuestion('correctAndCited', 'answers', 'higher', 'answerable questions answered right with all needed evidence cited'),
  perQuestion('wrongWhenAnswered', 'answers', 'lower', 'answers to answerable questions that are wrong'),
  perQuestion('shortAnswerAccuracy', 'answers', 'higher', 'short answers given that are right, where one thing is asked for'),
  perQuestion('exactMatch', 'answers', 'higher', 'short answer equal to a gold value (SQuAD 2.0)'),
  perQuestion('f1', 'answers', 'higher', 'words shared by short answer and gold value (SQuAD 2.0)'),
  perQuestion('conflictsShown', 'answers', 'higher', 'conflict questions whose reply lists a disagreement'),
  overCitations('citationPrecision', 'citations of answerable questions that are gold paragraphs', ({ answerable }) => answerable, 'gold'),
  perQuestion('citationRecall', 'citations', 'higher', 'needed gold paragraphs cited, refusals counted as none'),
  overCitations('quoteValidity', 'citations whose quote stands at its offsets in its paragraph', () => true, 'valid'),
  perQuestion('falseAnswers', 'abstention', 'lower', 'unanswerable questions answered'),
  perQuestion('falseRefusals', 'abstention', 'lower', 'answerable questions refused'),
  overAnswers('aurc', 'lower', 'area under the risk-coverage curve', areaUnderRiskCoverage),
  overAnswers('ece', 'lower', 'distance of confidence from share correct, 10 bins', (answers) => calibrationError(answers)),
  latency('latencyP50', 0.5, 'half of the replies took at most this long'),
  latency('latencyP95', 0.95, '95 % of the replies took at most this long'),
];

/** All metrics that some question counts in. */
export function estimate(outcomes: readonly Outcome[]): Estimates {
  return Object.fromEntries(
    METRICS.flatMap((metric) => {
      const counted = outcomes.filter((outcome) => metric.applies(outcome));
      const value = metric.of(counted);
      return counted.length === 0 || value === null
        ? []
        : [[metric.name, { value, interval: bootstrapInterval(counted, metric.of), n: counted.length } satisfies Estimate]];
    }),
  );
}

/** Estimates for each category, in the order of the names. */
export function estimateByCategory(outcomes: readonly Outcome[]): Record<string, { questions: number; metrics: Estimates }> {
  const names = [...new Set(outcomes.map(({ category }) => category))].sort();
  return Object.fromEntries(
    names.map((name) => {
      const members = outcomes.filter(({ category }) => category === name);
      return [name, { questions: members.length, metrics: estimate(members) }];
    }),
  );
}

/** A bar of the latency histogram: replies that took from `from` to below `to` milliseconds. */
export interface LatencyBin {
  from: number;
  to: number;
  count: number;
}

/** What the plots show. */
export interface Curves {
  /** Mean recall at k = 1 to 10; empty where nothing has gold. */
  recallByK: number[];
  riskCoverage: RiskPoint[];
  /** Where the system's own threshold puts it on the curve. */
  operatingPoint: { coverage: number; risk: number } | null;
  reliability: ReliabilityBin[];
  latency: LatencyBin[];
}

const LATENCY_BINS = 24;

/** Bins of a round width from 0 to the slowest reply. */
export function latencyHistogram(times: readonly number[]): LatencyBin[] {
  const slowest = Math.max(0, ...times);
  if (slowest === 0) return [];
  const rough = slowest / LATENCY_BINS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const width = power * ([1, 2, 5, 10].find((step) => step * power >= rough) as number);
  return Array.from({ length: Math.floor(slowest / width) + 1 }, (_, i) => {
    const [from, to] = [i * width, (i + 1) * width];
    return { from, to, count: times.filter((ms) => ms >= from && ms < to).length };
  });
}

/** Recall at k from the outcome itself, as `recallAt` has it. */
const recallOf = ({ retrieved, needed }: Outcome, k: number): number => Math.min(needed, retrieved.slice(0, k).filter(({ gold }) => gold).length) / needed;

/** Data of the plots. */
export function curvesOf(outcomes: readonly Outcome[]): Curves {
  const withGold = outcomes.filter(({ needed }) => needed > 0);
  const answers = outcomes.flatMap(({ regardless }) => regardless ?? []);
  const given = outcomes.filter(({ answered }) => answered);
  const wrong = given.filter(({ regardless }) => !regardless?.correct).length;
  return {
    recallByK: withGold.length === 0 ? [] : Array.from({ length: RANKS }, (_, i) => mean(withGold.map((outcome) => recallOf(outcome, i + 1))) as number),
    riskCoverage: riskCoverage(answers, outcomes.length),
    operatingPoint: given.length === 0 ? null : { coverage: given.length / outcomes.length, risk: wrong / given.length },
    reliability: answers.length === 0 ? [] : reliability(answers),
    latency: latencyHistogram(outcomes.filter(({ error }) => error === undefined).map(({ ms }) => ms)),
  };
}
