import type { Generation } from '../generation/open.js';

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
}

/** Passages taken from each of the two searches before they are fused. */
const POOL = 64;

export interface RetrievalOptions {
  /** Only passages of these sources. */
  sources?: ReadonlySet<string>;
}

/**
 * Finds passages by meaning and by words, and orders them by the sum of both.
 *
 * @param vector The question's unit vector.
 */
export function retrieve(generation: Generation, question: string, vector: Float32Array, { sources }: RetrievalOptions = {}): Candidate[] {
  const allowed = sources && ((id: number) => sources.has(generation.passages[id]?.source ?? ''));
  const dense = generation.dense.search(vector, POOL, allowed);
  const lexical = generation.lexical.search(question, POOL, allowed);
  const best = lexical[0]?.score ?? 1;
  const lexicalScores = new Map(lexical.map(({ id, score }) => [id, score / best]));
  const ids = new Set([...dense, ...lexical].map(({ id }) => id));
  const candidates = [...ids].map((id): Candidate => {
    const cosine = generation.passageScore(vector, id);
    const sentences = generation.sentenceScores(vector, id);
    const byWords = lexicalScores.get(id) ?? 0;
    return { id, cosine, sentences, lexical: byWords, score: fuse(cosine, Math.max(...sentences), byWords) };
  });
  return candidates.sort((a, b) => b.score - a.score || a.id - b.id);
}

const fuse = (cosine: number, sentence: number, lexical: number): number => cosine + sentence + 0.4 * lexical;
