import { AutoModel, env, type PreTrainedModel, Tensor } from '@huggingface/transformers';
import { padBatch } from '../threads/batches.js';
import type { Precision } from './bert-graph.js';
import { normalise } from './normalise.js';

export type Pooling = 'mean' | 'cls';

/** An input as the model reads it. */
export interface Tokenized {
  ids: number[];
  /** Token index where each part begins, and the end of the last one. */
  bounds: number[];
}

/** What a network is opened with; plain data, so that a thread can be given it. */
export interface NetworkOptions {
  /** A folder's name below `localModelPath`, or a hub id. */
  model: string;
  precision: Precision;
  pooling: Pooling;
  padId: number;
  threads: number;
  /** Where transformers.js looks for models: its settings are each thread's own. */
  from: Pick<typeof env, 'allowRemoteModels' | 'localModelPath' | 'cacheDir'>;
}

/** A model that is ready to run. */
export interface Network {
  dimensions: number;
  /** Tokens it has positions for; null where its config does not say. */
  positions: number | null;
  /**
   * Runs inputs of similar length together: the shorter ones are padded.
   *
   * @returns The vectors one after the other: for each input that of the whole, then those of its parts.
   */
  run(batch: Tokenized[]): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** Adds rows `from` to `to` of a matrix with `sum.length` columns that begins at `base` to `sum`. */
function addRows(data: Float32Array, base: number, from: number, to: number, sum: Float32Array): void {
  const width = sum.length;
  let at = base + from * width;
  const end = base + to * width;
  // Two rows at a time: half as many numbers are read and written in between.
  for (; at + width < end; at += 2 * width) {
    for (let i = 0; i < width; i++) sum[i] = (sum[i] as number) + ((data[at + i] as number) + (data[at + width + i] as number));
  }
  if (at < end) for (let i = 0; i < width; i++) sum[i] = (sum[i] as number) + (data[at + i] as number);
}

/**
 * Loads a transformers.js model into this thread.
 *
 * @throws Error when files are missing; `run` throws when the model has no `last_hidden_state`.
 */
export async function openNetwork({ model, precision, pooling, padId, threads, from }: NetworkOptions): Promise<Network> {
  Object.assign(env, from);
  const network: PreTrainedModel = await AutoModel.from_pretrained(model, {
    dtype: precision === 'int8' ? 'q8' : 'fp32',
    device: 'cpu',
    session_options: { intraOpNumThreads: threads, interOpNumThreads: 1 },
  });
  const { hidden_size: width, max_position_embeddings: positions } = network.config as unknown as { hidden_size: number; max_position_embeddings?: number };
  return {
    dimensions: width,
    positions: positions ?? null,
    async run(batch) {
      const { dims, ids, mask, types } = padBatch(batch, padId);
      const tensor = (data: BigInt64Array) => new Tensor('int64', data, dims);
      const inputs: Record<string, Tensor> = { input_ids: tensor(ids), attention_mask: tensor(mask), token_type_ids: tensor(types) };
      const output = (await network(inputs)) as Record<string, Tensor>;
      const hidden = output.last_hidden_state;
      if (!hidden) throw new Error(`the model ${model} gives no last_hidden_state; it is no text encoder`);
      const data = hidden.data as Float32Array;
      const vectors = new Float32Array(batch.reduce((sum, { bounds }) => sum + bounds.length, 0) * width);
      let at = 0;
      batch.forEach(({ ids, bounds }, row) => {
        const base = row * dims[1] * width;
        const sumOf = (from: number, to: number) => {
          const sum = vectors.subarray(at, at + width);
          at += width;
          addRows(data, base, from, to, sum);
          return sum;
        };
        const whole = sumOf(0, pooling === 'cls' ? 1 : (bounds[0] as number));
        for (let part = 0; part + 1 < bounds.length; part++) {
          const sum = sumOf(bounds[part] as number, bounds[part + 1] as number);
          if (pooling === 'mean') addRows(sum, 0, 0, 1, whole);
          normalise(sum);
        }
        if (pooling === 'mean') addRows(data, base, bounds.at(-1) as number, ids.length, whole);
        normalise(whole);
      });
      for (const tensor of [...Object.values(inputs), ...Object.values(output)]) tensor.dispose();
      return vectors;
    },
    async dispose() {
      await network.dispose();
    },
  };
}
