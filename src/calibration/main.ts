import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AutoModel, AutoTokenizer, env, type PreTrainedTokenizer, type Tensor } from '@huggingface/transformers';
import type { Document } from '../documents/document.js';
import { readFolder } from '../documents/read-folder.js';
import { bertGraph } from '../embedding/bert-graph.js';
import { writeInputRanges } from '../embedding/input-ranges.js';
import type { InputRanges } from '../embedding/integer-layers.js';
import { MINILM_RANGES, MINILM_WEIGHTS, readMiniLm } from '../embedding/minilm.js';
import { cachedModel, type ModelFiles } from '../embedding/model-cache.js';
import { readSets } from '../evaluation/read-sets.js';
import { MAX_PASSAGE_TOKENS, splitPassages } from '../passages/passage.js';
import { READER_RANGES, readReaderWeights } from '../reading/reader-weights.js';

/**
 * Measures what the channels of the linear layers' inputs range over, with the models in floats, and writes it beside
 * them: `npm run calibrate`. To be run when weights change; raise EXPORT_VERSION when the ranges do.
 */

/** Texts a model is run on, the second after the first's separator. */
type Input = [text: string, second?: string];

const QUESTIONS = ['corpus-politics-economy', 'corpus-society-oic'];

async function measure(model: ModelFiles, inputsOf: (tokenizer: PreTrainedTokenizer) => Promise<Input[]>): Promise<InputRanges> {
  const cache = await mkdtemp(path.join(tmpdir(), 'verbatim-calibration-'));
  try {
    const folder = await cachedModel(cache, 'observed', 'fp32', async () => model);
    Object.assign(env, { allowRemoteModels: false, localModelPath: path.dirname(folder) });
    const tokenizer = await AutoTokenizer.from_pretrained(path.basename(folder));
    const network = await AutoModel.from_pretrained(path.basename(folder), { dtype: 'fp32', device: 'cpu' });
    const ranges = new Map<string, Float32Array>();
    for (const [text, second] of await inputsOf(tokenizer)) {
      const output = (await network(tokenizer(text, second === undefined ? {} : { text_pair: second }))) as Record<string, Tensor>;
      for (const [name, { data }] of Object.entries(output).filter(([each]) => each.startsWith('encoder.'))) {
        const range = ranges.get(name);
        ranges.set(
          name,
          Float32Array.from(data as Float32Array, (x, i) => Math.max(x, range?.[i] ?? 0)),
        );
      }
    }
    await network.dispose();
    return ranges;
  } finally {
    await rm(cache, { recursive: true });
  }
}

const { documents } = await readFolder('corpus', { maxBytes: 2 ** 26 });
const sets = await readSets(QUESTIONS);
const questions = sets.flatMap((set) => set.questions.map(({ question }) => question));

const passagesOf = (tokenizer: PreTrainedTokenizer) => {
  const countTokens = (text: string) => tokenizer.encode(text, { add_special_tokens: false }).length;
  const split = (document: Document) => [...splitPassages(document, { countTokens, maxTokens: MAX_PASSAGE_TOKENS })];
  return documents.flatMap((document) => split(document).map(({ context, start, end }) => ({ context, text: document.text.slice(start, end) })));
};

const base = await readMiniLm();
const { tokenizer, config } = base;
const embedder = await measure({ tokenizer, config, onnx: bertGraph(base.weights, config, { observe: true }) }, async (tokens) => [
  ...passagesOf(tokens).flatMap(({ context, text }): Input[] => [[context], [text]]),
  ...questions.map((question): Input => [question]),
]);
await writeInputRanges(MINILM_RANGES, MINILM_WEIGHTS, embedder);

const reader = await readReaderWeights(base.weights);
const trained = await measure({ tokenizer, config, onnx: bertGraph(reader.weights, config, { observe: true }) }, async (tokens) => {
  const passages = passagesOf(tokens);
  return passages.map(({ context, text }, i): Input => [questions[i % questions.length] as string, `${context}\n${text}`]);
});
await writeInputRanges(READER_RANGES, reader.sha256, trained);
