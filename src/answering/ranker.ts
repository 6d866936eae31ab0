import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { BASIC_FEATURES, type Evidence, READER_FEATURES } from './evidence.js';

const modelSchema = z.object({
  /** Weights of a linear score; softmax over all sentences of a question makes it a probability. */
  ranking: z.record(z.string(), z.number()),
  /** Weights of a logistic model: is the best sentence the answer? */
  confidence: z.record(z.string(), z.number()),
});

const weightsSchema = z.object({
  /** Weights for use with the trained reader, and without it. */
  withReader: modelSchema,
  withoutReader: modelSchema,
  /** Command, data and figures of the fit. */
  fittedBy: z.string(),
});

export type RankerModel = z.infer<typeof modelSchema>;
export type RankerWeights = z.infer<typeof weightsSchema>;

/** Names of all features of an {@link Evidence}, in order. */
export const evidenceFeatures = (reader: boolean): readonly string[] => (reader ? [...BASIC_FEATURES, ...READER_FEATURES] : BASIC_FEATURES);

export interface RankedEvidence extends Evidence {
  /** Probability of being the best evidence among the sentences at hand. */
  probability: number;
}

export interface Ranking {
  /** What may be said, best first. */
  evidence: RankedEvidence[];
  /** All of it, also what stands in documents that are not asked about. */
  all: RankedEvidence[];
  /** Probability that the best sentence answers the question. */
  confidence: number;
}

/** Signals of the confidence beside the features of the best sentence. */
export const confidenceFeatureNames = (reader: boolean): readonly string[] => [...evidenceFeatures(reader), 'probability', 'score', 'bias'];

/** Where the fitted weights are kept. */
export const RANKER_FILE = new URL('../../models/evidence.json', import.meta.url);

/** Reads the fitted weights. @throws Error when they do not match the features of this version. */
export async function loadRanker(file: URL = RANKER_FILE): Promise<RankerWeights> {
  const weights = weightsSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  for (const reader of [true, false]) {
    const { ranking, confidence } = reader ? weights.withReader : weights.withoutReader;
    const missing = [
      ...evidenceFeatures(reader).filter((name) => !(name in ranking)),
      ...confidenceFeatureNames(reader).filter((name) => !(name in confidence)),
    ];
    if (missing.length > 0) throw new Error(`${file.pathname} lacks weights for ${missing.join(', ')}; run \`npm run fit\``);
  }
  return weights;
}

const linear = (weights: Record<string, number>, names: readonly string[], features: number[]): number =>
  names.reduce((sum, name, i) => sum + (weights[name] as number) * (features[i] as number), 0);

/** The features of the confidence for ranked evidence, in the order of {@link confidenceFeatureNames}. */
export const confidenceFeatures = (best: Evidence, probability: number, score: number): number[] => [...best.features, probability, score / 10, 1];

/** What is left of the confidence where a document that is not asked about has the best evidence. */
const FOREIGN_DOUBT = 0.3;

/** The same where the question counts things and the best evidence counts nothing like them: one in ten of those is right. */
const UNCOUNTED_DOUBT = 0.4;
const COUNTED_ABSENT = BASIC_FEATURES.indexOf('countedAbsent');
const isUncounted = ({ features }: Evidence): boolean => features[COUNTED_ABSENT] === 1;

/** The evidence is another meeting's or report's of the same series than the one asked about. */
const isForeign = ({ candidate }: Evidence): boolean => candidate.document.seriesGap > 0;

/** Orders evidence, best first, ties in the order given. @param reader Whether the features of the reader are among them. */
export function rankEvidence(evidence: Evidence[], weights: RankerWeights, reader: boolean): Ranking {
  const { ranking, confidence } = reader ? weights.withReader : weights.withoutReader;
  const names = evidenceFeatures(reader);
  const scores = evidence.map(({ features }) => linear(ranking, names, features));
  const top = Math.max(...scores);
  const total = scores.reduce((sum, score) => sum + Math.exp(score - top), 0);
  const order = evidence.map((_, i) => i).sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
  const ranked = order.map((i): RankedEvidence => ({ ...(evidence[i] as Evidence), probability: Math.exp((scores[i] as number) - top) / total }));
  const [best] = ranked;
  if (!best) return { evidence: [], all: [], confidence: 0 };
  const logit = linear(confidence, confidenceFeatureNames(reader), confidenceFeatures(best, best.probability, top));
  const likelihood = 1 / (1 + Math.exp(-logit));
  // The right document leaves out what others of its series tell: whatever it says instead is hardly the answer.
  const certainty = likelihood * (isForeign(best) ? FOREIGN_DOUBT : 1) * (isUncounted(best) ? UNCOUNTED_DOUBT : 1);
  return { evidence: ranked.filter((item) => !isForeign(item)), all: ranked, confidence: certainty };
}
