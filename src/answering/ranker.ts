import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { EVIDENCE_FEATURES, type Evidence } from './evidence.js';

const weightsSchema = z.object({
  /** Weights of a linear score; softmax over all sentences of a question makes it a probability. */
  ranking: z.record(z.string(), z.number()),
  /** Weights of a logistic model: is the best sentence the answer? */
  confidence: z.record(z.string(), z.number()),
  /** Command, data and figures of the fit. */
  fittedBy: z.string(),
});

export type RankerWeights = z.infer<typeof weightsSchema>;

export interface RankedEvidence extends Evidence {
  /** Probability of being the best evidence among the sentences at hand. */
  probability: number;
}

export interface Ranking {
  evidence: RankedEvidence[];
  /** Probability that the best sentence answers the question. */
  confidence: number;
}

/** Signals of the confidence beside the features of the best sentence. */
export const CONFIDENCE_FEATURES = [...EVIDENCE_FEATURES, 'probability', 'score', 'bias'] as const;

/** Where the fitted weights are kept. */
export const RANKER_FILE = new URL('../../models/evidence.json', import.meta.url);

/** Reads the fitted weights. @throws Error when they do not match the features of this version. */
export async function loadRanker(file: URL = RANKER_FILE): Promise<RankerWeights> {
  const weights = weightsSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  const missing = [...EVIDENCE_FEATURES.filter((name) => !(name in weights.ranking)), ...CONFIDENCE_FEATURES.filter((name) => !(name in weights.confidence))];
  if (missing.length > 0) throw new Error(`${file.pathname} lacks weights for ${missing.join(', ')}; run \`npm run fit\``);
  return weights;
}

const linear = (weights: Record<string, number>, names: readonly string[], features: number[]): number =>
  names.reduce((sum, name, i) => sum + (weights[name] as number) * (features[i] as number), 0);

/** The features of the confidence for ranked evidence, in the order of {@link CONFIDENCE_FEATURES}. */
export const confidenceFeatures = (best: Evidence, probability: number, score: number): number[] => [...best.features, probability, score / 10, 1];

/** Orders evidence, best first, ties in the order given. */
export function rankEvidence(evidence: Evidence[], weights: RankerWeights): Ranking {
  const scores = evidence.map(({ features }) => linear(weights.ranking, EVIDENCE_FEATURES, features));
  const top = Math.max(...scores);
  const total = scores.reduce((sum, score) => sum + Math.exp(score - top), 0);
  const order = evidence.map((_, i) => i).sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
  const ranked = order.map((i): RankedEvidence => ({ ...(evidence[i] as Evidence), probability: Math.exp((scores[i] as number) - top) / total }));
  const [best] = ranked;
  if (!best) return { evidence: [], confidence: 0 };
  const logit = linear(weights.confidence, CONFIDENCE_FEATURES, confidenceFeatures(best, best.probability, top));
  return { evidence: ranked, confidence: 1 / (1 + Math.exp(-logit)) };
}
