import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { graphFile } from '../embedding/model-cache.js';
import { padBatch } from '../threads/batches.js';

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
  /** The model's folder. */
  model: string;
  threads: number;
}

/** BERT's token for padding. */
const PAD = 0;

/** Loads a reader's network into this thread. @throws Error when files are missing. */
export async function openReaderNetwork({ model, threads }: ReaderNetworkOptions) {
  const session = await InferenceSession.create(path.join(model, graphFile('int8')), { intraOpNumThreads: threads, interOpNumThreads: 1 });
  return {
    async run(batch: ReaderInput[]): Promise<ReaderOutput> {
      const { dims, ids, mask, types } = padBatch(batch, PAD);
      const tensor = (data: BigInt64Array) => new Tensor('int64', data, dims);
      const { span, scores } = await session.run({ input_ids: tensor(ids), attention_mask: tensor(mask), token_type_ids: tensor(types) });
      return { span: span?.data as Float32Array, scores: scores?.data as Float32Array, columns: dims[1] };
    },
    dispose: () => session.release(),
  };
}
