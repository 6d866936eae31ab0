import { AutoModel, env, type PreTrainedModel, Tensor } from '@huggingface/transformers';

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
  dtype: 'fp32' | 'q8';
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

/** Puts the mean of rows `from` to `to` of a matrix with `mean.length` columns that begins at `base`, at unit length, into `mean`. */
function meanRows(data: Float32Array, base: number, from: number, to: number, mean: Float32Array): void {
  const width = mean.length;
  for (let row = from; row < to; row++) {
    const at = base + row * width;
    for (let i = 0; i < width; i++) mean[i] = (mean[i] as number) + (data[at + i] as number);
  }
  let sum = 0;
  for (const x of mean) sum += x * x;
  const scale = 1 / (Math.sqrt(sum) || 1);
  for (let i = 0; i < width; i++) mean[i] = (mean[i] as number) * scale;
}

/** Padded ids and mask of a batch, [rows, columns]. */
function toTensors(batch: Tokenized[], columns: number, padId: number): Record<string, Tensor> {
  const dims = [batch.length, columns];
  const ids = new BigInt64Array(batch.length * columns).fill(BigInt(padId));
  const mask = new BigInt64Array(batch.length * columns);
  batch.forEach((input, row) => {
    input.ids.forEach((id, column) => {
      ids[row * columns + column] = BigInt(id);
    });
    mask.fill(1n, row * columns, row * columns + input.ids.length);
  });
  return {
    input_ids: new Tensor('int64', ids, dims),
    attention_mask: new Tensor('int64', mask, dims),
    token_type_ids: new Tensor('int64', new BigInt64Array(batch.length * columns), dims),
  };
}

/**
 * Loads a transformers.js model into this thread.
 *
 * @throws Error when files are missing; `run` throws when the model has no `last_hidden_state`.
 */
export async function openNetwork({ model, dtype, pooling, padId, threads, from }: NetworkOptions): Promise<Network> {
  Object.assign(env, from);
  const network: PreTrainedModel = await AutoModel.from_pretrained(model, {
    dtype,
    device: 'cpu',
    session_options: { intraOpNumThreads: threads, interOpNumThreads: 1 },
  });
  const { hidden_size: width, max_position_embeddings: positions } = network.config as unknown as { hidden_size: number; max_position_embeddings?: number };
  return {
    dimensions: width,
    positions: positions ?? null,
    async run(batch) {
      const columns = Math.max(...batch.map(({ ids }) => ids.length));
      const inputs = toTensors(batch, columns, padId);
      const output = (await network(inputs)) as Record<string, Tensor>;
      const hidden = output.last_hidden_state;
      if (!hidden) throw new Error(`the model ${model} gives no last_hidden_state; it is no text encoder`);
      const data = hidden.data as Float32Array;
      const vectors = new Float32Array(batch.reduce((sum, { bounds }) => sum + bounds.length, 0) * width);
      let at = 0;
      batch.forEach(({ ids, bounds }, row) => {
        const mean = (from: number, to: number) => {
          meanRows(data, row * columns * width, from, to, vectors.subarray(at, at + width));
          at += width;
        };
        mean(0, pooling === 'cls' ? 1 : ids.length);
        for (let part = 0; part + 1 < bounds.length; part++) mean(bounds[part] as number, bounds[part + 1] as number);
      });
      for (const tensor of [...Object.values(inputs), ...Object.values(output)]) tensor.dispose();
      return vectors;
    },
    async dispose() {
      await network.dispose();
    },
  };
}
