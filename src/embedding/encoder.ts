import { AutoModel, AutoTokenizer, type PreTrainedModel, type PreTrainedTokenizer, Tensor } from '@huggingface/transformers';

export type Pooling = 'mean' | 'cls';

/** Vectors of one input: of the whole, and of each part of it read in the context of the whole. Unit length. */
export interface Encoding {
  vector: Float32Array;
  parts: Float32Array[];
}

/** A text encoder. The same input gives the same vectors, whatever it is batched with, up to float rounding. */
export interface Encoder {
  dimensions: number;
  /** Tokens an input may have, special tokens not counted. */
  maxTokens: number;
  countTokens(text: string): number;
  /**
   * @param inputs Texts, each given as consecutive parts that are encoded together.
   * @throws Error when an input is longer than `maxTokens`: text is never cut silently.
   */
  encode(inputs: string[][], onProgress?: (done: number) => void): Promise<Encoding[]>;
  dispose(): Promise<void>;
}

export interface EncoderOptions {
  pooling: Pooling;
  dtype: 'fp32' | 'q8';
  /** Upper bound for the window, in tokens with special ones; the model's own limit holds as well. */
  window: number;
  threads: number;
}

interface Tokenized {
  ids: number[];
  /** Token index where each part begins, and the end of the last one. */
  bounds: number[];
}

/** Padded tokens in one run of the model: beyond this the activations fall out of the cache and nothing is gained. */
const BATCH_TOKENS = 2048;

function normalise(vector: Float32Array): Float32Array {
  let sum = 0;
  for (const x of vector) sum += x * x;
  const scale = 1 / (Math.sqrt(sum) || 1);
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) * scale;
  return vector;
}

/** Mean of rows `from` to `to` of a row-major matrix with `width` columns that begins at `base`; unit length. */
function meanRows(data: Float32Array, width: number, base: number, from: number, to: number): Float32Array {
  const mean = new Float32Array(width);
  for (let row = from; row < to; row++) {
    const at = base + row * width;
    for (let i = 0; i < width; i++) mean[i] = (mean[i] as number) + (data[at + i] as number);
  }
  return normalise(mean);
}

/** Indices of the inputs in batches of similar length, so that little is padded. */
function batchesByLength(inputs: Tokenized[]): number[][] {
  const order = inputs.map((_, i) => i).sort((a, b) => length(inputs, b) - length(inputs, a) || a - b);
  const batches: number[][] = [];
  for (const index of order) {
    const batch = batches.at(-1);
    const longest = batch ? length(inputs, batch[0] as number) : 0;
    if (batch && (batch.length + 1) * longest <= BATCH_TOKENS) batch.push(index);
    else batches.push([index]);
  }
  return batches;
}

const length = (inputs: Tokenized[], i: number): number => (inputs[i] as Tokenized).ids.length;

/**
 * Loads a transformers.js model from a folder (or, where remote models are allowed, a hub id) as an encoder.
 *
 * @throws Error when files are missing or the model has no `last_hidden_state`.
 */
export async function loadEncoder(model: string, options: EncoderOptions): Promise<Encoder> {
  const tokenizer: PreTrainedTokenizer = await AutoTokenizer.from_pretrained(model);
  const network: PreTrainedModel = await AutoModel.from_pretrained(model, {
    dtype: options.dtype,
    device: 'cpu',
    session_options: { intraOpNumThreads: options.threads, interOpNumThreads: 1 },
  });
  const config = network.config as unknown as { hidden_size: number; max_position_embeddings?: number };
  const special = tokenizer.encode('', { add_special_tokens: true });
  const [first, last] = special.length >= 2 ? [special.slice(0, 1), special.slice(-1)] : [[], special];
  const window = Math.min(options.window, config.max_position_embeddings ?? options.window);
  const maxTokens = window - special.length;
  const tokens = (text: string) => tokenizer.encode(text, { add_special_tokens: false });
  const padId = BigInt(tokenizer.pad_token_id ?? 0);

  const tokenize = (parts: string[]): Tokenized => {
    const ids = [...first];
    const bounds = parts.map((part: string) => {
      const at = ids.length;
      ids.push(...tokens(part));
      return at;
    });
    bounds.push(ids.length);
    ids.push(...last);
    if (ids.length > window) {
      throw new Error(`a text of ${ids.length} tokens is longer than the model's window of ${window}; split it first ("${parts.join(' ').slice(0, 60)}...")`);
    }
    return { ids, bounds };
  };

  const runBatch = async (batch: Tokenized[]): Promise<Encoding[]> => {
    const rows = batch.length;
    const columns = Math.max(...batch.map(({ ids }) => ids.length));
    const ids = new BigInt64Array(rows * columns).fill(padId);
    const mask = new BigInt64Array(rows * columns);
    batch.forEach((input, row) => {
      input.ids.forEach((id, column) => {
        ids[row * columns + column] = BigInt(id);
        mask[row * columns + column] = 1n;
      });
    });
    const dims = [rows, columns];
    const inputs: Record<string, Tensor> = {
      input_ids: new Tensor('int64', ids, dims),
      attention_mask: new Tensor('int64', mask, dims),
      token_type_ids: new Tensor('int64', new BigInt64Array(rows * columns), dims),
    };
    const output = (await network(inputs)) as Record<string, Tensor>;
    const hidden = output.last_hidden_state;
    if (!hidden) throw new Error(`the model ${model} gives no last_hidden_state; it is no text encoder`);
    const width = config.hidden_size;
    const data = hidden.data as Float32Array;
    const encodings = batch.map(({ ids: own, bounds }, row): Encoding => {
      const base = row * columns * width;
      return {
        vector: meanRows(data, width, base, 0, options.pooling === 'cls' ? 1 : own.length),
        parts: bounds.slice(0, -1).map((from, i) => meanRows(data, width, base, from, bounds[i + 1] as number)),
      };
    });
    for (const tensor of [...Object.values(inputs), ...Object.values(output)]) tensor.dispose();
    return encodings;
  };

  return {
    dimensions: config.hidden_size,
    maxTokens,
    countTokens: (text) => tokens(text).length,
    async encode(inputs, onProgress) {
      const tokenized = inputs.map(tokenize);
      const encodings = new Array<Encoding>(inputs.length);
      let done = 0;
      for (const batch of batchesByLength(tokenized)) {
        const results = await runBatch(batch.map((i) => tokenized[i] as Tokenized));
        batch.forEach((index, i) => {
          encodings[index] = results[i] as Encoding;
        });
        done += batch.length;
        onProgress?.(done);
      }
      return encodings;
    },
    async dispose() {
      await network.dispose();
    },
  };
}
