import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BertConfig, Precision } from './bert-graph.js';

const ONNX_FILES: Record<Precision, string> = { fp32: 'model.onnx', int8: 'model_quantized.onnx' };

/** Where transformers.js looks for the graph of a precision, below the model's folder. */
export const graphFile = (precision: Precision): string => path.join('onnx', ONNX_FILES[precision]);

/** The tokenizer's kind and its special tokens; transformers.js pads with the one named here. */
const BERT_TOKENIZER = {
  tokenizer_class: 'BertTokenizer',
  unk_token: '[UNK]',
  cls_token: '[CLS]',
  sep_token: '[SEP]',
  pad_token: '[PAD]',
  mask_token: '[MASK]',
};

/** What transformers.js needs of a model. */
export interface ModelFiles {
  config: BertConfig;
  tokenizer: string;
  onnx: Uint8Array;
}

/** The package's tokenizer pads and cuts every text to 128 tokens; here neither may happen. */
const openTokenizer = (json: string): string => JSON.stringify({ ...JSON.parse(json), truncation: null, padding: null });

/**
 * Returns the cache's folder of a model, writing it first where it is missing. A half-written folder is never
 * seen: it is written under another name and renamed.
 *
 * @param name Must change whenever the files would.
 * @throws Error when the folder cannot be written.
 */
export async function cachedModel(cacheFolder: string, name: string, precision: Precision, make: () => Promise<ModelFiles>): Promise<string> {
  const folder = path.resolve(cacheFolder, name);
  if (existsSync(folder)) return folder;
  const { config, tokenizer, onnx } = await make();
  const temporary = `${folder}.${randomUUID()}.tmp`;
  await mkdir(path.join(temporary, 'onnx'), { recursive: true });
  try {
    const write = (file: string, data: string | Uint8Array) => writeFile(path.join(temporary, file), data);
    await write('config.json', JSON.stringify(config));
    await write('tokenizer.json', openTokenizer(tokenizer));
    await write('tokenizer_config.json', JSON.stringify({ ...BERT_TOKENIZER, model_max_length: config.max_position_embeddings }));
    await write(graphFile(precision), onnx);
    await rename(temporary, folder).catch((error: unknown) => {
      // Another process was quicker; its folder is as good.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return folder;
}
