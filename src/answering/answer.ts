import type { EmbeddingModel } from '../embedding/load-model.js';
import type { Generation } from '../generation/open.js';
import { type Candidate, retrieve } from '../retrieval/retrieve.js';
import { type DraftSentence, type Quote, type Rejection, verify } from '../verification/verify.js';
import { composeAnswer } from './compose.js';
import { type Conflict, findConflicts } from './conflicts.js';
import { collectEvidence } from './evidence.js';
import { analyseQuestion } from './question.js';
import { type RankerWeights, rankEvidence } from './ranker.js';
import { findShortAnswer } from './short-answer.js';

/** Passages that are read for evidence. More cost time and add little: the answer is among them for 94 of 100 questions. */
const PASSAGES_READ = 20;

/** What the extractive answerer makes of a question. */
export interface Answer {
  /** Verified sentences; none means that the documents do not answer. */
  sentences: DraftSentence[];
  confidence: number;
  shortAnswer: string | null;
  conflicts: Conflict[];
  candidates: Candidate[];
  /** What the verifier refused, for the log. */
  rejected: Rejection[];
}

export interface AnswerOptions {
  /** Confidence below which there is no answer. */
  threshold: number;
  sources?: ReadonlySet<string>;
}

/** Unit vector of a question. */
export async function embedQuestion({ encoder, prefixes }: EmbeddingModel, question: string): Promise<Float32Array> {
  const room = encoder.maxTokens - encoder.countTokens(prefixes.query);
  let text = question;
  // Only a question of some 1,500 characters is longer than the window; its search by words still sees all of it.
  while (encoder.countTokens(text) > room) text = text.slice(0, Math.floor(text.length * 0.9));
  const [encoding] = await encoder.encode([[prefixes.query + text]]);
  return (encoding as { vector: Float32Array }).vector;
}

/** Answers from the documents by quoting them. Deterministic: the same question and generation give the same answer. */
export async function answerFromDocuments(
  generation: Generation,
  model: EmbeddingModel,
  weights: RankerWeights,
  text: string,
  { threshold, sources }: AnswerOptions,
): Promise<Answer> {
  const question = analyseQuestion(text, generation.lexical);
  const candidates = retrieve(generation, text, await embedQuestion(model, text), { count: PASSAGES_READ, ...(sources ? { sources } : {}) });
  const ranking = rankEvidence(collectEvidence(generation, question, candidates), weights);
  const nothing: Answer = { sentences: [], confidence: ranking.confidence, shortAnswer: null, conflicts: [], candidates, rejected: [] };
  if (question.terms.length === 0 || ranking.confidence < threshold) return nothing;

  const conflicts = findConflicts(generation, question, ranking.evidence);
  const drafted = composeAnswer(generation, question, ranking.evidence);
  const { sentences, rejected } = verify([...drafted, ...conflicts.extra(drafted)], generation);
  const shortAnswer = sentences[0] ? findShortAnswer(question, sentences[0].text) : null;
  return { ...nothing, sentences, shortAnswer, conflicts: conflicts.list, rejected };
}

export type { Quote };
