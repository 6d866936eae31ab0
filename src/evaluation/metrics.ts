/** An answer that could have been given, with how sure the system was of it. */
export interface Judged {
  /** 0 to 1. */
  confidence: number;
  correct: boolean;
}

export const mean = (values: readonly number[]): number | null => (values.length === 0 ? null : values.reduce((sum, x) => sum + x, 0) / values.length);

/**
 * Share of the needed gold found in the first `k`, 0 to 1.
 *
 * @param ranked Keys, best first, without repeats.
 * @param needed How many gold keys a complete answer needs: 1 where they are alternatives, all where each adds a part.
 */
export function recallAt(k: number, ranked: readonly string[], gold: ReadonlySet<string>, needed: number): number {
  const found = ranked.slice(0, k).filter((key) => gold.has(key)).length;
  return needed === 0 ? 0 : Math.min(found, needed) / needed;
}

/** One over the rank of the first gold key, 0 where there is none. */
export function reciprocalRank(ranked: readonly string[], gold: ReadonlySet<string>): number {
  const at = ranked.findIndex((key) => gold.has(key));
  return at < 0 ? 0 : 1 / (at + 1);
}

/**
 * Normalised discounted cumulative gain of the first `k`, 0 to 1, with linear gain as trec_eval has it: grade over
 * log2(rank + 1), relative to the best order of all graded keys.
 */
export function ndcgAt(k: number, ranked: readonly string[], grades: ReadonlyMap<string, number>): number {
  const gain = (list: number[]) => list.slice(0, k).reduce((sum, grade, i) => sum + grade / Math.log2(i + 2), 0);
  const ideal = gain([...grades.values()].sort((a, b) => b - a));
  return ideal === 0 ? 0 : gain(ranked.map((key) => grades.get(key) ?? 0)) / ideal;
}

/** The official SQuAD normalisation: lower case, no ASCII punctuation, no English articles, single spaces. */
export const normalizeSquad = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[!-/:-@[-`{-~]/g, '')
    .replace(/(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu, ' ')
    .split(/\s+/)
    .filter(Boolean)
    .join(' ');

/** Gold answers as the official SQuAD 2.0 script takes them: without those that normalise to nothing; none at all means "no answer". */
function squadGold(golds: readonly string[]): string[] {
  const usable = golds.filter((gold) => normalizeSquad(gold) !== '');
  return usable.length > 0 ? usable : [''];
}

/** Official SQuAD 2.0 exact match, 0 or 1. The empty text predicts "no answer". */
export const exactMatch = (prediction: string, golds: readonly string[]): number =>
  Number(squadGold(golds).some((gold) => normalizeSquad(gold) === normalizeSquad(prediction)));

/** Official SQuAD 2.0 token F1, 0 to 1: the best over the golds. The empty text predicts "no answer". */
export const tokenF1 = (prediction: string, golds: readonly string[]): number => Math.max(...squadGold(golds).map((gold) => pairF1(prediction, gold)));

function pairF1(prediction: string, gold: string): number {
  const [given, wanted] = [prediction, gold].map((text) => normalizeSquad(text).split(' ').filter(Boolean)) as [string[], string[]];
  if (given.length === 0 || wanted.length === 0) return Number(given.length === wanted.length);
  const left = new Map<string, number>();
  for (const token of wanted) left.set(token, (left.get(token) ?? 0) + 1);
  let common = 0;
  for (const token of given) {
    const count = left.get(token) ?? 0;
    if (count > 0) common++;
    left.set(token, count - 1);
  }
  if (common === 0) return 0;
  const [precision, recall] = [common / given.length, common / wanted.length];
  return (2 * precision * recall) / (precision + recall);
}

/** A point of the risk-coverage curve: of the surest `coverage` of all questions, `risk` were answered wrongly. Both 0 to 1. */
export interface RiskPoint {
  coverage: number;
  risk: number;
  /** Least confidence among the answers kept. */
  confidence: number;
}

/**
 * Risk at each coverage when only the surest answers are given. Answers of equal confidence are kept together,
 * so that their order does not matter.
 *
 * @param total Questions asked, those without any answer included.
 */
export function riskCoverage(answers: readonly Judged[], total: number): RiskPoint[] {
  const points: RiskPoint[] = [];
  let [kept, wrong] = [0, 0];
  for (const group of byConfidence(answers)) {
    kept += group.length;
    wrong += group.filter(({ correct }) => !correct).length;
    points.push({ coverage: kept / total, risk: wrong / kept, confidence: (group[0] as Judged).confidence });
  }
  return points;
}

function byConfidence(answers: readonly Judged[]): Judged[][] {
  const groups: Judged[][] = [];
  for (const answer of [...answers].sort((a, b) => b.confidence - a.confidence)) {
    const last = groups.at(-1);
    if (last?.[0]?.confidence === answer.confidence) last.push(answer);
    else groups.push([answer]);
  }
  return groups;
}

/**
 * Area under the risk-coverage curve, 0 to 1, smaller is better: the mean over n of the risk among the n surest
 * answers. Answers of equal confidence count as if each were wrong to the extent that the group is.
 */
export function areaUnderRiskCoverage(answers: readonly Judged[]): number | null {
  let [kept, wrong, area] = [0, 0, 0];
  for (const group of byConfidence(answers)) {
    const share = group.filter(({ correct }) => !correct).length / group.length;
    for (let i = 0; i < group.length; i++) {
      kept++;
      wrong += share;
      area += wrong / kept;
    }
  }
  return kept === 0 ? null : area / kept;
}

/** A bar of the reliability diagram: answers whose confidence lies in [from, to), the last bar including 1. */
export interface ReliabilityBin {
  from: number;
  to: number;
  count: number;
  /** Mean confidence and share correct; 0 where the bin is empty. */
  confidence: number;
  accuracy: number;
}

/** Bins of equal width over the confidence. */
export function reliability(answers: readonly Judged[], bins = 10): ReliabilityBin[] {
  return Array.from({ length: bins }, (_, i) => {
    const members = answers.filter(({ confidence }) => Math.min(bins - 1, Math.floor(confidence * bins)) === i);
    return {
      from: i / bins,
      to: (i + 1) / bins,
      count: members.length,
      confidence: mean(members.map(({ confidence }) => confidence)) ?? 0,
      accuracy: mean(members.map(({ correct }) => Number(correct))) ?? 0,
    };
  });
}

/** Expected calibration error, 0 to 1: how far confidence and share correct lie apart, over bins of equal width. */
export function calibrationError(answers: readonly Judged[], bins = 10): number | null {
  if (answers.length === 0) return null;
  return reliability(answers, bins).reduce((sum, { count, confidence, accuracy }) => sum + (count / answers.length) * Math.abs(confidence - accuracy), 0);
}

/** The `share` quantile by the nearest rank: the least value that at least that share of values does not exceed. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}
