import { byScore, type Scored } from '../generation/best.js';
import type { Generation } from '../generation/open.js';
import type { Passage } from '../passages/passage.js';
import { type DocumentFit, fitDocuments } from './identity.js';

/** A passage found for a question, with the signals it was found by. */
export interface Candidate {
  /** Number of the passage in its generation. */
  id: number;
  /** Fused score; comparable within one question. */
  score: number;
  /** Cosine of the question with the passage. */
  cosine: number;
  /** Cosine of the question with each sentence of the passage. */
  sentences: number[];
  /** BM25+ score over the best one's, 0 where no word is shared. */
  lexical: number;
  /** How its document fits what the question says of it. */
  document: DocumentFit;
  /** The part of the score that {@link document} took away. */
  misfit: number;
}

/** What the words of another name count beside the question's own. */
const OTHER_NAME_WEIGHT = 0.5;

function searchWords({ lexical }: Generation, question: string, otherNames: string[], allowed?: (id: number) => boolean): Scored[] {
  const hits = lexical.search(question, POOL, allowed);
  if (otherNames.length === 0) return hits;
  const scores = new Map(hits.map(({ id, score }) => [id, score]));
  for (const { id, score } of lexical.search(otherNames.join(' '), POOL, allowed)) scores.set(id, (scores.get(id) ?? 0) + OTHER_NAME_WEIGHT * score);
  return [...scores]
    .map(([id, score]) => ({ id, score }))
    .sort(byScore)
    .slice(0, POOL);
}

/** Passages taken from each of the two searches before they are fused. */
const POOL = 64;

export interface RetrievalOptions {
  /** Other names of what the question names; they count less than its own words. */
  otherNames?: string[];
  /** Only passages of these sources. */
  sources?: ReadonlySet<string>;
}

/**
 * Finds passages by meaning and by words, and orders them by the sum of both.
 *
 * @param vector The question's unit vector.
 */
export function retrieve(generation: Generation, question: string, vector: Float32Array, { sources, otherNames = [] }: RetrievalOptions = {}): Candidate[] {
  const allowed = sources && ((id: number) => sources.has(generation.passages[id]?.source ?? ''));
  const dense = generation.dense.search(vector, POOL, allowed);
  const lexical = searchWords(generation, question, otherNames, allowed);
  const best = lexical[0]?.score ?? 1;
  const lexicalScores = new Map(lexical.map(({ id, score }) => [id, score / best]));
  const fits = fitDocuments(generation, question);
  const ids = [...new Set([...dense.map(({ id }) => id), ...lexical.map(({ id }) => id), ...fits.bestPassages.filter((id) => !allowed || allowed(id))])];
  const documents = fits.fit(
    ids.map((id) => {
      const passage = generation.passages[id] as Passage;
      return { document: generation.documentOf(id), text: `${passage.context} ${generation.text(passage)}` };
    }),
  );
  const candidates = ids.map((id, i): Candidate => {
    const cosine = generation.passageScore(vector, id);
    const sentences = generation.sentenceScores(vector, id);
    const byWords = lexicalScores.get(id) ?? 0;
    const document = documents[i] as DocumentFit;
    const lost = misfit(document);
    return { id, cosine, sentences, lexical: byWords, document, misfit: lost, score: fuse(cosine, Math.max(...sentences), byWords) - lost };
  });
  return candidates.sort(byScore);
}

const GAP_WEIGHT = 0.3;
const SERIES_GAP_WEIGHT = 1.5;
const OTHER_VALUE_WEIGHT = 1;

/**
 * What a passage loses when another document fits the question better. Within a series of like documents that decides;
 * elsewhere it is a hint. On our look-alike set this lifts the gold paragraph into the first five from 27 to 96 of 100
 * questions, and changes nothing on the other sets.
 */
const misfit = ({ gap, seriesGap, otherValue }: DocumentFit): number =>
  GAP_WEIGHT * gap + SERIES_GAP_WEIGHT * seriesGap + (otherValue ? OTHER_VALUE_WEIGHT : 0);

const fuse = (cosine: number, sentence: number, lexical: number): number => cosine + sentence + 0.4 * lexical;
