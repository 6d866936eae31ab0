import { Embeddings } from '@langchain/core/embeddings';
import { characterStart } from '../text/characters.js';
import type { Encoder } from './encoder.js';

/** Texts that some models want before what they embed: E5 has `query: ` and `passage: `. */
export interface Prefixes {
  query: string;
  passage: string;
}

/** Pieces of a text within the encoder's window, cut at white space where there is any. */
function windows(encoder: Encoder, text: string, room: number): string[] {
  if (encoder.countTokens(text) <= room || text.length < 2) return [text];
  const half = text.length >> 1;
  const space = text.slice(half).search(/\s/);
  const cut = space < 0 ? characterStart(text, half) : half + space;
  if (cut === 0 || cut === text.length) return [text];
  return [...windows(encoder, text.slice(0, cut).trim(), room), ...windows(encoder, text.slice(cut).trim(), room)];
}

/** Mean of unit vectors, at unit length. */
function meanVector(vectors: Float32Array[]): number[] {
  const sum = new Array<number>(vectors[0]?.length ?? 0).fill(0);
  for (const vector of vectors) for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (vector[i] as number);
  const norm = Math.hypot(...sum) || 1;
  return sum.map((x) => x / norm);
}

/**
 * LangChain's door to the encoder. A text longer than the model's window is embedded piece by piece and
 * the mean of the pieces returned, so that no part of it is ignored.
 *
 * @example
 * const embeddings = new LocalEmbeddings(model.encoder, model.prefixes);
 * const vector = await embeddings.embedQuery('When did Hungary become an observer?'); // 384 numbers, unit length
 */
export class LocalEmbeddings extends Embeddings {
  constructor(
    private readonly encoder: Encoder,
    private readonly prefixes: Prefixes,
  ) {
    super({});
  }

  /** Unit vectors of passages, in the order given. */
  override async embedDocuments(texts: string[]): Promise<number[][]> {
    return this.embed(texts, this.prefixes.passage);
  }

  /** Unit vector of a question. */
  override async embedQuery(text: string): Promise<number[]> {
    const [vector] = await this.embed([text], this.prefixes.query);
    return vector as number[];
  }

  private async embed(texts: string[], prefix: string): Promise<number[][]> {
    const room = this.encoder.maxTokens - this.encoder.countTokens(prefix);
    const pieces = texts.map((text) => windows(this.encoder, text, room));
    const encodings = await this.encoder.encode(pieces.flat().map((piece) => [prefix + piece]));
    let at = 0;
    return pieces.map(({ length }) => {
      const vectors = encodings.slice(at, at + length).map(({ vector }) => vector);
      at += length;
      return meanVector(vectors);
    });
  }
}
