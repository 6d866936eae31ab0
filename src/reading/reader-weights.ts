import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type BertWeights, bertGraph } from '../embedding/bert-graph.js';
import { readInputRanges } from '../embedding/input-ranges.js';
import { EXPORT_VERSION, readMiniLm } from '../embedding/minilm.js';
import { cachedModel } from '../embedding/model-cache.js';
import { elementTypeCode, type OnnxGraph } from '../embedding/onnx-graph.js';
import { parseSafetensors, type Tensor } from '../embedding/safetensors.js';

/** What `models/reader/reader.json` says of the trained reader. */
const descriptionSchema = z.object({
  format: z.literal(1),
  weights: z.object({ file: z.string(), sha256: z.string() }),
  input: z.object({ maxLength: z.number().int(), maxQuestionTokens: z.number().int(), maxPrefixTokens: z.number().int(), windowOverlap: z.number().int() }),
});

export type ReaderDescription = z.infer<typeof descriptionSchema>;

export const READER_FOLDER = fileURLToPath(new URL('../../models/reader/', import.meta.url));

const RANGES_FILE = 'input-ranges.json';

/** Ranges of the inputs of the reader's linear layers. */
export const READER_RANGES = path.join(READER_FOLDER, RANGES_FILE);

/** Thrown when the reader is missing or damaged; the product then works without it and says so. */
export class ReaderUnavailableError extends Error {}

async function readChecked(folder: string): Promise<{ description: ReaderDescription; bytes: Buffer }> {
  const json = await readFile(path.join(folder, 'reader.json'), 'utf8').catch(() => {
    throw new ReaderUnavailableError('models/reader/reader.json is missing');
  });
  const description = descriptionSchema.safeParse(JSON.parse(json));
  if (!description.success) throw new ReaderUnavailableError('models/reader/reader.json has another form than this version reads');
  const { file, sha256 } = description.data.weights;
  const bytes = await readFile(path.join(folder, file)).catch(() => {
    throw new ReaderUnavailableError(`models/reader/${file} is missing`);
  });
  if (createHash('sha256').update(bytes).digest('hex') !== sha256)
    throw new ReaderUnavailableError(`models/reader/${file} is damaged: its SHA-256 is not that of reader.json`);
  return { description: description.data, bytes };
}

/** Trained 8-bit weights times their scales, over the embedder's shared embeddings. */
function joinWeights(trained: Map<string, Tensor>, shared: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  const joined = new Map(shared);
  for (const [name, { shape, data }] of trained) {
    if (name.endsWith('.scale')) continue;
    const scale = trained.get(`${name}.scale`)?.data;
    const columns = shape[1] ?? 1;
    joined.set(name, { shape, data: scale ? data.map((x, i) => x * (scale[Math.floor(i / columns)] as number)) : data });
  }
  const types = shared.get('embeddings.token_type_embeddings.weight') as Tensor;
  const passageType = trained.get('embeddings.token_type_embeddings.row1');
  if (passageType)
    joined.set('embeddings.token_type_embeddings.weight', {
      shape: types.shape,
      data: Float32Array.from([...types.data.subarray(0, passageType.data.length), ...passageType.data]),
    });
  return joined;
}

/**
 * The reader's outputs: `span` [batch, sequence, 2] (start and end of the answer, for each token) and `scores`
 * [batch, 2] (answerable, relevant; from the first token and the mean of all).
 */
function readerOutputs(weights: BertWeights) {
  return (graph: OnnxGraph, hidden: string, mask: string): void => {
    const tensor = (name: string) => weights.get(name) as Tensor;
    const head = (name: string, parts: string[], input: string) => {
      const rows = parts.map((part) => tensor(`${part}.weight`));
      const width = rows[0]?.shape[1] ?? 0;
      const outputs = rows.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
      const flat = rows.flatMap(({ data }) => [...data]);
      const transposed = Float32Array.from({ length: flat.length }, (_, i) => flat[(i % outputs) * width + Math.floor(i / outputs)] as number);
      const product = graph.node('MatMul', [input, graph.constant(`${name}.weight`, 'float', [width, outputs], transposed)]);
      return graph.node('Add', [
        product,
        graph.constant(`${name}.bias`, 'float', [outputs], Float32Array.from(parts.flatMap((part) => [...tensor(`${part}.bias`).data]))),
      ]);
    };
    const last = graph.constant('axis_last', 'int64', [1], new BigInt64Array([2n]));
    const sequence = graph.constant('axis_sequence', 'int64', [1], new BigInt64Array([1n]));
    const present = graph.node('Unsqueeze', [graph.node('Cast', [mask], { to: elementTypeCode('float') }), last]);
    const sum = graph.node('ReduceSum', [graph.node('Mul', [hidden, present]), sequence], { keepdims: 0 });
    const mean = graph.node('Div', [sum, graph.node('ReduceSum', [present, sequence], { keepdims: 0 })]);
    const first = graph.node('Gather', [hidden, graph.constant('first', 'int64', [], new BigInt64Array([0n]))], { axis: 1 });
    graph.output('span', head('span', ['span'], hidden), ['batch', 'sequence', 2]);
    graph.output('scores', head('scores', ['answerable', 'relevance'], graph.node('Concat', [first, mean], { axis: -1 })), ['batch', 2]);
  };
}

/** The trained weights, joined with the embedder's, and their SHA-256. */
export async function readReaderWeights(shared: ReadonlyMap<string, Tensor>): Promise<{ weights: BertWeights; sha256: string }> {
  const { description, bytes } = await readChecked(READER_FOLDER);
  return { weights: joinWeights(parseSafetensors(bytes), shared), sha256: description.weights.sha256 };
}

/**
 * Makes sure that the cache folder holds the reader in the form transformers.js loads.
 *
 * @throws ReaderUnavailableError when the trained weights are missing or damaged.
 */
export async function prepareReader(cacheFolder: string, folder = READER_FOLDER): Promise<{ model: string; description: ReaderDescription }> {
  const { description, bytes } = await readChecked(folder);
  const name = `reader-${description.weights.sha256.slice(0, 12)}-export${EXPORT_VERSION}`;
  const ranges = await readInputRanges(path.join(folder, RANGES_FILE), description.weights.sha256).catch((error: Error) => {
    throw new ReaderUnavailableError(error.message);
  });
  const model = await cachedModel(cacheFolder, name, 'int8', async () => {
    const { config, tokenizer, weights: shared } = await readMiniLm();
    const weights = joinWeights(parseSafetensors(bytes), shared);
    return { config, tokenizer, onnx: bertGraph(weights, config, { ranges, addOutputs: readerOutputs(weights) }) };
  });
  return { model, description };
}
