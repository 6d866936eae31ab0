import { AutoModel, env, type PreTrainedModel, Tensor } from '@huggingface/transformers';

/** A question with a passage, as the network reads them. */
export interface ReaderInput {
  ids: number[];
  /** Token index where the passage's segment begins. */
  segment: number;
}

/** What the network says of a batch. */
export interface ReaderOutput {
  /** [batch, columns, 2]: how well the answer starts and ends at each token. */
  span: Float32Array;
  /** [batch, 2]: answerable, relevant. */
  scores: Float32Array;
  /** Tokens of the longest input. */
  columns: number;
}

/** What a reader's network is opened with; plain data, so that a thread can be given it. */
export interface ReaderNetworkOptions {
  /** The model's name below `localModelPath`. */
  model: string;
  threads: number;
  from: Pick<typeof env, 'allowRemoteModels' | 'localModelPath'>;
}

/** Loads a reader's network into this thread. @throws Error when files are missing. */
export async function openReaderNetwork({ model, threads, from }: ReaderNetworkOptions) {
  Object.assign(env, from);
  const network: PreTrainedModel = await AutoModel.from_pretrained(model, {
    dtype: 'q8',
    device: 'cpu',
    session_options: { intraOpNumThreads: threads, interOpNumThreads: 1 },
  });
  return {
    async run(batch: ReaderInput[]): Promise<ReaderOutput> {
      const columns = Math.max(...batch.map(({ ids }) => ids.length));
      const dims = [batch.length, columns];
      const ids = new BigInt64Array(batch.length * columns);
      const mask = new BigInt64Array(batch.length * columns);
      const types = new BigInt64Array(batch.length * columns);
      for (const [row, input] of batch.entries()) {
        const at = row * columns;
        for (const [column, id] of input.ids.entries()) ids[at + column] = BigInt(id);
        mask.fill(1n, at, at + input.ids.length);
        types.fill(1n, at + input.segment, at + input.ids.length);
      }
      const tensor = (data: BigInt64Array) => new Tensor('int64', data, dims);
      const inputs: Record<string, Tensor> = { input_ids: tensor(ids), attention_mask: tensor(mask), token_type_ids: tensor(types) };
      const output = (await network(inputs)) as Record<string, Tensor>;
      const copy = (name: 'span' | 'scores') => ((output[name] as Tensor).data as Float32Array).slice();
      const result = { span: copy('span'), scores: copy('scores'), columns };
      for (const used of [...Object.values(inputs), ...Object.values(output)]) used.dispose();
      return result;
    },
    async dispose() {
      await network.dispose();
    },
  };
}
