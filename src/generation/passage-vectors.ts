import type { Encoding } from '../embedding/encoder.js';
import type { EmbeddingModel } from '../embedding/load-model.js';
import { normalise } from '../embedding/normalise.js';
import type { KnownVectors } from './known-vectors.js';
import { SENTENCE_SCALE } from './segment-vectors.js';

/** What the vectors of a passage are made from. */
export interface PassageTexts {
  context: string;
  sentences: string[];
}

/** Makes the vectors of some passages. Those of a document are given one after the other: their contexts are encoded once. */
export type PassageEncoder = (passages: PassageTexts[]) => Promise<KnownVectors[]>;

/**
 * What the context's vector adds to that of the passage, and to that of a sentence. Encoded before each passage, as part
 * of it, the context took three tenths of all tokens and the own sets' paragraphs were found less often.
 */
const CONTEXT_WEIGHT = 0.5;
const SENTENCE_CONTEXT_WEIGHT = 0.25;

/** Adds to a unit vector a part of another, and brings it back to unit length. */
function add(vector: Float32Array, other: Float32Array, weight: number): void {
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) + weight * (other[i] as number);
  normalise(vector);
}

function toInt8(vectors: Float32Array[]): Uint8Array {
  const bytes = new Int8Array(vectors.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const vector of vectors) for (let i = 0; i < vector.length; i++) bytes[at++] = Math.round((vector[i] as number) * SENTENCE_SCALE);
  return new Uint8Array(bytes.buffer);
}

/** Encodes passages in the light of their contexts: title and section tell what a passage is about that does not say so itself. */
export function passageEncoder({ encoder, prefixes }: EmbeddingModel): PassageEncoder {
  const encode = (inputs: string[][]): Promise<Encoding[]> => encoder.encode(inputs.map((texts) => [prefixes.passage, ...texts]));
  /** Contexts of the passages given last; a document's may go on with those given next. */
  let last = new Map<string, Promise<Float32Array>>();

  const contextVectors = (passages: PassageTexts[]): Map<string, Promise<Float32Array>> => {
    const contexts = [...new Set(passages.map(({ context }) => context))].filter((context) => context !== '');
    const unknown = contexts.filter((context) => !last.has(context));
    const encoded = encode(unknown.map((context) => [context]));
    const vectors = new Map(unknown.map((context, i) => [context, encoded.then((encodings) => (encodings[i] as Encoding).vector)]));
    last = new Map(contexts.map((context) => [context, (vectors.get(context) ?? last.get(context)) as Promise<Float32Array>]));
    return last;
  };

  return async (passages) => {
    const contexts = contextVectors(passages);
    const abouts = Promise.all(passages.map(({ context }) => contexts.get(context)));
    const [encodings, vectors] = await Promise.all([encode(passages.map(({ sentences }) => sentences)), abouts]);
    return encodings.map(({ vector, parts }, i) => {
      const sentences = parts.slice(1);
      const about = vectors[i];
      if (about) {
        add(vector, about, CONTEXT_WEIGHT);
        for (const sentence of sentences) add(sentence, about, SENTENCE_CONTEXT_WEIGHT);
      }
      return { passage: new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength), sentences: toInt8(sentences) };
    });
  };
}
