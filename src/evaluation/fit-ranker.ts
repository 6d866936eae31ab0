import { type Evidence, READER_FEATURES } from '../answering/evidence.js';
import { confidenceFeatureNames, confidenceFeatures, evidenceFeatures, type RankerModel } from '../answering/ranker.js';
import { fitLogistic, fitRanking, type RankingExample } from './fit-model.js';

/** A question with the sentences that were found for it. */
export interface FitExample extends RankingExample {
  answerable: boolean;
  /** How much it counts for the confidence. */
  confidenceWeight: number;
  /** Sentences that would do as an answer: the right ones, and others in which the accepted answers stand. */
  answers: boolean[];
}

const FOLDS = 5;

const rounded = (names: readonly string[], weights: Float64Array): Record<string, number> =>
  Object.fromEntries(names.map((name, i) => [name, Math.round((weights[i] as number) * 1e4) / 1e4]));

/** The best sentence of an example under ranking weights, with the features of its confidence. */
function bestSentence({ features, answers, answerable }: FitExample, weights: Float64Array) {
  const scores = features.map((x) => x.reduce((sum, value, i) => sum + value * (weights[i] as number), 0));
  const top = Math.max(...scores);
  const best = scores.indexOf(top);
  const probability = 1 / scores.reduce((sum, score) => sum + Math.exp(score - top), 0);
  return {
    answers: answerable && (answers[best] as boolean),
    signals: confidenceFeatures({ features: features[best] as number[] } as Evidence, probability, top),
  };
}

function fitOn(examples: FitExample[]) {
  const ranking = fitRanking(examples);
  const best = examples.map((example) => bestSentence(example, ranking));
  const confidence = fitLogistic(
    best.map(({ signals }) => signals),
    best.map(({ answers }) => answers),
    { sampleWeights: examples.map(({ confidenceWeight }) => confidenceWeight) },
  );
  return { ranking, confidence };
}

/** How well models do on examples they did not see. */
interface Held {
  answerable: number;
  /** Share of the answerable questions whose best sentence is right. */
  hits: number;
  /** How well the confidence tells right best sentences from others: area under the curve. */
  auc: number;
}

function crossValidate(examples: FitExample[]): Held {
  let [hits, answerable] = [0, 0];
  const scored: { confidence: number; right: boolean }[] = [];
  for (let fold = 0; fold < FOLDS; fold++) {
    const { ranking, confidence } = fitOn(examples.filter((_, i) => i % FOLDS !== fold));
    for (const example of examples.filter((_, i) => i % FOLDS === fold)) {
      const { answers, signals } = bestSentence(example, ranking);
      if (example.answerable) answerable++;
      if (answers) hits++;
      scored.push({ confidence: signals.reduce((sum, x, i) => sum + x * (confidence[i] as number), 0), right: answers });
    }
  }
  const right = scored.filter((item) => item.right);
  const wrong = scored.filter((item) => !item.right);
  const auc = right.reduce((sum, a) => sum + wrong.filter((b) => a.confidence > b.confidence).length, 0) / (right.length * wrong.length);
  return { answerable, hits: hits / answerable, auc };
}

const percent = (share: number): string => (100 * share).toFixed(1);

/** Fits ranking and confidence and says how well they do on the examples they did not see (five folds). */
export function fitRanker(examples: FitExample[], reader: boolean): { model: RankerModel; summary: string } {
  const { answerable, hits, auc } = crossValidate(examples);
  const { ranking, confidence } = fitOn(examples);
  return {
    model: { ranking: rounded(evidenceFeatures(reader), ranking), confidence: rounded(confidenceFeatureNames(reader), confidence) },
    summary: `${reader ? 'with' : 'without'} the reader: best sentence right for ${percent(hits)} % of ${answerable} answerable questions, confidence AUC ${auc.toFixed(3)} (five-fold)`,
  };
}

/** Features that belong together, by name. */
const GROUPS: Record<string, string[]> = {
  'the reader': [...READER_FEATURES],
  'vectors of passages and sentences': ['sentenceCosine', 'passageCosine', 'bestInPassage'],
  'words in common': ['lexical', 'sentenceCoverage', 'passageCoverage'],
  'the order of retrieval': ['fusedGap'],
  'names and values': ['namesInSentence', 'namesInPassage', 'valuesInSentence', 'valuesInPassage'],
  'the kind asked for': ['typePresent', 'typeAbsent', 'countsAsked', 'countedAbsent', 'unitAbsent', 'agentInSpan', 'noAgentInSpan'],
  'the thing asked for': ['focusInSentence', 'focusInPassage'],
  'time and ordinals': ['temporalFit', 'otherOrdinal'],
  'the identity of documents': ['documentGap', 'seriesGap', 'otherDocumentValue', 'betterElsewhere', 'readsBetterElsewhere'],
};

/** A Markdown table of what is lost when a group of features is left out of the fit. */
export function ablate(examples: FitExample[]): string {
  const names = evidenceFeatures(true);
  const without = (left: string[]) =>
    examples.map((example) => ({ ...example, features: example.features.map((x) => x.map((value, i) => (left.includes(names[i] as string) ? 0 : value))) }));
  const row = (label: string, { hits, auc }: Held) => `| ${label} | ${percent(hits)} | ${auc.toFixed(3)} |`;
  return [
    '| features | best sentence right, % | confidence AUC |',
    '|---|---|---|',
    row('all', crossValidate(examples)),
    ...Object.entries(GROUPS).map(([label, group]) => row(`without ${label}`, crossValidate(without(group)))),
  ].join('\n');
}
