import { createHash } from 'node:crypto';
import type { Encoder } from '../embedding/encoder.js';
import type { EmbeddingModel } from '../embedding/load-model.js';
import { words } from '../text/terms.js';

const DIMENSIONS = 384;
/** Places of the vector that a word touches. */
const PLACES = 24;

/** What a word adds to a vector: the same places and signs whenever it is met. */
function direction(word: string): Int16Array {
  const bytes = createHash('sha512').update(word).digest();
  return Int16Array.from({ length: PLACES }, (_, i) => {
    const drawn = bytes.readUInt16LE(2 * i);
    const place = (drawn >> 1) % DIMENSIONS;
    return drawn & 1 ? place + 1 : -(place + 1);
  });
}

function unit(sum: Float32Array): Float32Array {
  const norm = Math.sqrt(sum.reduce((total, x) => total + x * x, 0)) || 1;
  return sum.map((x) => x / norm);
}

/**
 * Stands in for the embedding model where an index is measured and not its vectors: texts that share words are near one
 * another, and a hundred thousand passages take seconds.
 */
export function hashingModel(): EmbeddingModel {
  const directions = new Map<string, Int16Array>();
  const add = (into: Float32Array, text: string) => {
    for (const word of words(text.toLowerCase())) {
      const places = directions.get(word.text) ?? direction(word.text);
      directions.set(word.text, places);
      for (const place of places) into[Math.abs(place) - 1] = (into[Math.abs(place) - 1] as number) + Math.sign(place);
    }
  };
  const encoder: Encoder = {
    dimensions: DIMENSIONS,
    // In words: some of a passage's words are several tokens to the reader.
    maxTokens: 150,
    countTokens: (text) => words(text).length,
    async encode(inputs, onProgress) {
      const encodings = inputs.map((parts) => {
        const whole = new Float32Array(DIMENSIONS);
        const each = parts.map((part) => {
          const sum = new Float32Array(DIMENSIONS);
          add(sum, part);
          sum.forEach((x, i) => {
            whole[i] = (whole[i] as number) + x;
          });
          return unit(sum);
        });
        return { vector: unit(whole), parts: each };
      });
      onProgress?.(inputs.length);
      return encodings;
    },
    dispose: () => Promise.resolve(),
  };
  return { encoder, prefixes: { query: '', passage: '' }, fingerprint: 'hashing' };
}
